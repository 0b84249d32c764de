# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ten thousand users in one task, and what is left when it fails in the middle: nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
import users_scene as scene
from expect import fails
from users_scene import ids, logged_in, registered

pytestmark = pytest.mark.thorough

MANY = 10_000


@pytest.fixture
def crowd(server: Any) -> Any:
    site = scene.with_secsign(server)
    scene.many_users(site, MANY)
    return site


def wanted() -> list[dict[str, str]]:
    return [{"user": f"user{n:05}", "secsign_id": f"User{n:05}@corp"} for n in range(1, MANY + 1)]


def test_all_in_one_call(crowd: Any, counted: tuple[str, Any]) -> None:
    php, starts = counted
    done = crowd.run("secsign_ids", ids=wanted(), php=php)
    assert not done.failed, done.data
    assert done["assigned"] == MANY and done["commands"] == [
        f"bridge assign_ids app=twofactor_secsign rows: {MANY} removed: 0"
    ]
    assert starts() == 3, "read, write, prove"
    assert ids(crowd) == {f"user{n:05}": (f"user{n:05}@corp", 1) for n in range(1, MANY + 1)}
    assert registered(crowd) == dict.fromkeys(ids(crowd), 1)
    assert logged_in(crowd) == {}
    assert len(done.diff["after"]) == MANY

    again = crowd.run("secsign_ids", ids=wanted(), php=php)
    assert not again.failed and not again.changed and again.diff == {"before": {}, "after": {}}
    assert starts() == 1

    changed = crowd.run("secsign_ids", pattern="{uid}@elsewhere", prune=True, php=php)
    assert not changed.failed, changed.data
    assert changed["assigned"] == MANY + 4 and starts() == 3
    assert set(logged_in(crowd).values()) == {"0"} and len(logged_in(crowd)) == MANY


@pytest.mark.parametrize("table", ["oc_twofactor_secsign", "oc_twofactor_providers"])
def test_a_failure_in_the_middle_leaves_none(crowd: Any, table: str) -> None:
    assert not crowd.run("secsign_ids", ids=[{"user": "alice", "secsign_id": "alice@corp"}]).failed
    column = {"oc_twofactor_secsign": "user_id", "oc_twofactor_providers": "uid"}[table]
    crowd.sql(
        f"CREATE TRIGGER stop BEFORE INSERT ON {table} WHEN NEW.{column} = 'user05000' BEGIN SELECT RAISE(ABORT,"
        " 'stopped here'); END"
    )
    before = scene.everything(crowd)
    fails(
        crowd.run("secsign_ids", ids=[*wanted(), {"user": "alice", "secsign_id": "other@corp"}]),
        "NC112",
        "stopped here",
    )
    assert scene.everything(crowd) == before
    assert ids(crowd) == {"alice": ("alice@corp", 1)} and registered(crowd) == {"alice": 1}
    # nothing of it stands in the way of the next run
    crowd.sql("DROP TRIGGER stop")
    assert crowd.run("secsign_ids", ids=wanted())["assigned"] == MANY


def test_somebody_else_holds_the_database(crowd: Any, open_folder: Path) -> None:
    """A lock that does not go away ends in a sentence, and nothing is assigned."""
    before = scene.everything(crowd)
    holder = sqlite3.connect(crowd.database, isolation_level=None)
    try:
        holder.execute("BEGIN IMMEDIATE")
        result = crowd.run("secsign_ids", ids=wanted()[:5], timeout=20)
    finally:
        holder.rollback()
        holder.close()
    assert result.failed and result["code"] in ("NC112", "NC114"), result.data
    assert scene.everything(crowd) == before and ids(crowd) == {}
