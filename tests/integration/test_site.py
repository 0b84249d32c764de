# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""site.yml with wrong variables: one sentence that names the variable, before the first change."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from users_play import play

ROOT = Path(__file__).resolve().parent.parent.parent


def site(server: Any, folder: Path, variables: dict[str, Any], *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "hosts.json").write_text(
        json.dumps(
            {
                "nextcloud": {
                    "hosts": {"cloud": {}},
                    "vars": {
                        "ansible_connection": "local",
                        "ansible_python_interpreter": sys.executable,
                        "twofactor_nextcloud_path": server.options["nextcloud_path"],
                        "twofactor_snapshot_dir": str(folder / "before"),
                        **variables,
                    },
                }
            }
        ),
        encoding="utf-8",
    )
    command = [
        str(Path(sys.executable).with_name("ansible-playbook")),
        "--inventory",
        str(folder / "hosts.json"),
        "playbooks/site.yml",
        *arguments,
    ]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env=dict(os.environ, ANSIBLE_NOCOLOR="1")
    )


def everything(server: Any) -> Any:
    return json.loads(server.occ("config:list", "--output=json", "--private").stdout)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"twofactor_app": "enabled please"}, ["twofactor_app"]),
        ({"twofactor_timeout": "soon"}, ["twofactor_timeout"]),
        ({"twofactor_enforcement": {"groups": ["staff"]}}, ["enforcement", "enforced"]),
        ({"twofactor_enforcement": {"enforced": True, "group": ["staff"]}}, ["enforcement", "group"]),
        ({"twofactor_id_server": {"server": "http://insecure.example.com"}}, ["server", "https"]),
        ({"twofactor_onboarding": {"enabled": True}}, ["suffix"]),
        (
            {"twofactor_user_permissions": {"allow_groups": True, "allow_edit_groups": ["nosuchgroup"]}},
            ["allow_edit_groups", "nosuchgroup"],
        ),
        (
            {"twofactor_exemptions": {"exemptions": [{"user": "alice", "owner": "me", "until": "2099-01-01"}]}},
            ["exemptions", "reason"],
        ),
        ({"twofactor_secsign_ids": {"pattern": "everybody@example"}}, ["pattern", "{uid}"]),
        ({"twofactor_nextcloud_path": "/nonexistent"}, ["nextcloud_path", "/nonexistent"]),
    ],
)
def test_a_wrong_variable_is_named_before_anything_changes(
    server: Any, tmp_path: Path, variables: dict[str, Any], words: Any
) -> None:
    if not server.is_newest_sandbox:
        pytest.skip("what a role refuses does not depend on the release: on the newest sandbox only")
    before = everything(server)
    # something right besides, which must not be carried out either
    right = {"twofactor_app": {"state": "enabled"}, "twofactor_onboarding": {"enabled": True, "suffix": "example"}}
    done = site(server, tmp_path, {**right, **variables})
    assert done.returncode == 2, done.stdout
    reported = next(line for line in done.stdout.splitlines() if line.startswith("fatal: "))
    for word in words:
        assert word in reported, reported
    assert "Traceback" not in done.stdout + done.stderr
    assert everything(server) == before
    assert not (server.path / "apps" / "twofactor_secsign").exists()


def test_site_is_exact_in_check_mode_and_rests_the_second_time(server: Any, tmp_path: Path) -> None:
    if server.major < 30:
        pytest.skip(f"the app that comes with the collection is for Nextcloud 30 and newer, and this is {server.name}")
    variables = {
        "twofactor_app": {"state": "enabled"},
        "twofactor_onboarding": {"enabled": True, "suffix": "example"},
        "twofactor_secsign_ids": {"pattern": "{uid}@example", "pattern_groups": ["staff"]},
        "twofactor_enforcement": {"enforced": True, "groups": ["staff"]},
    }
    # a second factor besides, so that no ID server is asked
    server.occ("app:enable", "twofactor_totp")
    before = everything(server)
    predicted = site(server, tmp_path, variables, "--check", "--diff")
    assert everything(server) == before and not (tmp_path / "before").exists()
    first = site(server, tmp_path, variables, "--diff")
    assert first.returncode == 0, first.stdout
    assert "changed=1 " in first.stdout and "changed=1 " in predicted.stdout

    def diff(done: subprocess.CompletedProcess[str]) -> Any:
        return [line for line in done.stdout.splitlines() if line.startswith(("+", "-"))]

    assert diff(predicted) == diff(first) and diff(first)
    for arguments in (("--diff",), ("--check", "--diff")):
        again = site(server, tmp_path, variables, *arguments)
        assert "changed=0 " in again.stdout and not diff(again)
    for done in (predicted, first):
        assert "WARNING" not in done.stdout + done.stderr and "DEPRECAT" not in done.stdout + done.stderr


FROM_VARIABLES = """
- name: Options in variables
  hosts: nextcloud
  gather_facts: false
  tasks:
    - name: Read them
      secsign.nextcloud.twofactor:
        from_variables: cloud_
        enforcement: {enforced: false}
      register: done

    - name: Tell
      ansible.builtin.copy:
        content: "{{ done | to_json }}"
        dest: "{{ reported }}"
        mode: "0600"
      check_mode: false
"""


def test_options_in_variables(server: Any, tmp_path: Path) -> None:
    if not server.is_newest_sandbox:
        pytest.skip("how options reach the module does not depend on the release: on the newest sandbox only")
    playbook = tmp_path / "play.yml"
    playbook.write_text(FROM_VARIABLES, encoding="utf-8")
    above, folder = os.path.split(server.options["nextcloud_path"])
    given: dict[str, Any] = {
        "above": above,
        "reported": str(tmp_path / "reported.json"),
        "cloud_nextcloud_path": "{{ above }}/" + folder,
        "cloud_app": {"state": "{{ 'enabled' }}"},
        "cloud_onboarding": "{{ omit }}",
        "cloud_user_permissions": None,
        "cloud_enforcement": {"enforced": True, "groups": ["the task's own option counts before this"]},
    }
    done = play(tmp_path, str(playbook), {"cloud": given}, "--check")
    done.went_well()
    reported = json.loads((tmp_path / "reported.json").read_text(encoding="utf-8"))
    assert set(reported["diff"]["after"]) == {"app", "enforcement"} and reported["changed"]
    assert (
        reported["diff"]["after"]["app"]["state"] == "enabled"
        and reported["nextcloud"]["path"] == server.options["nextcloud_path"]
    )
    assert "from_variables" not in done.output

    failed = play(tmp_path, str(playbook), {"cloud": dict(given, cloud_timeout="soon")}, "--check")
    assert failed.rc == 2 and "variable 'cloud_timeout'" in failed.output
    failed = play(tmp_path, str(playbook), {"cloud": dict(given, cloud_app="{{ nothing_of_that_name }}")}, "--check")
    assert failed.rc == 2 and "nothing_of_that_name" in failed.output and "Traceback" not in failed.output
