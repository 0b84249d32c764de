# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the vendor's app left, as the guard of a first run sees it: users whom its dead provider would lock out are
taken over."""

from __future__ import annotations

import re

import pytest
from paths import ROOT
from states import state, user

from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.guard import factors_of
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import Scope
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.login import LOCKED_OUT, READY, WILL_ENROL
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import BUNDLED_APP, VENDOR_APP
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import Provider, SecSignId, State, User
from ansible_collections.secsign.nextcloud.plugins.module_utils._users import migration
from ansible_collections.secsign.nextcloud.plugins.module_utils._users.migration import taken_over

APP = ROOT / "nextcloud_app" / "twofactor_secsign" / "lib"
NEW = Provider(BUNDLED_APP, "OCA\\TwoFactorSecSign\\Provider\\SecSignProvider", BUNDLED_APP, True, set_up_at_login=True)


def had(uid: str, secsign_id: str, on: bool = True, row: bool = True) -> User:
    return user(uid, providers={VENDOR_APP: on} if row else {}, secsign_ids=(SecSignId(VENDOR_APP, secsign_id, on),))


def left_behind(*users: User, **changes: object) -> State:
    return state(
        users,
        settings={VENDOR_APP: {"onboarding_enabled": "1", "server": "https://id", "enabled": "no"}},
        providers=(NEW,),
        **changes,
    )


def login_outcome(of: State, uid: str) -> str:
    (somebody,) = [each for each in of.users or () if each.uid == uid]
    return factors_of(of, accept_insecure=False).classify(somebody, Scope(True))


def test_who_had_it_on_is_ready_and_not_locked_out() -> None:
    before = left_behind(
        had("alice", " Alice@Company "),
        had("bob", "bob@company", on=False),
        had("carol", "carol@company", row=False),
        user("dora"),
    )
    assert login_outcome(before, "alice") == LOCKED_OUT
    after = taken_over(before)
    assert {uid: login_outcome(after, uid) for uid in ("alice", "bob", "carol", "dora")} == {
        "alice": READY,
        "bob": WILL_ENROL,
        "carol": READY,
        "dora": WILL_ENROL,
    }
    ids = {each.uid: each.secsign_ids[-1] for each in after.users or () if each.secsign_ids}
    assert ids["alice"] == SecSignId(BUNDLED_APP, "alice@company", True) and not ids["bob"].usable
    assert after.settings[BUNDLED_APP] == {"onboarding_enabled": "1", "server": "https://id", "taken_over": "1"}


def test_what_is_no_id_is_not_taken_but_its_dead_provider_goes() -> None:
    after = taken_over(left_behind(had("alice", "not an id!"), had("bob", " ")))
    assert [len(each.secsign_ids) for each in after.users or ()] == [1, 1]
    assert {login_outcome(after, uid) for uid in ("alice", "bob")} == {WILL_ENROL}


def test_settings_that_are_there_already_stay() -> None:
    before = left_behind(had("alice", "alice@company"))
    before = before.with_settings(BUNDLED_APP, {"server": "https://other"})
    assert taken_over(before).settings[BUNDLED_APP]["server"] == "https://other"


@pytest.mark.parametrize("why", ["done", "nothing", "own ids"])
def test_not_again_and_not_for_nothing(why: str) -> None:
    given = left_behind(had("alice", "alice@company"))
    if why == "done":
        given = given.with_settings(BUNDLED_APP, {"taken_over": "1"})
    elif why == "nothing":
        given = state([user("alice")])
    else:
        given = left_behind(
            had("alice", "alice@company"), user("bob", secsign_ids=(SecSignId(BUNDLED_APP, "bob@company", True),))
        )
    assert taken_over(given) is given


def test_an_old_app_that_is_still_enabled_keeps_its_rows() -> None:
    old = Provider(VENDOR_APP, "x", VENDOR_APP, True)
    after = taken_over(left_behind(had("alice", "alice@company")).with_app(state().apps[BUNDLED_APP], (old, NEW)))
    assert after.users is not None and after.users[0].providers == {VENDOR_APP: True, BUNDLED_APP: True}


def test_before_the_users_are_read() -> None:
    after = taken_over(left_behind()._replace(users=None))
    assert after.users is None and after.settings[BUNDLED_APP]["taken_over"] == "1"


def test_the_settings_are_those_that_the_app_takes() -> None:
    text = (APP / "Service" / "Settings.php").read_text(encoding="utf-8")
    defaults = text.split("DEFAULTS = [", 1)[1].split("];", 1)[0]
    assert tuple(re.findall(r"^\s*'(\w+)' =>", defaults, re.MULTILINE)) == migration._KEYS
    assert f"DONE = '{migration._DONE}'" in (APP / "Migration" / "TakeOver.php").read_text(encoding="utf-8")
