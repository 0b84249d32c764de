# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user sees and does, in a real browser. Release trees without their front-end bundle render the app's pages
too.

SECSIGN_SCREENSHOTS=DIR keeps pictures there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Tab, chromium, chromium_path
from login import APP, CHALLENGE
from nextcloud_site import ADMIN, SET_UP, Site


@pytest.fixture
def tab(tmp_path: Path) -> Iterator[Tab]:
    if chromium_path() is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with chromium(tmp_path / "profile") as opened:
        opened.size(1000, 900)
        yield opened


def _keep(tab: Tab, name: str) -> None:
    # the settings pages are hidden until Nextcloud's own script has built the frame around them
    tab.run("document.getElementById('original-settings-content')?.classList.remove('hidden-visually')")
    if os.environ.get("SECSIGN_SCREENSHOTS"):
        tab.picture(Path(os.environ["SECSIGN_SCREENSHOTS"]) / name)


def _ours(tab: Tab) -> list[str]:
    """Errors of our own files, and everything that the content security policy stopped."""
    return [
        problem for problem in tab.problems if "/apps/" + APP + "/" in problem or "Content Security Policy" in problem
    ]


def test_password_access_pass_approval_files(site: Site, tab: Tab) -> None:
    who = site.user("anna", assigned=True)
    browser = site.at_challenge(who)
    tab.take_cookies(browser.jar, site.base)
    tab.open(site.base + CHALLENGE)
    tab.wait("document.querySelector('.secsign-pass').naturalWidth === 150")
    assert tab.run("document.querySelector('#secsign-challenge [role=status]').getAttribute('aria-live')") == "polite"
    assert tab.run("document.querySelector('.secsign-pass').alt") == "Access pass for this login"
    assert tab.run("getComputedStyle(document.querySelector('.secsign-again')).display") == "none"
    _keep(tab, "challenge.png")
    tab.dark(True)
    tab.wait("matchMedia('(prefers-color-scheme: dark)').matches")
    _keep(tab, "challenge-dark.png")
    tab.dark(False)
    site.phone.decide(who.secsignid, "fetch")
    tab.wait("document.querySelector('.secsign-status').textContent.includes('The phone shows the request')")
    site.phone.decide(who.secsignid, "approve")
    tab.wait("location.pathname.includes('/apps/')")
    tab.open(site.base + "/index.php/apps/files/")
    assert "/apps/files" in tab.run("location.pathname")
    assert _ours(tab) == []


def test_denied_and_once_more(site: Site, tab: Tab) -> None:
    who = site.user("anna", assigned=True)
    browser = site.at_challenge(who)
    tab.take_cookies(browser.jar, site.base)
    tab.open(site.base + CHALLENGE)
    site.phone.decide(who.secsignid, "deny")
    tab.wait("document.querySelector('.secsign-status').textContent.includes('denied')")
    tab.wait("document.activeElement === document.querySelector('.secsign-again button')")
    assert tab.run("getComputedStyle(document.querySelector('.secsign-pass').parentElement).display") == "none"
    _keep(tab, "denied.png")
    tab.run("document.activeElement.click()")
    site.phone.wait(who.secsignid)
    site.phone.decide(who.secsignid, "approve")
    tab.wait("location.pathname.includes('/apps/')")
    assert _ours(tab) == []


def test_enrolment(site: Site, tab: Tab) -> None:
    who = site.user("anna")
    site.settings(onboarding_enabled="1", choice_enabled="1", mobileurl="id.corp.example:8443")
    site.enforce_for(who)
    browser = site.browser()
    browser.password_login(who.uid, who.password)
    tab.take_cookies(browser.jar, site.base)
    tab.open(site.base + SET_UP)
    tab.wait("document.querySelector('.secsign-qr svg')")
    content = "document.querySelector('.secsign-qr').dataset.content"
    assert (
        tab.run(content) == "com.secsign.secsignid://create?idserverurl=id.corp.example:8443&secsignid=" + who.secsignid
    )
    typed = (
        "const i = document.querySelector('#secsign-wanted'); i.value = ' Mine&x=1 '; i.dispatchEvent(new"
        " Event('input')); " + content
    )
    assert tab.run(typed).endswith("&secsignid=mine%26x%3D1")
    tab.run(
        f"const j = document.querySelector('#secsign-wanted'); j.value = '{who.secsignid}'; j.dispatchEvent(new"
        " Event('input'))"
    )
    _keep(tab, "enrolment.png")
    tab.run("document.querySelector('.secsign-ask button').click()")
    tab.wait("document.querySelector('.secsign-status').textContent.includes('does not exist')")
    site.phone.create(who.secsignid)
    tab.run("document.querySelector('.secsign-ask button').click()")
    tab.wait("document.querySelector('.secsign-pass').naturalWidth === 150")
    site.phone.wait(who.secsignid)
    site.phone.decide(who.secsignid, "approve")
    tab.wait("location.pathname.includes('/login/challenge/')")
    site.phone.wait(who.secsignid)
    site.phone.decide(who.secsignid, "approve")
    tab.wait("location.pathname.includes('/apps/')")
    # what the enrolment page was refused at first is no error of its script
    assert [problem for problem in _ours(tab) if "login-setup/start" not in problem] == []


def test_administration(site: Site, tab: Tab) -> None:
    who = site.user("findme")
    browser = site.browser()
    browser.password_login(ADMIN.uid, ADMIN.password)
    tab.take_cookies(browser.jar, site.base)
    tab.open(site.base + "/index.php/settings/admin/" + APP)
    tab.wait("document.querySelectorAll('.secsign-table tbody tr').length > 0")
    tab.run(
        f"document.querySelector('#secsign-query').value = '{who.uid}'; document.querySelector('.secsign-search"
        " button').click()"
    )
    tab.wait("document.querySelectorAll('.secsign-table tbody tr').length === 1")
    row = "document.querySelector('.secsign-table tbody tr')"
    tab.run(
        f"{row}.querySelector('input[type=text]').value = 'Some.One@corp';"
        f" {row}.querySelector('input[type=checkbox]').checked = true; {row}.querySelector('button').click()"
    )
    tab.wait("document.querySelector('.secsign-users-status').textContent === 'Saved.'")
    assert site.stored(who) == {"secsignid": "some.one@corp", "enabled": 1}
    tab.run(
        "document.querySelector('#secsign-onboarding_suffix').value = 'a b'; document.querySelector('.secsign-settings"
        " [type=submit]').click()"
    )
    tab.wait("document.querySelector('.secsign-settings .secsign-status').textContent.includes('suffix')")
    tab.run("document.querySelector('.secsign-check').click()")
    tab.wait("document.querySelector('.secsign-settings .secsign-status').textContent === 'The ID server answers.'")
    _keep(tab, "administration.png")
    assert [problem for problem in _ours(tab) if "/admin/settings" not in problem] == []


def test_personal_settings_ask_for_the_password(site: Site, tab: Tab) -> None:
    who = site.user("anna")
    site.phone.create(who.secsignid)
    site.settings(allowEdit="1")
    tab.take_cookies(site.remembered(who).jar, site.base)
    tab.open(site.base + "/index.php/settings/user/security")
    tab.wait("document.querySelector('#secsign-personal summary')")
    assert tab.run("getComputedStyle(document.querySelector('dialog.secsign-confirm')).display") == "none"
    tab.run(
        "document.querySelector('#secsign-personal summary').click(); document.querySelector('.secsign-ask"
        " button').click()"
    )
    tab.wait("document.querySelector('dialog.secsign-confirm').open")
    _keep(tab, "personal.png")
    tab.run(
        "document.querySelector('#secsign-password').value = 'wrong'; document.querySelector('.secsign-confirm"
        " [type=submit]').click()"
    )
    tab.wait("!document.querySelector('.secsign-wrong').hidden")
    tab.run(
        f"document.querySelector('#secsign-password').value = '{who.password}';"
        " document.querySelector('.secsign-confirm [type=submit]').click()"
    )
    site.phone.wait(who.secsignid)
    site.phone.decide(who.secsignid, "approve")
    tab.wait("document.querySelector('.secsign-disable')")
    assert site.stored(who) == {"secsignid": who.secsignid, "enabled": 1}
