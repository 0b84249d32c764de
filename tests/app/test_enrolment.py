# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How users get their SecSign ID: at login, in their settings, from the administrator."""

from __future__ import annotations

from typing import Any

import pytest
from browser import Browser
from login import APP, CHALLENGE, ROUTES, User, enter
from nextcloud_site import ADMIN, SET_UP, Site, is_in

pytestmark = pytest.mark.thorough


def _at_set_up(site: Site, who: User) -> Browser:
    site.enforce_for(who)
    browser = site.browser()
    browser.password_login(who.uid, who.password)
    page = browser.get("/index.php/login/setupchallenge")
    assert "SecSign ID" in page.words
    return browser


def _finish(browser: Browser, what: str) -> Any:
    return browser.call(ROUTES + "/" + what + "/finish")


def test_onboarding(site: Site) -> None:
    who = site.user()
    site.settings(onboarding_enabled="1", onboarding_suffix="Corp")
    browser = _at_set_up(site, who)
    page = browser.get(SET_UP)
    assert who.secsignid in page.words
    assert "secsign-wanted" not in page.text, "no choice unless it is allowed"
    # created on the phone with the QR code
    unknown = browser.call(ROUTES + "/login-setup/start")
    assert unknown.status == 502
    assert "does not exist" in unknown.json()["message"]
    site.phone.create(who.secsignid)
    started = browser.call(ROUTES + "/login-setup/start").json()
    assert started["secSignId"] == who.secsignid
    assert started["accessPass"].startswith("iVBOR")
    # not before the phone has approved
    assert _finish(browser, "login-setup").json()["outcome"] == "open"
    assert site.stored(who) is None
    site.phone.decide(who.secsignid, "approve")
    assert site.poll_until_decided(browser, "/login-setup/poll")["outcome"] == "approved"
    assert site.stored(who) is None
    assert _finish(browser, "login-setup").json()["outcome"] == "done"
    assert site.stored(who) == {"secsignid": who.secsignid, "enabled": 1}
    assert site.registered(who) is True
    assert site.confirmed(who) == "1"
    assert not is_in(browser), "enrolled is not yet logged in"
    assert CHALLENGE in page.text, "the page goes on to the challenge"
    browser.get(CHALLENGE)
    site.phone.decide(who.secsignid, "approve")
    enter(browser)
    assert is_in(browser)
    assert site.warnings() == []


@pytest.mark.parametrize("decision", ["deny", "expire", "suspend", "cancel", "invalidate"])
def test_not_approved(site: Site, decision: str) -> None:
    who = site.user()
    site.phone.create(who.secsignid)
    site.settings(onboarding_enabled="1")
    browser = _at_set_up(site, who)
    browser.get(SET_UP)
    browser.call(ROUTES + "/login-setup/start")
    site.phone.decide(who.secsignid, decision)
    assert _finish(browser, "login-setup").json()["outcome"] == "ended"
    assert site.stored(who) is None
    assert site.registered(who) in (None, False)
    assert not is_in(browser)


def test_another_id_only_where_choice_is_allowed(site: Site) -> None:
    who = site.user()
    site.phone.create("mine-" + who.uid)
    site.settings(onboarding_enabled="1")
    browser = _at_set_up(site, who)
    browser.get(SET_UP)
    refused = browser.call(ROUTES + "/login-setup/start", {"secSignId": "mine-" + who.uid})
    assert refused.status == 409
    assert "not allowed" in refused.json()["message"]
    site.settings(choice_enabled="1", choice_groups='["nosuchgroup"]')
    assert browser.call(ROUTES + "/login-setup/start", {"secSignId": "mine-" + who.uid}).status == 409
    site.settings(choice_groups=f'["{site.group_of(who)}"]')
    assert "secsign-wanted" in browser.get(SET_UP).text
    assert browser.call(ROUTES + "/login-setup/start", {"secSignId": " MINE-" + who.uid + " "}).status == 200
    site.phone.decide("mine-" + who.uid, "approve")
    assert _finish(browser, "login-setup").json()["outcome"] == "done"
    assert site.stored(who) == {"secsignid": "mine-" + who.uid, "enabled": 1}


def test_the_rules_are_looked_at_again_at_the_end(site: Site) -> None:
    who = site.user()
    site.phone.create("mine-" + who.uid)
    site.settings(onboarding_enabled="1", choice_enabled="1")
    browser = _at_set_up(site, who)
    browser.get(SET_UP)
    browser.call(ROUTES + "/login-setup/start", {"secSignId": "mine-" + who.uid})
    site.phone.decide("mine-" + who.uid, "approve")
    site.settings(choice_enabled="")
    assert _finish(browser, "login-setup").status == 409
    assert site.stored(who) is None


def test_an_assigned_id_is_confirmed_at_set_up(site: Site) -> None:
    who = site.user(assigned=True)
    site.occ("twofactorauth:disable", who.uid, APP)
    site.settings(onboarding_enabled="1")
    browser = _at_set_up(site, who)
    assert who.secsignid in browser.get(SET_UP).words
    assert browser.call(ROUTES + "/login-setup/start").json()["secSignId"] == who.secsignid
    site.phone.decide(who.secsignid, "approve")
    assert _finish(browser, "login-setup").json()["outcome"] == "done"
    assert site.stored(who) == {"secsignid": who.secsignid, "enabled": 1}
    assert site.registered(who) is True


def test_no_onboarding_no_enrolment(site: Site) -> None:
    who = site.user()
    site.phone.create(who.secsignid)
    site.enforce_for(who)
    browser = site.browser()
    browser.password_login(who.uid, who.password)
    browser.get("/index.php/login/selectchallenge")
    answer = browser.call(ROUTES + "/login-setup/start")
    assert answer.status == 409
    assert "The administrator can assign one." in answer.json()["message"]
    assert site.phone.waiting(who.secsignid) == []


# ------------------------------------------------------------ personal settings


def _in_settings(site: Site, who: User) -> Browser:
    browser = site.browser()
    browser.password_login(who.uid, who.password)
    browser.get("/index.php/settings/user/security")
    return browser


@pytest.mark.parametrize(
    ("settings", "group", "may"),
    [
        ({}, "", False),
        ({"allowEdit": "1"}, "", True),
        ({"allowGroups": "1", "allowEditGroups": '["editors"]'}, "editors", True),
        ({"allowGroups": "1", "allowEditGroups": '["editors"]'}, "", False),
        ({"allowGroups": "1", "allowEditGroups": '["no group"]'}, "", True),
        ({"allowGroups": "1", "allowEditGroups": '["no group"]'}, "editors", False),
        ({"allowEdit": "1", "allowGroups": "1", "allowEditGroups": "[]"}, "editors", False),
    ],
)
def test_who_may_edit(site: Site, settings: Any, group: str, may: bool) -> None:
    who = site.user(group=group)
    site.phone.create(who.secsignid)
    site.settings(**settings)
    browser = _in_settings(site, who)
    page = browser.get("/index.php/settings/user/security")
    assert ("Only an administrator can change this." in page.words) is not may
    assert ("secsign-enrol" in page.text) is may
    assert (browser.call(ROUTES + "/personal/start", {"secSignId": who.secsignid}).status == 200) is may


def test_personal_set_up_change_and_off(site: Site) -> None:
    who = site.user()
    site.settings(allowEdit="1")
    for name in (who.secsignid, "second-" + who.secsignid):
        site.phone.create(name)
    browser = _in_settings(site, who)
    assert browser.call(ROUTES + "/personal/start", {"secSignId": who.secsignid}).status == 200
    assert _finish(browser, "personal").json()["outcome"] == "open"
    site.phone.decide(who.secsignid, "approve")
    assert _finish(browser, "personal").json()["outcome"] == "done"
    assert site.stored(who) == {"secsignid": who.secsignid, "enabled": 1}
    assert site.registered(who) is True
    assert browser.call(ROUTES + "/personal/start", {"secSignId": "second-" + who.secsignid}).status == 200
    site.phone.decide("second-" + who.secsignid, "deny")
    assert _finish(browser, "personal").json()["outcome"] == "ended"
    assert site.stored(who) == {"secsignid": who.secsignid, "enabled": 1}, "a denied change changes nothing"
    assert browser.call(ROUTES + "/personal/disable").status == 200
    assert site.registered(who) is False
    site.settings(allowEdit="")
    assert browser.call(ROUTES + "/personal/disable").status == 409


def test_an_administrator_outside_the_groups_may_not_edit(site: Site) -> None:
    site.settings(allowGroups="1", allowEditGroups='["editors"]')
    browser = _in_settings(site, ADMIN)
    assert browser.call(ROUTES + "/personal/start", {"secSignId": "x@corp"}).status == 409
    site.settings(allowGroups="")
    assert browser.call(ROUTES + "/personal/start", {"secSignId": "x@corp"}).status == 502, (
        "allowed, and the ID server does not know it"
    )
