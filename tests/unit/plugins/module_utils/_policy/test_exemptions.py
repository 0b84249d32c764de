# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exemptions: what is taken and what is refused, when they end, and how a list that is run again and again stays
quiet."""

from __future__ import annotations

from typing import Any

import pytest
from accounts import DAY, NOW, TOTP, server, user

from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Context, NeedsMoreState
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.exemptions import Exemptions, parse_moment
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import (
    REMEMBERED,
    STORE,
    Exemption,
    stored_exemptions,
    write_exemptions,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import State, StoredPolicy
from ansible_collections.secsign.nextcloud.plugins.module_utils._text import stamp

PEOPLE = [
    user("admin", ["admin"], on=["totp"]),
    user("alice", ["staff"], on=["totp"]),
    user("bob", ["it"], on=["totp"]),
]
TOMORROW = stamp(NOW + DAY)


def part(*entries: dict[str, Any], **options: Any) -> Exemptions:
    guard = {
        "guard": "strict",
        "exempt_days": 14,
        "service_groups": [],
        "require_backup_codes": False,
        "accept_insecure_provider": False,
    }
    return Exemptions(
        dict(
            guard, **dict({"exemptions": list(entries), "state": "present", "prune": False, "max_days": 90}, **options)
        ),
        Context(),
    )


def entry(**fields: Any) -> dict[str, Any]:
    return dict({"user": None, "group": None, "owner": "helpdesk", "reason": "on leave", "until": TOMORROW}, **fields)


def after(made: Exemptions, state: State) -> State:
    """Where the plan leads to, read as often as it asks."""
    while True:
        try:
            return made.plan(state).after
        except NeedsMoreState as more:
            state = state._replace(
                members=dict(
                    state.members,
                    **{g: frozenset(p.uid for p in PEOPLE if g in p.groups) for g in more.needs["members"]},
                )
            )


def enforced(*kept: Exemption) -> State:
    return server(
        PEOPLE, (TOTP,), StoredPolicy("true", [], []), {STORE: {"exemptions": write_exemptions(kept)}} if kept else {}
    )


def names(state: State) -> list[str]:
    return [e.name for e in stored_exemptions(state) if not e.ended]


def refusal(*entries: dict[str, Any], **options: Any) -> str:
    with pytest.raises(NextcloudError) as caught:
        after(part(*entries, **options), enforced())
    assert caught.value.code in ("NC201", "NC202", "NC204")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        # a day counts to its end
        ("2027-01-31", "2027-02-01T00:00:00Z"),
        (" 2027-01-31 ", "2027-02-01T00:00:00Z"),
        ("2028-02-29", "2028-03-01T00:00:00Z"),
        ("2027-01-31T18:00:00Z", "2027-01-31T18:00:00Z"),
        ("2027-01-31T18:00Z", "2027-01-31T18:00:00Z"),
        ("2027-01-31 18:00:00+0200", "2027-01-31T16:00:00Z"),
        ("2027-01-31T18:00:00-03:30", "2027-01-31T21:30:00Z"),
    ],
)
def test_moments(text: str, moment: str) -> None:
    assert stamp(parse_moment("until", text)) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2027-02-30",
        "2027-13-01",
        "31.01.2027",
        "2027-01-31T18:00",
        "2027-01-31T25:00:00Z",
        "2027-01-31Z",
        "20270131",
    ],
)
def test_no_moments(text: str) -> None:
    with pytest.raises(NextcloudError) as caught:
        parse_moment("until", text)
    assert caught.value.code == "NC201" and "until" in str(caught.value)


@pytest.mark.parametrize("field", ["owner", "reason", "until"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_owner_reason_and_end_are_required(field: str, value: Any) -> None:
    assert field in refusal(entry(user="alice", **{field: value}))


def test_what_is_refused() -> None:
    assert "in the past" in refusal(entry(user="alice", until=stamp(NOW)))
    assert "in the past" in refusal(entry(user="alice", until="2020-01-01"))
    assert "max_days (90)" in refusal(entry(user="alice", until=stamp(NOW + 92 * DAY)))
    assert "max_days (7)" in refusal(entry(group="staff", until=stamp(NOW + 9 * DAY)), max_days=7)
    assert "max_days" in refusal(entry(user="alice"), max_days=0)
    assert "carol" in refusal(entry(user="carol"))
    assert "nobody here" in refusal(entry(group="nobody here"))
    assert "more than once: user alice." in refusal(entry(user="alice"), entry(user="alice", until="2027-02-01"))
    assert "more than once: user alice, user bob." in refusal(
        *[entry(user=name) for name in ("alice", "bob", "alice", "bob")]
    )
    assert "user alice lacks owner, reason." in refusal(entry(user="alice", owner=None, reason=" "))
    assert "secsign-exempt" in refusal(entry(group="secsign-exempt"))
    assert "prune" in refusal(entry(user="alice"), state="absent", prune=True)


def test_the_whole_last_day_may_be_named() -> None:
    """max_days is in days, and a day counts to its end."""
    assert names(after(part(entry(user="alice", until=stamp(NOW + 90 * DAY)[:10])), enforced())) == ["alice"]


def test_a_user_and_a_group_of_one_name_are_two() -> None:
    users = [*PEOPLE, user("staff", ["it"], on=["totp"])]
    state = server(users, (TOTP,), StoredPolicy("true", [], []), {})
    assert names(after(part(entry(user="staff"), entry(group="staff")), state)) == ["staff", "staff"]


def test_other_control_machines_are_left_alone_unless_pruned() -> None:
    theirs = Exemption("user", "bob", "them", "theirs", NOW + DAY)
    assert names(after(part(entry(user="alice")), enforced(theirs))) == ["alice", "bob"]
    assert names(after(part(entry(user="alice"), prune=True), enforced(theirs))) == ["alice"]
    assert names(after(part(prune=True), enforced(theirs))) == []
    assert names(after(part(entry(user="bob"), state="absent"), enforced(theirs))) == []
    assert names(after(part(entry(user="alice"), state="absent"), enforced(theirs))) == ["bob"]


def test_a_list_that_still_names_one_that_is_over_does_no_harm() -> None:
    over = Exemption("user", "alice", "helpdesk", "on leave", NOW - DAY)
    listed = entry(user="alice", until=stamp(over.until))
    ended = after(part(listed), enforced(over))
    assert [e.ended for e in stored_exemptions(ended)] == [True] and names(ended) == []
    assert part(listed).plan(ended).steps == ()
    assert names(after(part(listed, entry(user="bob")), ended)) == ["bob"]
    # but a new end for her is a new exemption
    assert names(after(part(entry(user="alice")), ended)) == ["alice"]
    # and an end in the past that never was one is a mistake
    with pytest.raises(NextcloudError, match="in the past"):
        after(part(entry(user="alice", until=stamp(NOW - 2 * DAY))), ended)


def test_a_longer_end_is_subject_to_max_days_again() -> None:
    kept = Exemption("user", "alice", "helpdesk", "on leave", NOW + 300 * DAY)
    assert part(entry(user="alice", until=stamp(kept.until))).plan(after(part(entry(user="bob")), enforced(kept)))
    with pytest.raises(NextcloudError, match="max_days"):
        after(part(entry(user="alice", until=stamp(kept.until + DAY))), enforced(kept))


def test_what_is_over_is_forgotten_one_day() -> None:
    old = Exemption("user", "alice", "helpdesk", "on leave", NOW - REMEMBERED - 1, ended=True)
    recent = old._replace(name="bob", until=NOW - REMEMBERED + DAY)
    state = after(part(entry(user="alice")), enforced(old, recent))
    assert [(e.name, e.ended) for e in stored_exemptions(state)] == [("alice", False), ("bob", True)]


def test_exempting_a_group_while_groups_are_enforced_leaves_its_members_out() -> None:
    state = server(PEOPLE, (TOTP,), StoredPolicy("true", ["staff", "it"], []), {})
    found = after(part(entry(group="it")), state)
    assert found.policy.groups == ["secsign-enforced"] and found.members["secsign-enforced"] == frozenset({"alice"})
