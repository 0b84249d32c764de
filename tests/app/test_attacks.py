# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has the password and not the phone does not get in, whatever the browser sends."""

from __future__ import annotations

import re
import threading
import urllib.parse

import pytest
from browser import Browser
from login import APP, CHALLENGE, ROUTES, account_of, enter
from nextcloud_site import ADMIN, ROOT, SET_UP, Site, cancel_login, is_in

pytestmark = pytest.mark.thorough

# every route that writes, with fields that it would take
WRITING = {
    "/challenge/poll": {},
    "/challenge/restart": {"redirect_url": ""},
    "/login-setup/start": {"secSignId": "thief@evil"},
    "/login-setup/poll": {},
    "/login-setup/finish": {},
    "/personal/start": {"secSignId": "thief@evil"},
    "/personal/poll": {},
    "/personal/finish": {},
    "/personal/disable": {},
    "/admin/settings": {"settings": {"server": "https://evil.example"}},
    "/admin/check": {},
    "/admin/users": {"uid": "admin", "secSignId": "thief@evil", "enabled": True},
}
ADMIN_ONLY = ("/admin/settings", "/admin/check", "/admin/users")
BEFORE_THE_SECOND_FACTOR = ("/challenge/poll", "/challenge/restart")


def test_every_route_is_attacked_below() -> None:
    """A route that the app gains, or one that it opens, has to appear here."""
    blocks = []
    for path in sorted((ROOT / "nextcloud_app" / APP / "lib" / "Controller").glob("*.php")):
        text = path.read_text(encoding="utf-8")
        assert (
            "#[NoCSRFRequired]" not in text
            and "#[PublicPage]" not in text
            and "@NoCSRFRequired" not in text
            and "@PublicPage" not in text
        ), path.name
        # a method with all that stands before it
        blocks += [block for block in text.split("\n\t}\n") if "#[FrontpageRoute(" in block]
    routes = {block: re.findall(r"FrontpageRoute\(verb: '(\w+)', url: '([^']+)'", block)[0] for block in blocks}
    assert {url for verb, url in routes.values() if verb != "GET"} == set(WRITING)
    for mark in ("#[NoTwoFactorRequired]", "* @NoTwoFactorRequired"):
        assert {url for block, (_verb, url) in routes.items() if mark in block} == set(BEFORE_THE_SECOND_FACTOR)


def test_a_thief_with_an_id_of_their_own_at_the_challenge(site: Site) -> None:
    """The hole of the vendor's app 0.3.3: any SecSign ID would do."""
    victim = site.user("victim", assigned=True)
    site.phone.create("thief@evil")
    browser = site.at_challenge(victim)
    for fields in (
        {"challenge": "thief@evil"},
        {"challenge": "approved", "secsignid": "thief@evil", "secSignId": "thief@evil"},
        {"challenge": '{"secsignid":"thief@evil","authsessionstate":"3"}'},
        {"challenge": "3", "authsessionid": "1", "requestid": "1"},
    ):
        assert CHALLENGE in browser.submit(CHALLENGE, fields).location
    browser.call(ROUTES + "/challenge/poll", {"secsignid": "thief@evil", "secSignId": "thief@evil"})
    assert site.phone.waiting("thief@evil") == []
    assert not is_in(browser)
    assert site.stored(victim) == {"secsignid": victim.secsignid, "enabled": 1}


def test_an_approval_of_the_thiefs_own_login_does_not_open_the_victims(site: Site) -> None:
    victim = site.user("victim", assigned=True)
    thief = site.user("thief", assigned=True)
    of_victim = site.at_challenge(victim)
    of_thief = site.at_challenge(thief)
    site.phone.decide(thief.secsignid, "approve")
    assert CHALLENGE in enter(of_victim).location
    assert not is_in(of_victim)
    enter(of_thief)
    assert is_in(of_thief)


def test_one_browser_after_the_other_account(site: Site) -> None:
    """An approval made in this browser for one account is worth nothing for the next, logged out in between or not."""
    thief = site.user("thief", assigned=True)
    victim = site.user("victim", assigned=True)
    browser = site.at_challenge(thief)
    site.phone.decide(thief.secsignid, "approve")
    browser.password_login(victim.uid, victim.password)
    enter(browser)
    assert account_of(browser) in (None, thief.uid)

    browser = site.at_challenge(thief)
    site.phone.decide(thief.secsignid, "approve")
    cancel_login(browser)
    browser.password_login(victim.uid, victim.password)
    assert CHALLENGE in enter(browser).location
    assert account_of(browser) is None


def test_an_approval_of_another_login_of_the_same_account(site: Site) -> None:
    """The owner approves their own login; somebody with the password waits in another browser."""
    victim = site.user("victim", assigned=True)
    of_thief = site.at_challenge(victim)
    of_owner = site.at_challenge(victim)
    site.phone.decide(victim.secsignid, "approve")
    assert CHALLENGE in enter(of_thief).location
    assert not is_in(of_thief)
    enter(of_owner)
    assert is_in(of_owner)


def test_an_approval_is_used_once(site: Site) -> None:
    who = site.user(assigned=True)
    browser = site.at_challenge(who)
    site.phone.decide(who.secsignid, "approve")
    page = browser.get(CHALLENGE)
    assert page.status == 200
    enter(browser)
    assert is_in(browser)
    # out and in again with the same browser, and with another: the approval of before opens nothing
    files = browser.get("/index.php/apps/files/")
    browser.get("/index.php/logout?requesttoken=" + urllib.parse.quote(files.token))
    for again in (browser, site.browser()):
        again.password_login(who.uid, who.password)
        assert CHALLENGE in enter(again).location
        assert not is_in(again)


def test_two_entries_at_the_same_time_are_one(site: Site) -> None:
    who = site.user(assigned=True)
    browser = site.at_challenge(who)
    site.phone.decide(who.secsignid, "approve")
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(enter(browser).location)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    released = [
        entry
        for entry in site.phone.requests()["asked"]
        if entry["secsignid"] == who.secsignid and entry["method"] == "ReqReleaseAuthSession"
    ]
    assert len(released) == 1
    assert is_in(browser)


def test_a_new_id_assigned_meanwhile_ends_the_old_request(site: Site) -> None:
    who = site.user(assigned=True)
    browser = site.at_challenge(who)
    site.phone.decide(who.secsignid, "approve")
    site.sql("UPDATE *PREFIX*twofactor_secsign SET secsignid = ? WHERE user_id = ?", "other-" + who.secsignid, who.uid)
    assert CHALLENGE in enter(browser).location
    assert not is_in(browser)


@pytest.mark.parametrize("fault", ["tampered", "other-id", "bad-state", "garbage", "redirect", "huge"])
def test_a_tampered_answer_never_lets_in(site: Site, fault: str) -> None:
    who = site.user(assigned=True)
    browser = site.at_challenge(who)
    site.phone.decide(who.secsignid, "approve" if fault == "bad-state" else "fetch")
    site.phone.fault(fault)
    reported = browser.call(ROUTES + "/challenge/poll").json()
    assert reported["outcome"] == "open"
    assert "cannot be trusted" in reported["message"]
    assert CHALLENGE in enter(browser).location
    assert not is_in(browser)


def test_entry_without_any_request(site: Site) -> None:
    """A forged form before the challenge page was ever opened."""
    who = site.user(assigned=True)
    browser = site.browser()
    browser.password_login(who.uid, who.password)
    assert CHALLENGE in enter(browser).location
    assert not is_in(browser)


def test_guessing_is_limited(site: Site) -> None:
    who = site.user(assigned=True)
    browser = site.at_challenge(who)
    statuses = [enter(browser).status for _ in range(8)]
    assert 429 in statuses
    assert not is_in(browser)


def test_the_phone_is_not_worn_down(site: Site) -> None:
    who = site.user(assigned=True)
    browser = site.at_challenge(who)
    for _ in range(14):
        browser.submit(ROUTES + "/challenge/restart", {"requesttoken": browser.token, "redirect_url": ""})
        page = browser.get(CHALLENGE)
    assert "Too many requests were sent to the phone." in page.words
    assert len(site.phone.ask(do="list", secsignid=who.secsignid)) <= 10


@pytest.mark.parametrize("route", sorted(WRITING))
def test_no_writing_without_the_pages_token(site: Site, route: str) -> None:
    """CSRF: another site can make the browser send its cookies, not the token."""
    victim = site.user("victim", assigned=True) if route.startswith("/challenge") else ADMIN
    browser = site.at_challenge(victim) if victim is not ADMIN else _admin(site)
    before = site.snapshot()
    for token in ("", "x" * 40 + ":" + "y" * 40):
        answer = browser.call(ROUTES + route, WRITING[route], token=token)
        assert answer.status == 412, (route, answer)
    assert site.snapshot() == before


@pytest.mark.parametrize("route", sorted(WRITING))
def test_nothing_without_a_login(site: Site, route: str) -> None:
    browser = site.browser()
    browser.get("/index.php/login")
    before = site.snapshot()
    assert browser.call(ROUTES + route, WRITING[route]).status == 401
    assert browser.call(ROUTES + "/admin/users", method="GET").status == 401
    assert site.snapshot() == before


@pytest.mark.parametrize("route", sorted(set(WRITING) - set(BEFORE_THE_SECOND_FACTOR)))
def test_only_the_challenge_is_open_before_the_second_factor(site: Site, route: str) -> None:
    victim = site.user("victim", assigned=True)
    site.settings(onboarding_enabled="1", choice_enabled="1", allowEdit="1")
    browser = site.at_challenge(victim)
    before = site.snapshot()
    answer = browser.call(ROUTES + route, WRITING[route])
    assert answer.status in (303, 403), (route, answer)
    assert answer.status == 403 or "selectchallenge" in answer.location
    assert site.snapshot() == before


@pytest.mark.parametrize("route", ADMIN_ONLY)
def test_only_administrators_administer(site: Site, route: str) -> None:
    """A private address that the ID server may have is thus named by an administrator only: no SSRF by anybody else."""
    who = site.user()
    browser = site.browser()
    browser.password_login(who.uid, who.password)
    assert is_in(browser)
    browser.get("/index.php/settings/user/security")
    before = site.snapshot()
    assert browser.call(ROUTES + route, WRITING[route]).status == 403
    assert browser.call(ROUTES + "/admin/users", method="GET").status == 403
    assert browser.get("/index.php/settings/admin/" + APP).status in (403, 404)
    assert site.snapshot() == before


@pytest.mark.parametrize("route", [*ADMIN_ONLY, "/personal/start", "/personal/finish", "/personal/disable"])
def test_the_password_is_confirmed_again_for_what_matters(site: Site, route: str) -> None:
    browser = site.remembered(ADMIN)
    before = site.snapshot()
    answer = browser.call(ROUTES + route, WRITING[route])
    assert answer.status == 403
    assert "confirmation" in answer.json()["message"]
    assert site.snapshot() == before


def test_a_thief_at_the_enrolment_of_an_account_that_has_an_id(site: Site) -> None:
    """The second factor was switched off for an unlock and is enforced: only the assigned ID can be confirmed again."""
    victim = site.user("victim", assigned=True)
    evil = "evil-" + victim.uid
    site.phone.create(evil)
    site.occ("twofactorauth:disable", victim.uid, APP)
    site.settings(onboarding_enabled="1", choice_enabled="1")
    site.enforce_for(victim)
    browser = site.browser()
    browser.password_login(victim.uid, victim.password)
    page = browser.get(SET_UP)
    assert "secsign-wanted" not in page.text
    answer = browser.call(ROUTES + "/login-setup/start", {"secSignId": evil})
    assert answer.status == 409
    assert "already has a SecSign ID" in answer.json()["message"]
    assert site.phone.waiting(evil) == []
    assert browser.call(ROUTES + "/login-setup/finish").status == 409
    assert site.stored(victim) == {"secsignid": victim.secsignid, "enabled": 0}
    assert not is_in(browser)


def test_an_approval_for_enrolment_is_none_for_the_challenge(site: Site) -> None:
    who = site.user()
    site.phone.create(who.secsignid)
    site.settings(onboarding_enabled="1")
    site.enforce_for(who)
    browser = site.browser()
    browser.password_login(who.uid, who.password)
    browser.get(SET_UP)
    assert browser.call(ROUTES + "/login-setup/start").status == 200
    site.phone.decide(who.secsignid, "approve")
    site.assign(who)  # the administrator is quicker
    assert CHALLENGE in enter(browser).location
    assert not is_in(browser)


def test_the_id_of_somebody_else_cannot_be_taken(site: Site) -> None:
    owner = site.user("owner", assigned=True)
    thief = site.user("thief")
    site.settings(onboarding_enabled="1", choice_enabled="1")
    site.enforce_for(thief)
    browser = site.browser()
    browser.password_login(thief.uid, thief.password)
    browser.get(SET_UP)
    answer = browser.call(ROUTES + "/login-setup/start", {"secSignId": owner.secsignid.upper()})
    assert answer.status == 409
    assert "belongs to another account" in answer.json()["message"]


def _admin(site: Site) -> Browser:
    browser = site.browser()
    browser.password_login(ADMIN.uid, ADMIN.password)
    browser.get("/index.php/settings/admin/" + APP)
    return browser
