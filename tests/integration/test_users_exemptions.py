# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exemptions that are really effective, by Nextcloud's own verdict of each user, and that end."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import users_scene as scene
from expect import converges, refused, rests
from users_play import play, variables
from users_scene import group_exists, judged, members, store, system, warned

from ansible_collections.secsign.nextcloud.plugins.module_utils._text import stamp

EVERYBODY = {"admin", "alice", "bob", "carol"}
DAY = 86_400


@pytest.fixture
def site(server: Any) -> Any:
    return scene.with_ids(server)


def enforce(site: Any, *groups: str) -> None:
    done = site.run("enforcement", enforced=True, groups=list(groups))
    assert not done.failed, done.data


def in_days(days: float) -> str:
    return stamp(int(time.time() + days * DAY))


def entry(days: float = 5, **fields: str) -> dict[str, str]:
    return dict({"owner": "helpdesk", "reason": "on leave", "until": in_days(days)}, **fields)


def let_time_pass(site: Any) -> list[dict[str, Any]]:
    """All exemptions are over since a minute."""
    kept = [dict(e, until=int(time.time()) - 60) for e in store(site, "exemptions")]
    scene.set_store(site, "exemptions", kept)
    return kept


def test_a_user_while_everyone_is_in_scope(site: Any) -> None:
    enforce(site)
    listed = [entry(user="alice")]
    done = converges(site, "exemptions", exemptions=listed)
    assert judged(site) == EVERYBODY - {"alice"}
    assert members(site, "secsign-exempt") == {"alice"} and system(site)["twofactor_enforced_excluded_groups"] == [
        "secsign-exempt"
    ]
    assert done.diff["after"]["managed_groups"] == {"secsign-exempt": ["alice"]}
    assert "alice" in done.diff["after"]["exemptions"][0] and "helpdesk" in done.diff["after"]["exemptions"][0]
    rests(site, "enforcement", enforced=True, groups=[])
    reported = site.run("twofactor_info", users="list")
    assert {p["uid"]: p["in_scope"] for p in reported["users"]} == {uid: uid != "alice" for uid in EVERYBODY}
    assert [(e["name"], e["over"]) for e in reported["exemptions"]] == [("alice", False)]

    converges(site, "exemptions", exemptions=[{"user": "alice"}], state="absent")
    assert judged(site) == EVERYBODY and not group_exists(site, "secsign-exempt") and store(site, "exemptions") is None


def test_a_group_while_everyone_is_in_scope(site: Any) -> None:
    enforce(site)
    converges(site, "exemptions", exemptions=[entry(group="it"), entry(user="carol")])
    assert judged(site) == {"admin", "alice"}
    assert members(site, "secsign-exempt") == {"carol"}
    # who joins the group is exempt at once, without a run
    site.occ("group:adduser", "it", "alice")
    assert judged(site) == {"admin"}
    converges(site, "exemptions", exemptions=[entry(user="carol")], prune=True)
    assert judged(site) == EVERYBODY - {"carol"}


def test_a_user_while_groups_are_in_scope(site: Any) -> None:
    """Where Nextcloud itself ignores excluded groups."""
    enforce(site, "staff", "it")
    site.occ("group:adduser", "staff", "bob")
    done = converges(site, "exemptions", exemptions=[entry(user="bob")])
    assert judged(site) == {"alice"}
    assert system(site)["twofactor_enforced_groups"] == ["secsign-enforced"] and members(site, "secsign-enforced") == {
        "alice"
    }
    assert done.diff["after"]["managed_groups"] == {"secsign-enforced": ["alice"]}
    # what was meant is not lost: neither for the operator nor for the next run
    reported = site.run("twofactor_info", users="none")["enforcement"]
    assert reported["groups"] == ["it", "staff"]
    rests(site, "enforcement", enforced=True)
    rests(site, "enforcement", enforced=True, groups=["it", "staff"])
    # somebody who came to a group since: the next run brings her into scope
    site.occ("group:adduser", "staff", "carol")
    assert judged(site) == {"alice"}
    converges(site, "enforcement", enforced=True)
    assert judged(site) == {"alice", "carol"}

    converges(site, "exemptions", prune=True)
    assert judged(site) == {"alice", "bob", "carol"}
    assert sorted(system(site)["twofactor_enforced_groups"]) == ["it", "staff"] and not group_exists(
        site, "secsign-enforced"
    )


def test_a_group_while_groups_are_in_scope(site: Any) -> None:
    enforce(site, "staff", "it")
    site.occ("group:adduser", "staff", "carol")
    converges(site, "exemptions", exemptions=[entry(group="contractors")])
    assert judged(site) == {"alice", "bob"}
    converges(site, "exemptions", exemptions=[entry(group="staff"), entry(group="it")])
    assert judged(site) == set(), "all of them exempt is nobody, not everybody"
    assert system(site)["twofactor_enforced"] == "true"


def test_kept_while_nothing_is_enforced_and_effective_when_it_is(site: Any) -> None:
    converges(site, "exemptions", exemptions=[entry(user="alice"), entry(group="it")])
    assert judged(site) == set()
    converges(site, "enforcement", enforced=True)
    assert judged(site) == {"admin", "carol"}
    converges(site, "enforcement", enforced=True, groups=["staff", "contractors", "it"])
    assert judged(site) == {"carol"}
    converges(site, "enforcement", enforced=False)
    assert judged(site) == set()
    converges(site, "enforcement", enforced=True, groups=[])
    assert judged(site) == {"admin", "carol"}


def test_what_is_refused_changes_nothing(site: Any) -> None:
    enforce(site)
    for named, wrong in (
        ("in the past", entry(user="alice", until="2020-01-01")),
        ("reason", entry(user="alice", reason=" ")),
        ("owner", entry(user="alice", owner="")),
        ("max_days (90)", entry(user="alice", days=95)),
        ("not a valid date", entry(user="alice", until="soon")),
    ):
        refused(site, "exemptions", "NC201", named, exemptions=[entry(user="bob"), wrong])
    refused(site, "exemptions", "NC204", "nobody", exemptions=[entry(user="nobody")])
    refused(site, "exemptions", "NC202", "no group", exemptions=[entry(group="no group")])
    refused(site, "exemptions", "NC201", "max_days (2)", exemptions=[entry(user="alice", days=4)], max_days=2)
    missing = site.run("exemptions", exemptions=[{"owner": "it", "reason": "x", "until": in_days(1)}])
    assert missing.failed and "user" in missing["msg"] and "group" in missing["msg"]
    assert judged(site) == EVERYBODY


@pytest.mark.parametrize("groups", [(), ("staff", "it")], ids=["everyone", "groups"])
def test_the_next_run_ends_what_is_over(site: Any, groups: Any) -> None:
    enforce(site, *groups)
    listed = [entry(user="alice"), entry(group="it")]
    assert not site.run("exemptions", exemptions=listed).failed
    before = judged(site)
    assert before == (set() if groups else {"admin", "carol"})
    over = stamp(let_time_pass(site)[0]["until"])
    assert judged(site) == before, "nothing ends it but a run"
    assert all(e["over"] for e in site.run("twofactor_info", users="none")["exemptions"])

    # the list that the operator has not tidied up yet still names them
    stale = [dict(e, until=over) for e in listed]
    done = converges(site, "exemptions", exemptions=stale)
    assert judged(site) == ({"alice", "bob"} if groups else EVERYBODY)
    assert "alice" in warned(done) and "has expired" in warned(done)
    assert not any(group_exists(site, group) for group in ("secsign-exempt", "secsign-enforced"))
    assert site.run("twofactor_info", users="none")["exemptions"] == []
    rests(site, "exemptions", exemptions=stale)
    rests(site, "exemptions", exemptions=stale, prune=True)
    rests(site, "exemptions")
    # a new end for somebody whose exemption is over is a new exemption
    converges(site, "exemptions", exemptions=[entry(user="alice"), stale[1]])
    assert "alice" not in judged(site)


def test_a_run_that_sets_only_the_policy_ends_them_as_well(site: Any) -> None:
    enforce(site)
    assert not site.run("exemptions", exemptions=[entry(user="alice")]).failed
    let_time_pass(site)
    converges(site, "enforcement", enforced=True)
    assert judged(site) == EVERYBODY
    rests(site, "enforcement", enforced=True)


def test_two_control_machines_with_lists_of_their_own(site: Any) -> None:
    enforce(site)
    one, other = [entry(user="alice")], [entry(user="bob", owner="branch office")]
    converges(site, "exemptions", exemptions=one)
    converges(site, "exemptions", exemptions=other)
    assert judged(site) == {"admin", "carol"}
    rests(site, "exemptions", exemptions=one)
    rests(site, "exemptions", exemptions=other)
    assert {e["name"]: e["owner"] for e in store(site, "exemptions")} == {"alice": "helpdesk", "bob": "branch office"}
    # each takes back its own
    converges(site, "exemptions", exemptions=[{"user": "alice"}], state="absent")
    assert judged(site) == EVERYBODY - {"bob"}


def test_exempting_shuts_nobody_out_and_needs_no_factor(site: Any) -> None:
    """Somebody who cannot log in for want of a factor is let in, and the guard says what comes when it ends."""
    enforce(site)
    scene.add_user(site, "dora", "staff")
    converges(site, "exemptions", exemptions=[entry(user="dora")])
    assert judged(site) == EVERYBODY
    let_time_pass(site)
    reported = site.run("exemptions", check=True)
    assert "cannot log in" in warned(reported) and "dora" in warned(reported)


# ---------------------------------------------------------------- as an operator does it


def test_the_playbook(site: Any, tmp_path: Path) -> None:
    enforce(site)
    cloud = {"cloud": variables(site)}
    first = play(
        tmp_path, "exempt.yml", cloud, user="alice", owner="helpdesk", until_day=in_days(3)[:10], reason="on leave"
    ).went_well()
    assert first.count("changed") == 1 and judged(site) == EVERYBODY - {"alice"}
    again = play(
        tmp_path, "exempt.yml", cloud, user="alice", owner="helpdesk", until=in_days(3)[:10], reason="on leave"
    ).went_well()
    assert again.count("changed") == 0
    refusal = play(tmp_path, "exempt.yml", cloud, user="bob", owner="helpdesk", until=in_days(3)[:10])
    assert refusal.rc != 0 and "lacks reason" in refusal.output
    let_time_pass(site)
    # without a word it ends those that are over, nothing else
    ended = play(tmp_path, "exempt.yml", cloud).went_well()
    assert ended.count("changed") == 1 and judged(site) == EVERYBODY
