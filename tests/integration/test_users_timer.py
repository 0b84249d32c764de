# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The timer that ends exemptions on the host itself: installed by a role, and a program that needs no Ansible."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import users_scene as scene
from users_play import play
from users_scene import judged, store

from ansible_collections.secsign.nextcloud.plugins.module_utils._text import stamp

pytestmark = pytest.mark.thorough

# one that the account of the web server may start, which a version manager of root's has not
PYTHON = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable
UNITS = ("secsign-nextcloud-exemptions.service", "secsign-nextcloud-exemptions.timer")
EVERYBODY = {"admin", "alice", "bob", "carol"}
PLAYBOOK = """
- hosts: nextcloud
  gather_facts: false
  roles:
    - role: secsign.nextcloud.exemption_timer
"""


@pytest.fixture
def site(server: Any) -> Any:
    """Everybody in scope, alice exempt."""
    if server.is_sandbox and not server.is_newest_sandbox:
        pytest.skip(
            "the role takes its time and knows no release: it is applied on the newest sandbox and on every real"
            " release"
        )
    site = scene.with_ids(server)
    assert not site.run("enforcement", enforced=True).failed
    until = stamp(int(time.time()) + 3 * 86_400)
    assert not site.run(
        "exemptions", exemptions=[{"user": "alice", "owner": "it", "reason": "on leave", "until": until}]
    ).failed
    return site


def test_installed_once_ends_what_is_over_and_goes_again(site: Any, tmp_path: Path, open_folder: Path) -> None:
    units = tmp_path / "units"
    units.mkdir()
    program = open_folder / "program" / "end_exemptions.py"
    (tmp_path / "play.yml").write_text(PLAYBOOK, encoding="utf-8")
    settings = {
        "exemption_timer_nextcloud_path": str(site.path),
        "exemption_timer_directory": str(program.parent),
        "exemption_timer_unit_directory": str(units),
        "exemption_timer_start": False,  # this machine's own systemd is left alone
        "exemption_timer_python": PYTHON,
        "exemption_timer_on_calendar": "*:0/15",
        "exemption_timer_php_args": ["-d", "memory_limit=512M"],
    }

    def apply(**more: Any) -> Any:
        return play(tmp_path, str(tmp_path / "play.yml"), {"cloud": {}}, **dict(settings, **more)).went_well()

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        # -S: with nothing of Ansible in reach
        return subprocess.run(
            [PYTHON, "-S", str(program), *arguments], capture_output=True, text=True, check=False, cwd="/"
        )

    apply()
    assert sorted(path.name for path in units.iterdir()) == list(UNITS)
    assert "OnCalendar=*:0/15" in (units / UNITS[1]).read_text(encoding="utf-8")
    assert f"ExecStart={PYTHON} {program}" in (units / UNITS[0]).read_text(encoding="utf-8")

    # nothing is over yet
    done = run()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert judged(site) == EVERYBODY - {"alice"}

    scene.set_store(site, "exemptions", [dict(e, until=int(time.time()) - 60) for e in store(site, "exemptions")])
    assert "alice" in run("--check").stdout and judged(site) == EVERYBODY - {"alice"}
    done = run()
    assert done.returncode == 0 and "alice" in done.stdout and "has expired" in done.stdout, done
    assert judged(site) == EVERYBODY
    assert run().stdout == ""
    # the operator's own list rests with what the host did, and the role with what its program left
    rested = site.run("exemptions", check=True)
    assert not rested.failed and not rested.changed
    assert apply().count("changed") == 0

    site.occ("maintenance:mode", "--on")
    done = run()
    assert done.returncode == 1 and "[NC104]" in done.stderr and len(done.stderr.splitlines()) == 1

    assert apply(exemption_timer_state="absent").count("changed") == 1
    assert list(units.iterdir()) == [] and not program.parent.exists()
