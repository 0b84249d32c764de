# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens on the control machine: the CSV list, unlock.yml, and backup codes that nobody else gets to see."""

from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import users_scene as scene
from users_play import Played, play, variables
from users_scene import SECSIGN, ids, registered

CSV_PLAYBOOK = """
- hosts: nextcloud
  gather_facts: false
  tasks:
    - secsign.nextcloud.secsign_ids:
        nextcloud_path: "{{ twofactor_nextcloud_path }}"
        csv: users.csv
        ids:
          - {user: carol, secsign_id: carol@corp}
        prune: true
        unknown_users: "{{ unknown }}"
"""


@pytest.fixture
def site(server: Any) -> Any:
    return scene.with_ids(server)


def test_a_csv_file_of_the_control_machine(site: Any, tmp_path: Path) -> None:
    (tmp_path / "csv.yml").write_text(CSV_PLAYBOOK, encoding="utf-8")
    (tmp_path / "files").mkdir()
    lines = "user;secsign_id;enabled\r\nalice; Alice.Smith@CORP;\r\nbob;bob@corp;no\r\nzoe;zoe@corp;yes\r\n"
    (tmp_path / "files" / "users.csv").write_bytes(lines.encode("utf-8-sig"))

    def run(*arguments: str, unknown: str = "report") -> Played:
        return play(tmp_path, str(tmp_path / "csv.yml"), {"cloud": variables(site)}, *arguments, unknown=unknown)

    refusal = run(unknown="fail")
    assert refusal.rc != 0 and "zoe" in refusal.output and "[NC204]" in refusal.output
    done = run("--diff").went_well()
    assert done.count("changed") == 1 and "zoe" in done.output and '+    "alice": "alice.smith@corp"' in done.output
    assert ids(site) == {"alice": ("alice.smith@corp", 1), "bob": ("bob@corp", 0), "carol": ("carol@corp", 1)}
    assert run().went_well().count("changed") == 0


# ---------------------------------------------------------------- unlock.yml


def unlock(folder: Path, site: Any, *arguments: str, hosts: Any = None, **extra: Any) -> Played:
    options: dict[str, Any] = {"user": "alice", "audit_log": str(folder / "audit.jsonl"), "requested_by": "helga"}
    return play(folder, "unlock.yml", hosts or {"cloud": variables(site)}, *arguments, **dict(options, **extra))


def test_unlock_shows_and_releases(site: Any, tmp_path: Path) -> None:
    before = site.fingerprint()
    shown = unlock(tmp_path, site).went_well()
    assert shown.count("changed") == 0 and '"login": "ready"' in shown.output and site.fingerprint() == before
    for given, names in (
        ({"method": "exempt"}, "reason"),
        ({"method": "exempt", "reason": " "}, "reason"),
        ({"method": "backup_codes", "reason": "x"}, "path"),
        ({"method": "backup_codes", "user": ""}, "user, reason, path"),
        ({"method": "magic", "reason": "x"}, "method"),
        ({"user": ""}, "user"),
    ):
        refused = unlock(tmp_path, site, **given)
        assert refused.rc != 0 and f'"msg": "{names}: a value is missing' in refused.output, given
        assert '"code": "NC201"' in refused.output
    nobody = unlock(tmp_path, site, user="nobody", method="exempt", reason="x")
    assert nobody.rc != 0 and "no host of this run has an account 'nobody'" in nobody.output
    assert '"code": "NC204"' in nobody.output
    assert site.fingerprint() == before and not (tmp_path / "audit.jsonl").exists()

    done = unlock(tmp_path, site, method="disable_provider", provider=SECSIGN, reason="new phone").went_well()
    assert done.count("changed") == 1 and "alice: ready -> not_in_scope" in done.output
    assert registered(site)["alice"] == 0
    line = json.loads((tmp_path / "audit.jsonl").read_text(encoding="utf-8"))
    assert (line["who"], line["whom"], line["why"]) == ("helga", "alice", "new phone")


def over_ssh(folder: Path, site: Any) -> Any:
    """The ssh connection of Ansible, which at -vvv shows all that comes back over it; behind it is this machine."""
    ssh = folder / "ssh"
    ssh.write_text('#!/bin/sh\nfor command; do :; done\nexec sh -c "$command"\n', encoding="utf-8")
    ssh.chmod(0o755)
    return {
        "cloud": variables(
            site, ansible_connection="ssh", ansible_ssh_executable=str(ssh), ansible_ssh_transfer_method="piped"
        )
    }


def test_backup_codes_go_into_one_file_and_nowhere_else(site: Any, tmp_path: Path) -> None:
    path = tmp_path / "codes.txt"
    options = {"method": "backup_codes", "reason": "lost phone", "path": str(path)}
    predicted = unlock(tmp_path, site, "--check", **options).went_well()
    assert predicted.count("changed") == 1 and not path.exists()
    done = unlock(tmp_path, site, "-vvvv", "--diff", hosts=over_ssh(tmp_path, site), **options).went_well()
    assert "ESTABLISH SSH CONNECTION" in done.output
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    codes = path.read_text(encoding="utf-8").split()
    assert len(codes) == 10 and all(re.fullmatch(r"\S{16}", code) for code in codes)
    places = {"output": done.output}
    for found in [tmp_path / "audit.jsonl", site.data / "nextcloud.log", *tmp_path.rglob("*")]:
        if found.is_file() and found != path:
            places[str(found)] = found.read_text(encoding="utf-8", errors="replace")
    for name, text in places.items():
        assert not [line[:300] for line in text.splitlines() if any(code in line for code in codes)], name
    assert site.sql("SELECT COUNT(*) FROM oc_twofactor_backupcodes WHERE user_id = 'alice' AND used = 0") == [(10,)]

    # the file is there already: refused before new codes end the old ones
    again = unlock(tmp_path, site, replace=True, **options)
    assert again.rc != 0 and "already exists" in again.output
    assert path.read_text(encoding="utf-8").split() == codes
    rested = unlock(tmp_path, site, **dict(options, path=str(tmp_path / "more.txt"))).went_well()
    assert rested.count("changed") == 0 and not (tmp_path / "more.txt").exists()


def test_backup_codes_in_a_vault(site: Any, tmp_path: Path) -> None:
    path = tmp_path / "codes.yml"
    options = {"method": "backup_codes", "reason": "lost phone", "path": str(path), "vault": True}
    locked = unlock(tmp_path, site, **options)
    assert locked.rc != 0 and "no vault password" in locked.output and not path.exists()
    assert site.sql("SELECT COUNT(*) FROM oc_twofactor_backupcodes") == [(0,)], (
        "codes that could not be kept are not made"
    )
    password = tmp_path / "password"
    password.write_text("Fixture-vault-1\n", encoding="utf-8")
    unlock(tmp_path, site, "--vault-password-file", str(password), **options).went_well()
    assert path.read_text(encoding="utf-8").startswith("$ANSIBLE_VAULT;") and stat.S_IMODE(path.stat().st_mode) == 0o600
    vault = Path(sys.executable).with_name("ansible-vault")
    shown = subprocess.run(
        [str(vault), "view", "--vault-password-file", str(password), str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(shown.stdout.split()) == 10
