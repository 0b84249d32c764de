# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""People of a directory (LDAP and the like): they are covered as all others, and while the directory is down nothing is guessed, but a
release and switching off still go."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List

import people_scene as scene
import pytest
from expect import converges, refused, rests

DIRECTORY_APP = Path(__file__).resolve().parent.parent / "fixtures" / "apps" / "directory_fixture"
PEOPLE: Dict[str, List[str]] = {"dora": ["sales"], "dirk": ["sales"], "dunja": ["lab"], "4711": []}


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


def test_they_are_people_like_all_others(site: Any) -> None:
    assert scene.ids(site)["dora"] == ("dora@corp", 1)
    told = site.run("twofactor_info", people="list")
    rows = {row["uid"]: row for row in told["people"]}
    assert {uid: (row["backend"], sorted(row["groups"])) for uid, row in rows.items() if uid in PEOPLE} == {
        uid: ("Directory", groups) for uid, groups in PEOPLE.items()
    }


def test_a_group_of_the_directory_is_enforced(site: Any) -> None:
    converges(site, "enforcement", enforced=True, groups=["sales"])
    assert scene.judged(site) == {"dora", "dirk"}
    converges(site, "exemptions", exemptions=[{"user": "dora", "until": "2099-01-01", "reason": "leave", "owner": "hr"}], max_days=99999)
    assert scene.judged(site) == {"dirk"}
    # who joins the group later is covered with the next run
    path = site.data / "directory.json"
    path.write_text(json.dumps(dict(PEOPLE, dunja=["lab", "sales"])), encoding="utf-8")
    converges(site, "enforcement", enforced=True, groups=["sales"])
    assert scene.judged(site) == {"dirk", "dunja"}


@pytest.mark.parametrize("groups", ([], ["sales"]), ids=("everybody", "a group of it"))
def test_while_it_is_down_nothing_is_widened(site: Any, groups: List[str]) -> None:
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


def test_while_it_is_down_a_person_of_the_database_is_released(site: Any, tmp_path: Path) -> None:
    assert not site.run("enforcement", enforced=True, groups=[]).failed
    down(site)
    options = {"reason": "new phone", "by": "helga", "audit_log": str(tmp_path / "audit.jsonl")}
    shown = site.run("unlock", user="alice")
    assert shown["login"] == "ready"
    converges(site, "unlock", user="alice", how="exempt", **options)
    assert "alice" in scene.members(site, "secsign-exempt")
    refused(site, "unlock", "NC122", "Directory", user="dora", how="exempt", **options)
    up(site)
    rests(site, "enforcement", enforced=True, groups=[])
    assert "alice" not in scene.judged(site)
