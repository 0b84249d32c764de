# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each class of user that the guard and twofactor_info show: the user really logs in over HTTP, or really
cannot."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import users_scene as scene
from apps import APP_ID
from users_scene import PASSWORD, SECSIGN
from users_web import Visitor, prepare, serving

from ansible_collections.secsign.nextcloud.plugins.module_utils._text import stamp

pytestmark = pytest.mark.login

CODE = "the-code-of-the-fixture"
# groups of each user; those of staff must use a second factor
PEOPLE: dict[str, list[str]] = {
    "ready": ["staff"],
    "ready_unasked": [],
    "enrols": ["staff"],
    "codes": ["staff"],
    "codes_and_gone": ["staff"],
    "locked": ["staff"],
    "locked_unasked": [],
    "codes_used_up": ["staff"],
    "exempt": ["staff"],
    "outside": [],
    "gone": ["staff"],
    "limited": ["staff"],
}


class Town:
    def __init__(self, site: Any, base: str) -> None:
        self.site, self.base = site, base

    def reported(self, uid: str) -> str:
        users = self.site.run("twofactor_info", users="list")["users"]
        return str(next(p["login"] for p in users if p["uid"] == uid))

    def visit(self, uid: str, password: str = PASSWORD) -> Visitor:
        return Visitor(self.base, uid, password)


def finalize(site: Any) -> None:
    """Everybody of PEOPLE, and the policy that makes them what they are called."""
    for uid, groups in PEOPLE.items():
        scene.add_user(site, uid, *groups)
    for uid in ("ready", "ready_unasked"):
        site.occ("user:setting", uid, APP_ID, "code", CODE)
        site.occ("twofactorauth:enable", uid, APP_ID)
    # a provider that was switched on and whose app is gone, as an app that was removed leaves it
    for uid in ("locked", "locked_unasked", "codes_and_gone", "codes_used_up"):
        site.sql("INSERT INTO oc_twofactor_providers (provider_id, uid, enabled) VALUES ('gone_provider', ?, 1)", uid)
    until = stamp(int(time.time()) + 86_400)
    wanted = {
        "exemptions": {"exemptions": [{"user": "exempt", "owner": "it", "reason": "on leave", "until": until}]},
        "enforcement": {"enforced": True, "groups": ["staff"], "guard": "off"},
    }
    done = site.run("twofactor", app_id=SECSIGN, **wanted)
    assert not done.failed, done["msg"]
    site.occ("user:disable", "gone")


@pytest.fixture
def town(server: Any) -> Iterator[Town]:
    if server.is_sandbox:
        pytest.skip("a login needs a real Nextcloud: the sandbox has no pages. Name releases in NEXTCLOUD_ARCHIVES=DIR")
    site = scene.with_ids(server)
    if not site.has_saved("town"):
        prepare(site)
        finalize(site)
        site.save("town")
    site.restore("town")
    with serving(site) as base:
        yield Town(site, base)


def test_ready(town: Town) -> None:
    """In scope or not: who has a factor is asked for it, and gets in with it alone."""
    for uid in ("ready", "ready_unasked"):
        assert town.reported(uid) == "ready"
        visitor = town.visit(uid)
        assert visitor.met == "challenge" and not visitor.is_in()
        assert not visitor.solve(APP_ID, "something else")
        assert visitor.solve(APP_ID, CODE)


def test_will_enrol(town: Town) -> None:
    assert town.reported("enrols") == "locked_out"
    visitor = town.visit("enrols")
    assert visitor.met == "dead_end" and not visitor.is_in()
    scene.set_up_at_login(town.site, True)
    assert town.reported("enrols") == "will_enrol"
    visitor = town.visit("enrols")
    assert visitor.met == "set_up" and visitor.offers(APP_ID) and not visitor.is_in()
    # the set-up itself opens
    page = visitor.browser.get(f"/index.php/login/setupchallenge/{APP_ID}")
    assert page.status == 200 and "twofactor-fixture-setup" in page.text
    # codes alone do not stand in the way of it
    issue_codes(town, "enrols")
    assert town.reported("enrols") == "will_enrol" and town.visit("enrols").met == "set_up"


def issue_codes(town: Town, uid: str) -> list[str]:
    made = town.site.run(
        "backup_codes",
        user=uid,
        path="/not/used",
        reason="test",
        audit_log=str(town.site.path.with_name("audit.jsonl")),
    )
    assert not made.failed, made["msg"]
    return list(made["codes"])


@pytest.mark.parametrize("uid", ["codes", "codes_and_gone"])
def test_backup_codes_only(town: Town, uid: str) -> None:
    """As often as there are codes: one code opens once."""
    codes = issue_codes(town, uid)
    assert town.reported(uid) == "backup_codes_only"
    visitor = town.visit(uid)
    assert visitor.met in ("choose", "dead_end") and not visitor.is_in()
    assert visitor.solve("backup_codes", codes[0])
    again = town.visit(uid)
    assert not again.solve("backup_codes", codes[0])
    assert again.solve("backup_codes", codes[1])


def test_codes_that_are_used_up_are_none(town: Town) -> None:
    issue_codes(town, "codes_used_up")
    town.site.sql("UPDATE oc_twofactor_backupcodes SET used = 1 WHERE user_id = 'codes_used_up'")
    assert town.reported("codes_used_up") == "locked_out"
    visitor = town.visit("codes_used_up")
    assert not visitor.solve("backup_codes", "0000000000000000") and not visitor.is_in()


@pytest.mark.parametrize("uid", ["locked", "locked_unasked"])
def test_locked_out(town: Town, uid: str) -> None:
    """A provider that is on and gone keeps users out, also those who need not have one; set-up is not offered."""
    scene.set_up_at_login(town.site, True)
    assert town.reported(uid) == "locked_out"
    visitor = town.visit(uid)
    assert visitor.met == "dead_end" and not visitor.is_in()
    # released, they get in, or to the set-up
    done = town.site.run(
        "unlock",
        user=uid,
        method="disable_provider",
        reason="test",
        audit_log=str(town.site.path.with_name("audit.jsonl")),
    )
    assert done["login"] == town.reported(uid) == {"locked": "will_enrol", "locked_unasked": "not_in_scope"}[uid]
    assert town.visit(uid).met == {"locked": "set_up", "locked_unasked": "in"}[uid]


def test_exempt_and_not_in_scope(town: Town) -> None:
    for uid, expected in (("exempt", "exempt"), ("outside", "not_in_scope")):
        assert town.reported(uid) == expected
        assert town.visit(uid).met == "in"
        assert town.visit(uid, "wrong password").met == "refused"


def test_an_exemption_leaves_a_factor_that_is_on_as_it_is(town: Town) -> None:
    """Nextcloud asks everybody for the factor that they have, needed or not; that it is reported as ready is the
    truth."""
    done = town.site.run(
        "unlock", user="ready", method="exempt", reason="test", audit_log=str(town.site.path.with_name("audit.jsonl"))
    )
    assert (done["login_before"], done["login"], town.reported("ready")) == ("ready", "ready", "ready")
    assert "ready" not in scene.judged(town.site)
    visitor = town.visit("ready")
    assert visitor.met == "challenge" and visitor.solve(APP_ID, CODE)


def test_disabled(town: Town) -> None:
    assert town.reported("gone") == "disabled"
    assert town.visit("gone").met == "refused"


def test_an_app_limited_to_a_group_is_not_there_for_others(town: Town) -> None:
    scene.set_up_at_login(town.site, True)
    assert town.reported("limited") == "will_enrol"
    done = town.site.run("app", app_id=APP_ID, groups=["it"])
    assert not done.failed, done["msg"]
    assert town.reported("limited") == "locked_out"
    assert town.visit("limited").met == "dead_end"


def test_let_in_for_some_hours(town: Town) -> None:
    """Who has nothing and must have something: exempted from the command line, in at once."""
    assert town.reported("enrols") == "locked_out" and town.visit("enrols").met == "dead_end"
    done = town.site.run(
        "unlock", user="enrols", method="exempt", reason="test", audit_log=str(town.site.path.with_name("audit.jsonl"))
    )
    assert done["login"] == "exempt" and town.visit("enrols").met == "in"
