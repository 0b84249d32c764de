# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to a user at the next login: compared with Nextcloud's own rules, and distinguished as the guard has
to."""

from __future__ import annotations

from typing import Any

import nextcloud_login as nextcloud
import pytest
from accounts import BROKEN, CODES, OURS, SECSIGN, TOTP, U2F, user
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ansible_collections.secsign.nextcloud.plugins.module_utils._policy import login
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import Scope
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.login import CLASSES, Census, Factors
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import User

GROUPS = ("admin", "staff", "it")
EVERYONE, NOBODY = Scope(True), Scope(False)

memberships = st.frozensets(st.sampled_from(GROUPS))
group_lists = st.lists(st.sampled_from((*GROUPS, "nobody here")), unique=True)

providers = st.tuples(
    st.lists(st.sampled_from((TOTP, U2F, OURS)), unique=True),
    # the app of the codes cannot be disabled, but its folder can be missing
    st.sampled_from(((CODES,), ())),
).map(lambda found: (*found[0], *found[1]))


@st.composite
def users(draw: Any) -> User:
    on = draw(st.sets(st.sampled_from(("totp", "u2f", SECSIGN, "backup_codes", "gone"))))
    off = draw(st.sets(st.sampled_from(("totp", "u2f", SECSIGN)))) - on
    codes = draw(st.sampled_from((None, 0, 3)))
    return user("x", draw(memberships), on, off, draw(st.sampled_from((None, "x@corp"))), backup_codes=codes)


@given(enforced=st.booleans(), groups=group_lists, excluded=group_lists, member=memberships)
@example(True, ["nobody here"], ["staff"], frozenset({"staff"}))
@settings(max_examples=500, deadline=None)
def test_scope_is_the_rule_of_nextcloud(enforced: bool, groups: Any, excluded: Any, member: Any) -> None:
    scope = Scope(enforced, frozenset(groups), frozenset(excluded))
    assert scope.includes(member) is nextcloud.enforced_for("true" if enforced else "false", groups, excluded, member)


MEANS = {
    "in": {login.NOT_IN_SCOPE},
    "factor": {login.READY},
    "set_up": {login.WILL_ENROL},
    "codes": {login.BACKUP_CODES_ONLY},
    "dead_end": {login.LOCKED_OUT},
}


@given(who=users(), must=st.booleans(), there=providers, onboarding=st.booleans())
@settings(max_examples=1_000, deadline=None)
def test_the_class_is_what_nextcloud_does(who: User, must: bool, there: Any, onboarding: bool) -> None:
    met = nextcloud.meets(who, must, there, onboarding)
    assert Factors(there, onboarding).classify(who, EVERYONE if must else NOBODY) in MEANS[met], met


def limited(provider: Any, *groups: str) -> Any:
    return provider._replace(groups=frozenset(groups))


@pytest.mark.parametrize(
    ("who", "there", "scope", "expected"),
    [
        (user("a", on=["totp"]), (TOTP,), EVERYONE, "ready"),
        (user("a", on=["totp"]), (TOTP,), NOBODY, "ready"),
        # the app was removed while users were enrolled: their row stays, and blocks them whatever the policy
        (user("a", on=["totp"]), (OURS,), NOBODY, "locked_out"),
        (user("a", on=["totp"]), (OURS,), EVERYONE, "locked_out"),
        (user("a", on=["totp", "backup_codes"], backup_codes=2), (OURS, CODES), EVERYONE, "backup_codes_only"),
        (user("a", on=["totp", "backup_codes"], backup_codes=0), (OURS, CODES), EVERYONE, "locked_out"),
        (user("a"), (OURS,), EVERYONE, "will_enrol"),
        (user("a"), (TOTP,), EVERYONE, "locked_out"),
        (user("a"), (TOTP,), NOBODY, "not_in_scope"),
        # codes do not replace a factor, and do not stand in the way of a set-up
        (user("a", on=["backup_codes"], backup_codes=9), (OURS, CODES), EVERYONE, "will_enrol"),
        (user("a", on=["backup_codes"], backup_codes=9), (TOTP, CODES), EVERYONE, "backup_codes_only"),
        # an app limited to a group is not there for others
        (user("a", ["it"], on=["totp"]), (limited(TOTP, "staff"),), EVERYONE, "locked_out"),
        (user("a", ["staff"], on=["totp"]), (limited(TOTP, "staff"),), EVERYONE, "ready"),
        (user("a", ["it"]), (limited(OURS, "staff"),), EVERYONE, "locked_out"),
        # an ID alone is a factor; switched off in the registry it is none
        (user("a", secsign_id="a@corp"), (OURS,), EVERYONE, "ready"),
        (user("a", secsign_id="a@corp", off=[SECSIGN]), (OURS,), EVERYONE, "will_enrol"),
        # the registry has it on but there is no ID to ask: a challenge that nobody can pass
        (user("a", on=[SECSIGN]), (OURS,), EVERYONE, "locked_out"),
        # treated apart, whatever they have
        (user("a", enabled=False), (TOTP,), EVERYONE, "disabled"),
        (user("a", password_login=False), (TOTP,), EVERYONE, "no_password_login"),
        (user("a", backend="Guests"), (TOTP,), EVERYONE, "guest"),
        (user("a", ["robots"]), (TOTP,), EVERYONE, "service_account"),
    ],
)
def test_classes(who: User, there: Any, scope: Scope, expected: str) -> None:
    assert Factors(there, True, service_groups=frozenset({"robots"})).classify(who, scope) == expected


def test_onboarding_that_is_off_makes_a_dead_end() -> None:
    assert Factors((OURS,), False).classify(user("a"), EVERYONE) == "locked_out"
    assert Factors((OURS, U2F), False).classify(user("a"), EVERYONE) == "will_enrol"


def test_required_backup_codes_are_part_of_ready() -> None:
    factors = Factors((TOTP, CODES), True, require_backup_codes=True)
    assert factors.classify(user("a", on=["totp"]), EVERYONE) == "locked_out"
    assert factors.classify(user("a", on=["totp"], backup_codes=0), EVERYONE) == "locked_out"
    assert factors.classify(user("a", on=["totp", "backup_codes"], backup_codes=1), EVERYONE) == "ready"
    # who need not use it is not asked for codes either
    assert factors.classify(user("a", on=["totp"]), NOBODY) == "ready"


def test_exempt_is_told_only_of_those_who_need_nothing() -> None:
    factors = Factors((TOTP,), True)
    assert factors.classify(user("a"), NOBODY, exempt=True) == "exempt"
    assert factors.classify(user("a", on=["totp"]), NOBODY, exempt=True) == "ready"
    # an exemption does not help against a factor that is on and gone
    assert factors.classify(user("a", on=["gone"]), NOBODY, exempt=True) == "locked_out"


def test_the_census_counts_all_and_keeps_twenty_names() -> None:
    census = Census()
    for number in range(50):
        census.add(user(f"p{number}"), "locked_out")
    census.add(user("boss", ["admin"]), "ready")
    for login_outcome in ("locked_out", "backup_codes_only", "disabled"):
        census.add(user("other", ["admin"]), login_outcome)
    assert (
        census.counts["locked_out"] == 51 and sum(census.counts.values()) == 54 and set(census.counts) == set(CLASSES)
    )
    assert census.names["locked_out"] == [f"p{number}" for number in range(20)]
    assert census.admins_who_get_in == 1


def test_a_broken_provider_is_none() -> None:
    assert Factors((BROKEN, TOTP), True).working(user("a", on=["totp"])) == ("totp",)
