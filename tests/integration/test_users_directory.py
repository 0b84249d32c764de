# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users of a directory (LDAP and the like): they are covered as all others, and while the directory is down nothing is
guessed, but a release and switching off still go."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import users_scene as scene
from expect import converges, refused, rests

DIRECTORY_APP = Path(__file__).resolve().parent.parent / "fixtures" / "apps" / "directory_fixture"
PEOPLE: dict[str, list[str]] = {"dora": ["sales"], "dirk": ["sales"], "dunja": ["lab"], "4711": []}


@pytest.fixture
def site(server: Any) -> Any:
    if server.major < 20:
        pytest.skip("the fixture registers its backend as apps do since Nextcloud 20")
    site = scene.with_ids(server)
    if not site.has_saved("with a directory"):
        scene.install(site, DIRECTORY_APP, "directory_fixture")
        up(site)
        done = site.run("secsign_ids", pattern="{uid}@corp")
        assert not done.failed, done.data
        site.save("with a directory")
    site.restore("with a directory")
    up(site)
    return site


def up(site: Any) -> None:
    path = site.data / "directory.json"
    path.write_text(json.dumps(PEOPLE), encoding="utf-8")
    path.chmod(0o644)
    (site.data / "directory.json.down").unlink(missing_ok=True)


def down(site: Any) -> None:
    (site.data / "directory.json.down").touch()


def test_they_are_users_like_all_others(site: Any) -> None:
    assert scene.ids(site)["dora"] == ("dora@corp", 1)
    reported = site.run("twofactor_info", users="list")
    rows = {row["uid"]: row for row in reported["users"]}
    assert {uid: (row["backend"], sorted(row["groups"])) for uid, row in rows.items() if uid in PEOPLE} == {
        uid: ("Directory", groups) for uid, groups in PEOPLE.items()
    }


def test_a_group_of_the_directory_is_enforced(site: Any) -> None:
    converges(site, "enforcement", enforced=True, groups=["sales"])
    assert scene.judged(site) == {"dora", "dirk"}
    converges(
        site,
        "exemptions",
        exemptions=[{"user": "dora", "until": "2099-01-01", "reason": "leave", "owner": "hr"}],
        max_days=99999,
    )
    assert scene.judged(site) == {"dirk"}
    # who joins the group later is covered with the next run
    path = site.data / "directory.json"
    path.write_text(json.dumps(dict(PEOPLE, dunja=["lab", "sales"])), encoding="utf-8")
    converges(site, "enforcement", enforced=True, groups=["sales"])
    assert scene.judged(site) == {"dirk", "dunja"}


@pytest.mark.parametrize("groups", ([], ["sales"]), ids=("everybody", "a group of it"))
def test_while_it_is_down_nothing_is_widened(site: Any, groups: list[str]) -> None:
    down(site)
    refused(site, "enforcement", "NC122", "Directory", "Lost connection", enforced=True, groups=groups)
    refused(site, "twofactor_info", "NC122", "Directory", check_too=False)


def test_while_it_is_down_a_list_made_of_it_is_kept(site: Any) -> None:
    """Of a group that cannot be read a managed group must not be made empty."""
    held = dict(exemptions=[{"user": "dora", "until": "2099-01-01", "reason": "leave", "owner": "hr"}], max_days=99999)
    for module, options in (("enforcement", dict(enforced=True, groups=["sales"])), ("exemptions", held)):
        assert not site.run(module, **options).failed
    assert scene.members(site, "secsign-enforced") == {"dirk"}
    down(site)
    refused(site, "exemptions", "NC122", "Directory", exemptions=[], prune=True)
    refused(site, "enforcement", "NC122", "Directory", enforced=True, groups=["sales"])
    assert scene.members(site, "secsign-enforced") == {"dirk"}
    off = converges(site, "enforcement", enforced=False)
    assert "Directory" in scene.warned(off)
    assert scene.members(site, "secsign-enforced") == {"dirk"}
    assert scene.system(site)["twofactor_enforced"] == "false"


def test_while_it_is_down_a_user_of_the_database_is_released(site: Any, tmp_path: Path) -> None:
    assert not site.run("enforcement", enforced=True, groups=[]).failed
    down(site)
    options = {"reason": "new phone", "requested_by": "helga", "audit_log": str(tmp_path / "audit.jsonl")}
    shown = site.run("unlock", user="alice")
    assert shown["login"] == "ready"
    converges(site, "unlock", user="alice", method="exempt", **options)
    assert "alice" in scene.members(site, "secsign-exempt")
    refused(site, "unlock", "NC122", "Directory", user="dora", method="exempt", **options)
    up(site)
    rests(site, "enforcement", enforced=True, groups=[])
    assert "alice" not in scene.judged(site)


def mail(site: Any, **addresses: str) -> None:
    for uid, address in addresses.items():
        site.sql(
            "INSERT INTO oc_preferences (userid, appid, configkey, configvalue) VALUES (?, 'settings', 'email', ?)",
            uid,
            address,
        )


def test_a_mail_address_names_a_user_as_at_the_login(site: Any, tmp_path: Path) -> None:
    mail(site, dora="Dora@Example.org", alice="alice@example.org")
    converges(
        site,
        "secsign_ids",
        ids=[
            {"user": "dora@example.org", "secsign_id": "dora2"},
            {"user": "ALICE@example.org", "secsign_id": "alice2"},
        ],
    )
    assert (scene.ids(site)["dora"], scene.ids(site)["alice"]) == (("dora2", 1), ("alice2", 1))
    converges(
        site,
        "exemptions",
        exemptions=[{"user": "dora@example.org", "until": "2099-01-01", "reason": "leave", "owner": "hr"}],
        max_days=99999,
    )
    assert [entry["name"] for entry in scene.store(site, "exemptions")] == ["dora"]
    rests(
        site,
        "exemptions",
        exemptions=[{"user": "dora", "until": "2099-01-01", "reason": "leave", "owner": "hr"}],
        max_days=99999,
    )
    converges(site, "exemptions", state="absent", exemptions=[{"user": "DORA@example.org"}])
    assert site.run("unlock", user="dora@example.org")["account"]["user"] == "dora"
    assert not site.run("enforcement", enforced=True, groups=[]).failed
    options = {"reason": "new phone", "requested_by": "helga", "audit_log": str(tmp_path / "audit.jsonl")}
    converges(site, "unlock", user="alice@example.org", method="exempt", **options)
    assert json.loads((tmp_path / "audit.jsonl").read_text(encoding="utf-8").splitlines()[0])["whom"] == "alice"
    codes = site.run("backup_codes", user="dora@example.org", path=str(tmp_path / "codes"), **options)
    assert codes.changed and len(codes["codes"]) == 10


def test_an_address_that_two_have_names_nobody(site: Any) -> None:
    mail(site, dora="shared@example.org", alice="shared@example.org")
    refused(
        site,
        "secsign_ids",
        "NC123",
        "shared@example.org",
        "alice",
        "dora",
        ids=[{"user": "shared@example.org", "secsign_id": "x"}],
    )
    refused(site, "unlock", "NC123", "shared@example.org", user="shared@example.org", check_too=False)
    refused(site, "secsign_ids", "NC204", "nobody@example.org", ids=[{"user": "nobody@example.org", "secsign_id": "x"}])


def test_one_user_under_two_names_is_named_twice(site: Any) -> None:
    mail(site, dora="dora@example.org")
    twice = [{"user": "dora@example.org", "secsign_id": "x"}, {"user": "dora", "secsign_id": "y"}]
    refused(site, "secsign_ids", "NC201", "dora", "more than once", ids=twice)
    held = {"until": "2099-01-01", "reason": "leave", "owner": "hr"}
    refused(
        site,
        "exemptions",
        "NC201",
        "dora",
        "more than once",
        exemptions=[dict(held, user="dora"), dict(held, user="dora@example.org")],
        max_days=99999,
    )
