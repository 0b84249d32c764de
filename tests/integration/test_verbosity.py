# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operator sees: -v and more, what long work says in between, and colours on a terminal alone."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import users_scene as scene
from saml_scene import by_hand, pair, with_saml
from users_play import Played, play, variables

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def site(server: Any) -> Any:
    if not server.is_newest_sandbox:
        pytest.skip("what is shown does not depend on the release: on the newest sandbox only")
    return server


def run(folder: Path, site: Any, *arguments: str, playbook: str = "site.yml", **more: Any) -> Played:
    hosts = variables(
        site, twofactor_onboarding={"enabled": True, "suffix": "example"}, twofactor_app_id="twofactor_fixture", **more
    )
    before = str(folder / "before")
    return play(
        folder, playbook, {"cloud": dict(hosts, twofactor_snapshot_dir=before, saml_snapshot_dir=before)}, *arguments
    )


def test_v_shows_each_step_and_not_the_whole_result(site: Any, tmp_path: Path) -> None:
    assert "occ config:import" not in run(tmp_path, site, "--check").went_well().output, (
        "without -v only what Ansible says"
    )
    planned = run(tmp_path, site, "--check", "-v").went_well().output
    assert "<cloud> would do 1 of 1: occ config:import < " in planned
    done = run(tmp_path, site, "-v").went_well().output
    assert "<cloud> did 1 of 1: occ config:import < " in done
    assert '"nextcloud": {' not in done and "PHP 1 of" not in done
    assert "<cloud> nothing to do" in run(tmp_path, site, "-v").went_well().output


def test_vv_shows_each_start_of_php(site: Any, tmp_path: Path) -> None:
    done = run(tmp_path, site, "-vv").went_well().output
    starts = re.findall(r"<cloud> PHP (\d) of 3: \d+\.\d\d s  (.*)", done)
    assert [what.split()[:2] for _number, what in starts] == [
        ["bridge", "read"],
        ["occ", "config:import"],
        ["bridge", "read"],
    ]
    assert re.search(r"<cloud> PHP started 3 times, \d+\.\d\d s in all", done)
    assert "received" not in done
    one = run(tmp_path, site, "-vv").went_well().output
    assert "<cloud> PHP started once" in one, "a server that is as it should be costs one"


def test_vvv_shows_sizes_and_vvvv_the_result(site: Any, tmp_path: Path) -> None:
    done = run(tmp_path, site, "-vvv").went_well().output
    assert re.search(
        r"<cloud> PHP 2 of 3: .* occ config:import < \{.*\} \(sent \d+, received \d+ bytes, exit 0\)", done
    )
    assert '"commands": [' not in done
    assert '"trace"' not in run(tmp_path, site, "-vvvv").went_well().output


def test_a_failure_says_what_was_done_before(site: Any, tmp_path: Path) -> None:
    site.occ("maintenance:mode", "--on")
    failed = run(tmp_path, site, "-vv")
    assert failed.rc != 0 and "[NC104]" in failed.output and "<cloud> PHP started once" in failed.output


def test_no_secret_at_any_level(site: Any, tmp_path: Path) -> None:
    """A private key and backup codes go to the host and back, and are in no line."""
    saml = with_saml(site)
    own = pair("own")
    provider = by_hand(service_provider={"certificate": own.certificate, "private_key": own.key})
    done = (
        run(tmp_path, saml, "-vvv", "--diff", playbook="saml.yml", saml_identity_providers=[provider])
        .went_well()
        .output
    )
    assert "bridge write_saml" in done and saml.stored()[1]["sp-privateKey"] == own.key
    for line in own.key.splitlines()[1:-1]:
        assert line not in done
    codes = tmp_path / "codes.txt"
    arguments = [
        "-e",
        "user=alice",
        "-e",
        "method=backup_codes",
        "-e",
        f"path={codes}",
        "-e",
        "reason=test",
        "-e",
        f"audit_log={tmp_path / 'log'}",
    ]
    done = run(tmp_path, saml, "-vvv", *arguments, playbook="unlock.yml").went_well().output
    made = codes.read_text(encoding="utf-8").split()
    assert len(made) == 10 and "bridge make_backup_codes" in done
    assert not [code for code in made if code in done]


def test_nothing_is_told_of_a_task_that_may_not_log(site: Any, tmp_path: Path) -> None:
    text = """
- hosts: nextcloud
  gather_facts: false
  tasks:
    - secsign.nextcloud.twofactor_info:
        nextcloud_path: "{{ twofactor_nextcloud_path }}"
      no_log: true
"""
    (tmp_path / "quiet.yml").write_text(text, encoding="utf-8")
    assert "<cloud> PHP" not in run(tmp_path, site, "-vv", playbook=str(tmp_path / "quiet.yml")).went_well().output


def test_a_long_list_is_announced(site: Any, tmp_path: Path) -> None:
    ids = [{"user": f"user{n:05d}", "secsign_id": f"user{n:05d}@corp"} for n in range(1, 1001)]
    site = scene.with_secsign(site)
    scene.many_users(site, 1000)
    wanted = {"twofactor_app_id": "twofactor_secsign", "twofactor_secsign_ids": {"ids": ids, "unknown_users": "fail"}}
    hosts = {"cloud": variables(site, twofactor_snapshot_dir="", **wanted)}
    done = play(tmp_path, "site.yml", hosts).went_well()
    assert "[cloud] 1,000 SecSign IDs, in one go" in done.output and done.count("changed") == 1


# ---------------------------------------------------------------- in between, and colours

SLOW = """
- hosts: nextcloud
  gather_facts: false
  serial: [1, 2]
  tasks:
    - name: Slow
      ansible.builtin.command: sleep 2.5
      changed_when: true
"""


def on_a_terminal(folder: Path, **environment: str) -> str:
    """The playbook SLOW, with a terminal as its output."""
    (folder / "slow.yml").write_text(SLOW, encoding="utf-8")
    local = "{ansible_connection: local, ansible_python_interpreter: " + sys.executable + "}"
    (folder / "hosts.yml").write_text(f"nextcloud: {{hosts: {{a: {local}, b: {local}, c: {local}}}}}", encoding="utf-8")
    clean: dict[str, str] = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "ANSIBLE_NOCOLOR", "ANSIBLE_FORCE_COLOR")
    }
    clean.update(
        ANSIBLE_CONFIG=str(scene.ROOT / "ansible.cfg"),
        ANSIBLE_COLLECTIONS_PATH=str(scene.ROOT / "collections"),
        TERM="xterm",
        LC_ALL="C.UTF-8",
    )
    clean.update({"SECSIGN_PROGRESS_INTERVAL": "1"}, **environment)
    mine, theirs = pty.openpty()
    command = [
        str(Path(sys.executable).with_name("ansible-playbook")),
        "-i",
        str(folder / "hosts.yml"),
        str(folder / "slow.yml"),
    ]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, cwd=folder, env=clean
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(mine, 65536)
            except OSError:  # Linux says so when nobody holds the other end any more
                break
            if not piece:
                break
            shown += piece
        assert process.wait() == 0, shown.decode()
    os.close(mine)
    return shown.decode()


def test_long_work_is_heard_of_and_colours_are_for_terminals(tmp_path: Path) -> None:
    coloured = on_a_terminal(tmp_path)
    plain = on_a_terminal(tmp_path, NO_COLOR="1")
    assert COLOUR.search(coloured) and not COLOUR.search(plain)
    for shown in (COLOUR.sub("", coloured), plain):
        assert "WAVE 1 of 2: 1 host (a); 0 before, 2 to come" in shown
        assert re.search(r"\.\.\. 0:0\d \[Slow\]: waits for a", shown)
        assert re.search(r"\.\.\. 0:0\d \[Slow\]: 0 of 2 hosts done, waits for b, c", shown)
        assert re.search(r"WAVE 2 of 2 done in 0:0\d: 2 hosts, 2 changed", shown)
    silent = on_a_terminal(tmp_path, SECSIGN_PROGRESS_INTERVAL="0")
    assert "..." not in silent.replace("* ...", "") and "WAVE 2 of 2" in silent


def test_no_colour_in_a_pipe(site: Any, tmp_path: Path) -> None:
    assert not COLOUR.search(run(tmp_path, site, "-v").went_well().output)
