# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""SecSign IDs: what is asked for is, row by row, what the app's own page would have written."""

from __future__ import annotations

import datetime
from typing import Any

import expect
import pytest
import users_scene as scene
from expect import fails
from users_scene import SECSIGN, Whole, ids, logged_in, registered, warned

EVERYBODY = {"admin", "alice", "bob", "carol"}


@pytest.fixture
def site(server: Any) -> Any:
    return Whole(scene.with_secsign(server))


def assign(site: Any, *pairs: Any, **options: Any) -> Any:
    return site.run("secsign_ids", ids=[entry(pair) for pair in pairs], **options)


def entry(pair: Any) -> Any:
    return pair if isinstance(pair, dict) else dict(zip(("user", "secsign_id", "enabled"), pair))


def converges(site: Any, *pairs: Any, **options: Any) -> Any:
    return expect.converges(site, "secsign_ids", ids=[entry(pair) for pair in pairs], **options)


def rests(site: Any, *pairs: Any, **options: Any) -> None:
    expect.rests(site, "secsign_ids", ids=[entry(pair) for pair in pairs], **options)


def refused(site: Any, code: str, *named: str, pairs: Any = (), **options: Any) -> None:
    expect.refused(site, "secsign_ids", code, *named, ids=[entry(pair) for pair in pairs], **options)


def test_a_list_is_written_as_the_app_itself_would(site: Any) -> None:
    done = converges(site, ("alice", "  Alice.Smith@CORP "), ("bob", "bob@corp", False))
    assert ids(site) == {"alice": ("alice.smith@corp", 1), "bob": ("bob@corp", 0)}
    assert registered(site) == {"alice": 1, "bob": 0}
    assert logged_in(site) == {}, "an ID that is new has no mark, as on the app's own page"
    assert (done["assigned"], done["removed"]) == (2, 0)
    assert done.diff == {"before": {}, "after": {"alice": "alice.smith@corp", "bob": "bob@corp (disabled)"}}
    assert len(done["commands"]) == 1


def test_whoever_loses_the_id_is_exempted_first(site: Any) -> None:
    """One run takes bob's ID away and exempts him, where two-factor login is enforced already: in the usual order he
    would be shut out."""
    assert not assign(site, *((uid, f"{uid}@corp") for uid in sorted(EVERYBODY))).failed
    assert not site.run("enforcement", enforced=True, groups=[]).failed
    until = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()
    wanted = {
        "app_id": SECSIGN,
        "secsign_ids": {"ids": [{"user": "bob", "secsign_id": "bob@corp", "enabled": False}]},
        "exemptions": {"exemptions": [{"user": "bob", "owner": "it", "reason": "no phone yet", "until": until}]},
    }
    alone = dict(wanted, exemptions=None)
    expect.refused(site, "twofactor", "NC401", "bob", **alone)
    done = expect.converges(site, "twofactor", **wanted)
    assert [command.split()[1] for command in done["commands"]][-1] == "assign_ids"
    assert ids(site)["bob"] == ("bob@corp", 0) and "bob" not in scene.judged(site)


def test_the_diff_tells_the_users_who_differ_and_nobody_else(site: Any) -> None:
    assert not assign(site, ("alice", "alice@corp"), ("bob", "bob@corp"), ("carol", "carol@corp")).failed
    done = converges(site, ("alice", "alice@corp"), ("bob", "robert@corp"), ("carol", "carol@corp", False))
    assert done.diff == {
        "before": {"bob": "bob@corp", "carol": "carol@corp"},
        "after": {"bob": "robert@corp", "carol": "carol@corp (disabled)"},
    }


def test_disabled_and_enabled_again_the_id_stays_and_was_used_already(site: Any) -> None:
    assert not assign(site, ("alice", "alice@corp")).failed
    mark(site, "alice")
    converges(site, {"user": "alice", "enabled": False})
    assert (ids(site)["alice"], registered(site)["alice"]) == (("alice@corp", 0), 0)
    converges(site, {"user": "alice"})
    assert (ids(site)["alice"], registered(site)["alice"]) == (("alice@corp", 1), 1)
    assert logged_in(site) == {"alice": "1"}


def mark(site: Any, uid: str) -> None:
    """As the app does at the first login with an ID."""
    site.sql(
        "INSERT INTO oc_preferences (userid, appid, configkey, configvalue) VALUES (?, ?, 'logged_in', '1')",
        uid,
        SECSIGN,
    )


def test_another_id_was_never_used(site: Any) -> None:
    assert not assign(site, ("alice", "alice@corp"), ("bob", "bob@corp")).failed
    mark(site, "alice")
    mark(site, "bob")
    converges(site, ("alice", "other@corp"))
    assert logged_in(site) == {"alice": "0", "bob": "1"}
    assert ids(site) == {"alice": ("other@corp", 1), "bob": ("bob@corp", 1)}


def test_two_users_swap_their_ids_in_one_task(site: Any) -> None:
    assert not assign(site, ("alice", "a@corp"), ("bob", "b@corp")).failed
    converges(site, ("alice", "b@corp"), ("bob", "a@corp"))
    assert ids(site) == {"alice": ("b@corp", 1), "bob": ("a@corp", 1)}
    assert logged_in(site) == {"alice": "0", "bob": "0"}


def test_prune_takes_from_those_whom_nothing_names(site: Any) -> None:
    assert not assign(site, ("alice", "alice@corp"), ("bob", "bob@corp"), ("carol", "carol@corp")).failed
    mark(site, "bob")
    rests(site, ("alice", "alice@corp"))
    done = converges(site, ("alice", "alice@corp"), prune=True)
    assert ids(site) == {"alice": ("alice@corp", 1)}
    assert registered(site) == {"alice": 1, "bob": 0, "carol": 0}
    assert logged_in(site)["bob"] == "0"
    assert done["removed"] == 2 and done.diff == {"before": {"bob": "bob@corp", "carol": "carol@corp"}, "after": {}}
    # and again, as for anybody new
    converges(site, ("bob", "bob@corp"))
    assert ids(site)["bob"] == ("bob@corp", 1) and registered(site)["bob"] == 1


def test_a_pattern_is_for_those_whom_the_list_does_not_name(site: Any) -> None:
    site.occ("user:disable", "carol")
    done = converges(site, ("bob", "robert@corp"), pattern="{uid}@Corp")
    assert ids(site) == {"admin": ("admin@corp", 1), "alice": ("alice@corp", 1), "bob": ("robert@corp", 1)}
    assert done["assigned"] == 3


def test_a_pattern_for_the_members_of_groups(site: Any) -> None:
    converges(site, pattern="nc.{uid}", pattern_groups=["staff", "it"])
    assert ids(site) == {"alice": ("nc.alice", 1), "bob": ("nc.bob", 1)}
    site.occ("group:adduser", "staff", "carol")
    site.occ("group:removeuser", "it", "bob")
    converges(site, pattern="nc.{uid}", pattern_groups=["staff", "it"], prune=True)
    assert set(ids(site)) == {"alice", "carol"}


def test_a_disabled_user_may_be_named(site: Any) -> None:
    site.occ("user:disable", "carol")
    converges(site, ("carol", "carol@corp"))
    assert ids(site) == {"carol": ("carol@corp", 1)}


def test_user_ids_of_all_kinds(site: Any) -> None:
    """Numbers, blanks and mail addresses are normal user ids; a pattern makes IDs only of those that can be one."""
    for uid in ("4711", "anna@example.com", "user with blank"):
        scene.add_user(site, uid)
    converges(site, ("4711", "n@corp"), ("anna@example.com", "anna@corp"), ("user with blank", "u@corp"))
    assert ids(site) == {"4711": ("n@corp", 1), "anna@example.com": ("anna@corp", 1), "user with blank": ("u@corp", 1)}
    assert registered(site) == dict.fromkeys(ids(site), 1)
    converges(site, ("4711", "m@corp"), prune=True)
    assert ids(site) == {"4711": ("m@corp", 1)}
    refused(site, "NC201", "user with blank", pattern="{uid}@corp")


def test_what_is_no_id_is_refused_and_nothing_is_written(site: Any) -> None:
    good = ("alice", "alice@corp")
    for wrong in ("a b", "-x", "älice", "x" * 201, "a'; --", "a@"):
        refused(site, "NC201", "bob", pairs=(good, ("bob", wrong)))
    refused(site, "NC201", "bob", "no SecSign ID", pairs=(good, {"user": "bob"}))
    refused(site, "NC201", "alice", "more than once", pairs=(good, ("alice", "b@corp")))
    for pattern in ("corp", "{uid}{uid}", "{user}@corp"):
        refused(site, "NC201", "pattern", pattern=pattern)
    refused(site, "NC201", "pattern_groups", pattern_groups=["staff"])
    refused(site, "NC202", "nobody here", pattern="{uid}@corp", pattern_groups=["nobody here"])
    assert ids(site) == {}


def test_one_id_for_two_people(site: Any) -> None:
    pairs = (("alice", "team@corp"), ("bob", "TEAM@corp"))
    refused(site, "NC201", "alice", "bob", "team@corp", pairs=pairs)
    converges(site, *pairs, allow_shared_ids=True)
    assert ids(site) == {"alice": ("team@corp", 1), "bob": ("team@corp", 1)}
    # a user whom the task does not name has it already
    assert not assign(site, ("bob", "bob@corp")).failed
    refused(site, "NC201", "alice", "carol", "team@corp", pairs=(("carol", "team@corp"),))


def test_unknown_users(site: Any) -> None:
    unknown = [f"nobody{number:02}" for number in range(25)]
    pairs = (("alice", "alice@corp"), *((uid, f"n{number}@corp") for number, uid in enumerate(unknown)))
    refused(site, "NC204", unknown[0], "and 5 more", pairs=pairs)
    assert ids(site) == {}
    ignored = converges(site, *pairs, unknown_users="ignore")
    assert ids(site) == {"alice": ("alice@corp", 1)} and warned(ignored) == ""
    reported = assign(site, *pairs, unknown_users="report")
    assert not reported.failed and not reported.changed
    assert unknown[0] in warned(reported) and unknown[19] + " and 5 more" in warned(reported)


def test_taking_the_last_factor_of_somebody_who_needs_it(site: Any) -> None:
    assert not assign(site, ("alice", "alice@corp"), ("bob", "bob@corp")).failed
    site.occ("twofactorauth:enforce", "--on", "--group=staff")
    refused(site, "NC401", "alice", pairs=({"user": "alice", "enabled": False},))
    refused(site, "NC401", "alice", pairs=(("bob", "bob@corp"),), prune=True)
    converges(site, ("alice", "alice@corp"), prune=True)
    assert set(ids(site)) == {"alice"}
    converges(site, {"user": "alice", "enabled": False}, guard="off")
    assert ids(site)["alice"] == ("alice@corp", 0)


def test_the_app_has_to_be_there(server: Any) -> None:
    fails(server.run("secsign_ids", ids=[{"user": "alice", "secsign_id": "a@corp"}], app_id=SECSIGN), "NC302", SECSIGN)
    fails(server.run("secsign_ids", ids=[], app_id="twofactor_totp"), "NC201", "twofactor_totp")
