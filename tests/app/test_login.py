# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A login, from the password to the Files page, on a real Nextcloud: how it goes well, and every way in which it
does not."""

from __future__ import annotations

import re
import threading
import time

import pytest
from login import CHALLENGE, ROUTES, account_of, enter
from nextcloud_site import ADMIN, SET_UP, Site, cancel_login, is_in

POLL = ROUTES + "/challenge/poll"
RESTART = ROUTES + "/challenge/restart"


def test_approved(site: Site) -> None:
    who = site.user(assigned=True)
    browser = site.at_challenge(who)
    assert not is_in(browser)
    assert browser.call(POLL).json()["outcome"] == "open"
    site.phone.decide(who.secsignid, "approve")
    assert site.poll_until_decided(browser)["outcome"] == "approved"
    assert not is_in(browser), "watching alone must not open the door"
    answer = enter(browser)
    assert CHALLENGE not in answer.location
    assert account_of(browser) == who.uid
    assert site.confirmed(who) == "1"
    assert site.warnings() == []


def test_the_page_shows_the_access_pass_and_no_id_of_the_session(site: Site) -> None:
    who = site.user(assigned=True)
    browser = site.at_challenge(who)
    page = browser.get(CHALLENGE)
    session = site.phone.waiting(who.secsignid)[-1]
    assert 'src="data:image/png;base64,iVBOR' in page.text
    assert who.secsignid in page.words
    assert session["session"] not in page.text
    assert session["service"] == "NextCloud"
    assert session["address"] == site.base
    assert "nonce-" in page.headers["Content-Security-Policy"]
    ours = page.text.split('id="secsign-challenge"')[1].split("/logout")[0]
    assert not re.search(r"<script|<style|\son[a-z]+=|\sstyle=", ours), "no inline script or style"


def test_reloading_the_page_does_not_ask_the_phone_again(site: Site) -> None:
    who = site.user(assigned=True)
    browser = site.at_challenge(who)
    first = browser.get(CHALLENGE)
    assert len(site.phone.ask(do="list", secsignid=who.secsignid)) == 1
    site.phone.decide(who.secsignid, "fetch")
    assert "The phone shows the request" in site.poll_once(browser)["message"]
    assert first.status == 200


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        ("deny", "The request was denied on the phone."),
        ("expire", "Nobody answered the request in time."),
        ("suspend", "Another request for the same SecSign ID came in"),
        ("cancel", "The request was cancelled."),
        ("invalidate", "does not know this request any more"),
    ],
)
def test_not_approved(site: Site, decision: str, words: str) -> None:
    who = site.user(assigned=True)
    browser = site.at_challenge(who)
    site.phone.decide(who.secsignid, decision)
    reported = site.poll_once(browser)
    assert reported["outcome"] == "ended"
    assert words in reported["message"]
    answer = enter(browser)
    assert CHALLENGE in answer.location
    page = browser.get(CHALLENGE)
    assert words in page.words
    assert "Send a new request" in page.words
    assert not is_in(browser)
    # nothing goes to the phone until the user says so
    assert site.phone.waiting(who.secsignid) == []
    again = browser.submit(RESTART, {"requesttoken": page.token, "redirect_url": "/index.php/apps/dashboard/"})
    assert CHALLENGE in again.location
    assert "redirect_url=" in again.location
    browser.get(again.location)
    site.phone.decide(who.secsignid, "approve")
    enter(browser)
    assert is_in(browser)


@pytest.mark.parametrize("state", ["pending", "fetched", "none"])
def test_undecided(site: Site, state: str) -> None:
    who = site.user(assigned=True)
    browser = site.at_challenge(who)
    site.phone.ask(do="decide", secsignid=who.secsignid, state=state)
    assert CHALLENGE in enter(browser).location
    assert "has not been approved on the phone yet" in browser.get(CHALLENGE).words
    assert not is_in(browser)


@pytest.mark.parametrize("fault", ["down", "500", "wrong-certificate"])
def test_the_fallback_server_is_used(site: Site, fault: str) -> None:
    site.phone.fault(fault, listener="first")
    before = site.phone.requests()["served"]["fallback"]
    who = site.user(assigned=True)
    browser = site.at_challenge(who)
    site.phone.decide(who.secsignid, "approve")
    enter(browser)
    assert is_in(browser)
    assert site.phone.requests()["served"]["fallback"] > before


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("down", "The SecSign ID server cannot be reached."),
        ("500", "The SecSign ID server cannot be reached."),
        ("wrong-certificate", "The SecSign ID server cannot be reached."),
        ("redirect", "The SecSign ID server gave an answer that cannot be trusted."),
        ("garbage", "The SecSign ID server gave an answer that cannot be trusted."),
        ("huge", "The SecSign ID server gave an answer that cannot be trusted."),
        ("bad-picture", "The SecSign ID server gave an answer that cannot be trusted."),
    ],
)
def test_no_id_server_says_so_and_recovers(site: Site, fault: str, words: str) -> None:
    who = site.user(assigned=True)
    site.phone.fault(fault)
    browser = site.at_challenge(who)
    page = browser.get(CHALLENGE)
    assert words in page.words
    assert "Send a new request" in page.words
    assert CHALLENGE in enter(browser).location
    assert not is_in(browser)
    site.phone.fault()
    browser.get(CHALLENGE)
    site.phone.decide(who.secsignid, "approve")
    enter(browser)
    assert is_in(browser)


def test_server_down_between_approval_and_entry_loses_nothing(site: Site) -> None:
    who = site.user(assigned=True)
    browser = site.at_challenge(who)
    site.phone.decide(who.secsignid, "approve")
    site.phone.fault("down")
    assert CHALLENGE in enter(browser).location
    assert "cannot be reached" in browser.get(CHALLENGE).words
    site.phone.fault()
    enter(browser)
    assert is_in(browser)


def test_slow_server_is_given_up(site: Site) -> None:
    who = site.user(assigned=True)
    site.phone.fault("slow", listener="first", seconds=40)
    browser = site.at_challenge(who)
    site.phone.decide(who.secsignid, "approve")
    enter(browser)
    assert is_in(browser), "the fallback server stands in"


def test_a_slow_poll_holds_up_nothing_else(site: Site) -> None:
    """The PHP session is not locked while the ID server thinks."""
    who = site.user(assigned=True)
    browser = site.at_challenge(who)
    site.phone.fault("slow", seconds=8)
    poll = threading.Thread(target=lambda: browser.call(POLL))
    poll.start()
    time.sleep(1.5)
    start = time.monotonic()
    assert browser.get(CHALLENGE).status == 200
    assert browser.call(POLL).json()["outcome"] == "open"
    assert time.monotonic() - start < 5
    assert poll.is_alive(), "or it was not slow, and this test says nothing"
    poll.join()


def test_unknown_id_says_so(site: Site) -> None:
    who = site.user(assigned=True)
    site.phone.remove(who.secsignid)
    browser = site.at_challenge(who)
    assert "This SecSign ID does not exist on the ID server." in browser.get(CHALLENGE).words
    assert not is_in(browser)


def test_the_phone_stops_asking_when_the_login_is_cancelled(site: Site) -> None:
    who = site.user(assigned=True)
    browser = site.at_challenge(who)
    assert site.phone.waiting(who.secsignid)
    cancel_login(browser)
    assert site.phone.ask(do="list", secsignid=who.secsignid)[-1]["state"] == "cancelled"


def test_a_used_approval_is_released_at_the_id_server(site: Site) -> None:
    who = site.user(assigned=True)
    browser = site.at_challenge(who)
    site.phone.decide(who.secsignid, "approve")
    enter(browser)
    asked = [entry["method"] for entry in site.phone.requests()["asked"] if entry["secsignid"] == who.secsignid]
    assert asked[-1] == "ReqReleaseAuthSession"


def test_polling_does_not_flood_the_id_server(site: Site) -> None:
    who = site.user(assigned=True)
    browser = site.at_challenge(who)

    def asked() -> int:
        return sum(
            1
            for entry in site.phone.requests()["asked"]
            if entry["secsignid"] == who.secsignid and entry["method"] == "ReqGetAuthSessionState"
        )

    start = time.monotonic()
    for _ in range(12):
        assert browser.call(POLL).json()["outcome"] == "open"
    assert asked() <= time.monotonic() - start + 2, "at most one question a second, however often the page asks"


def test_german(site: Site) -> None:
    who = site.user(assigned=True)
    browser = site.browser("de")
    browser.password_login(who.uid, who.password)
    words = browser.get(CHALLENGE).words
    assert "Warten auf das Smartphone." in words
    site.phone.decide(who.secsignid, "deny")
    assert "auf dem Smartphone abgelehnt" in site.poll_once(browser)["message"]


def test_enforced_without_an_id_and_onboarding_off(site: Site) -> None:
    who = site.user()
    site.enforce_for(who)
    browser = site.browser()
    browser.password_login(who.uid, who.password)
    page = browser.get("/index.php/login/selectchallenge")
    assert "SecSign ID" not in page.words, "no set-up is offered that could only fail"
    assert not is_in(browser)
    assert "setupchallenge" not in page.url
    assert browser.get(SET_UP).url.endswith("selectchallenge")


def test_unlocked_by_the_administrator(site: Site) -> None:
    who = site.user(assigned=True)
    site.phone.fault("down")
    browser = site.at_challenge(who)
    assert not is_in(browser)
    site.occ("twofactorauth:disable", who.uid, "twofactor_secsign")
    assert site.stored(who) == {"secsignid": who.secsignid, "enabled": 0}
    fresh = site.browser()
    fresh.password_login(who.uid, who.password)
    assert is_in(fresh)
    site.phone.fault()
    site.occ("twofactorauth:enable", who.uid, "twofactor_secsign")
    assert site.registered(who) is True
    last = site.at_challenge(who)
    assert not is_in(last)


def test_the_administrator_logs_in_without_a_second_factor_of_this_app(site: Site) -> None:
    browser = site.browser()
    browser.password_login(ADMIN.uid, ADMIN.password)
    assert is_in(browser)
