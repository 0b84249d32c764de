# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What things cost, counted: starts of PHP, tasks of Ansible, transactions.

None of it may grow unseen, nor with the users.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import users_scene as scene
from users_play import play, variables

from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Context, converge
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.transport import ARGUMENT_SPEC, Nextcloud
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import TEXT, Setting, Settings

pytestmark = pytest.mark.thorough

Counted = tuple[str, Callable[[], int]]

# Every setting of the app, each with a value that it does not have before.
SETTINGS: dict[str, dict[str, Any]] = {
    "id_server": {
        "server": "https://id.example.com",
        "serverport": 8443,
        "fallback": "https://id2.example.com",
        "fallbackport": 8444,
        "mobileurl": "id.example.com",
    },
    "user_permissions": {"allow_edit": False, "allow_groups": True, "allow_edit_groups": ["staff"]},
    "onboarding": {"enabled": True, "suffix": "example", "choice_enabled": True, "choice_groups": ["it"]},
}


def tasks(output: str) -> list[str]:
    """Every task that Ansible started, the skipped ones, gathering and handlers included."""
    return re.findall(r"^(?:TASK|RUNNING HANDLER) \[(.*)\]", output, re.MULTILINE)


def test_a_converged_host_in_site(server: Any, tmp_path: Path, counted: Counted) -> None:
    php, starts = counted
    site = scene.with_secsign(server)
    wanted: dict[str, Any] = {f"twofactor_{part}": options for part, options in SETTINGS.items()}
    wanted.update(
        twofactor_secsign_ids={"pattern": "{uid}@corp"},
        twofactor_enforcement={"enforced": True, "groups": ["staff", "it"]},
        twofactor_exemptions={
            "exemptions": [{"user": "bob", "owner": "helpdesk", "reason": "lost phone", "until": "2099-01-01"}],
            "max_days": 36500,
        },
        twofactor_snapshot_dir=str(tmp_path / "before"),
        twofactor_php=php,
    )
    if site.major >= 30:  # the app that comes with the collection
        wanted["twofactor_app"] = {"state": "enabled"}
    host = {"cloud": variables(site, **wanted)}
    first = play(tmp_path, "site.yml", host).went_well()
    assert first.count("changed") == 1 and starts() > 2
    # the address is only asked after a change
    host["cloud"]["twofactor_check_url"] = "http://127.0.0.1:9"
    again = play(tmp_path, "site.yml", host).went_well()
    assert again.count("changed") == 0
    assert 1 <= starts() <= 2
    assert len(tasks(again.output)) == 1, tasks(again.output)


def test_all_settings_of_the_app_at_once(server: Any, counted: Counted) -> None:
    php, starts = counted
    site = scene.with_secsign(server)
    done = site.run("twofactor", php=php, **SETTINGS)
    assert not done.failed and len(done["commands"]) == 1, done.data
    assert starts() <= 3
    stored = site.sql("SELECT COUNT(*) FROM oc_appconfig WHERE appid = ?", scene.SECSIGN)
    assert stored[0][0] >= sum(len(options) for options in SETTINGS.values())


class Forty(Settings):
    """An app with more settings than the SecSign apps have."""

    title = "forty"
    table = tuple(Setting(f"option{number}", f"key{number}", TEXT) for number in range(40))


def test_forty_settings_at_once(server: Any, counted: Counted) -> None:
    """However many there are: one start of PHP to read, one to write, one to prove."""
    php, starts = counted
    site = scene.with_secsign(server)
    options = {name: spec.get("default") for name, spec in ARGUMENT_SPEC.items()}
    nextcloud = Nextcloud(dict(options, nextcloud_path=str(site.path), php=php))
    for value, expected in (("first", 3), ("second", 3), ("second", 1)):
        options = {"app_id": scene.SECSIGN, **{setting.option: value for setting in Forty.table}}
        wanted = Forty(options, Context(nextcloud))
        outcome = converge(nextcloud, [wanted], check_mode=False)
        assert outcome.changed is (expected > 1)
        assert starts() == expected
    assert site.sql("SELECT COUNT(*) FROM oc_appconfig WHERE appid = ? AND configvalue = 'second'", scene.SECSIGN) == [
        (40,)
    ]


@pytest.mark.parametrize("users", [0, 2_500])
def test_the_audit_is_one_process(server: Any, tmp_path: Path, counted: Counted, users: int) -> None:
    php, starts = counted
    site = scene.with_secsign(server)
    if users:
        scene.many_users(site, users, group="staff")
    for kind in ("none", "summary", "list", "packed"):
        reported = site.run("twofactor_info", users=kind, php=php)
        assert not reported.failed, reported.data
        assert starts() == 1, kind
    assert reported["users_summary"]["total"] == users + 4  # the administrator, alice, bob, carol
    done = play(
        tmp_path, "audit.yml", {"cloud": variables(site, twofactor_php=php)}, audit_output_dir=str(tmp_path / "reports")
    )
    assert "users covered" in done.output, done.output
    assert starts() == 1


def test_ten_thousand_ids_are_one_process_and_one_transaction(server: Any, counted: Counted) -> None:
    php, starts = counted
    site = scene.with_secsign(server)
    scene.many_users(site, 10_000)
    wanted = [{"user": f"user{n:05}", "secsign_id": f"user{n:05}@corp"} for n in range(1, 10_001)]
    # in a write-ahead log, Nextcloud's own choice, SQLite does not count
    site.configure("sqlite.journal_mode", "'DELETE'")
    site.sql("PRAGMA journal_mode = DELETE")
    before = changes_of_the_file(site)
    done = site.run("secsign_ids", ids=wanted, php=php)
    assert not done.failed and done["assigned"] == 10_000 and len(done["commands"]) == 1, done.data
    assert starts() == 3, "one to read, one to write, one to prove"
    assert changes_of_the_file(site) == before + 1

    changed = [
        dict(entry, secsign_id=f"new{number}@corp") if number < 10 else entry for number, entry in enumerate(wanted)
    ]
    done = site.run("secsign_ids", ids=changed, php=php)
    assert (
        not done.failed
        and done["assigned"] == 10
        and done["commands"] == ["bridge assign_ids app=twofactor_secsign rows: 10 removed: 0"]
    )
    assert changes_of_the_file(site) == before + 2
    assert sum(secsign_id.startswith("new") for secsign_id, on in scene.ids(site).values() if secsign_id) == 10


def changes_of_the_file(site: Any) -> int:
    """SQLite's own count of the transactions that changed the file, in its header."""
    header = Path(site.database).read_bytes()[:100]
    return int.from_bytes(header[24:28], "big")
