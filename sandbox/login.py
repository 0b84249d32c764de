# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person's login on a real Nextcloud, from name and password over the access pass to the Files page: how 'make demo'
ends.

In a headless Chromium, which keeps pictures. A release tree that lacks Nextcloud's own front-end bundle, as source
snapshots do, shows an empty login page: there the password goes over HTTP and the browser takes over the cookies.
Without Chromium all goes over HTTP.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import hosts
from browser import Browser, Page
from chromium import ChromiumError, Tab, chromium, chromium_path
from id_server.phone import Phone, PhoneError

APP = "twofactor_secsign"
LOGIN = "/index.php/login"
CHALLENGE = LOGIN + "/challenge/" + APP
ROUTES = "/index.php/apps/" + APP
FILES = "/index.php/apps/files/"
BUNDLE = "dist/core-common.js"


class LoginError(Exception):
    """The person did not get in; the message says where it ended."""


@dataclass(frozen=True)
class User:
    uid: str
    password: str
    secsignid: str


@dataclass
class Login:
    """How somebody got in."""

    ran_on: list[str] = field(default_factory=list)  # sentences
    pictures: list[Path] = field(default_factory=list)


def has_bundle(host: hosts.Host) -> bool:
    """Whether Nextcloud's own pages can build themselves in a browser."""
    return (host.path / BUNDLE).is_file()


def log_in(
    host: hosts.Host, base: str, phone: Phone, who: User, folder: Path, show: Callable[[str], None] = print
) -> Login:
    """``base``: address of the web server.

    ``folder`` takes the pictures. ``show`` is called with each step as it happens.
    """
    try:
        if chromium_path() is None:
            return _over_http(host, base, phone, who, show)
        with tempfile.TemporaryDirectory(prefix="secsign-browser-") as profile, chromium(Path(profile)) as tab:
            return _in_chromium(tab, host, base, phone, who, folder, show)
    except (ChromiumError, PhoneError) as problem:
        raise LoginError(f"{who.uid} did not get in: {problem}") from problem


def _in_chromium(
    tab: Tab, host: hosts.Host, base: str, phone: Phone, who: User, folder: Path, show: Callable[[str], None]
) -> Login:
    login = Login([f"The login ran in {tab.version} on Nextcloud {host.release}."])

    def keep(name: str) -> None:
        login.pictures.append(folder / name)
        tab.picture(login.pictures[-1])

    tab.size(1000, 800)
    if has_bundle(host):
        tab.open(base + LOGIN)
        tab.wait("document.querySelector('#user') && document.querySelector('#password')")
        tab.type("#user", who.uid)
        tab.type("#password", who.password)
        keep("password.png")
        tab.press_enter()
        show(f"{who.uid} types name and password")
    else:
        browser = Browser(base)
        _password(browser, who, show)
        tab.take_cookies(browser.jar, base)
        tab.open(base + CHALLENGE)
        login.ran_on.append(
            f"Name and password went over HTTP and the browser took over the cookies: this release tree lacks {BUNDLE},"
            " Nextcloud's own front-end bundle, without which its login page stays empty and its Files page shows no"
            " list."
        )
    tab.wait("document.querySelector('.secsign-pass')?.naturalWidth")
    keep("access-pass.png")
    _approve(phone, who, show)
    tab.wait("location.pathname.includes('/apps/')")
    tab.open(base + FILES)
    tab.wait("location.pathname.includes('/apps/files') && document.head.dataset.user")
    uid = tab.run("document.head.dataset.user")
    if has_bundle(host):
        with contextlib.suppress(ChromiumError):  # only for the picture: each release has its own page
            tab.wait("document.querySelector('[data-cy-files-list]')", 20)
    keep("files.png")
    _is_in(uid, who, show)
    return login


def _over_http(host: hosts.Host, base: str, phone: Phone, who: User, show: Callable[[str], None]) -> Login:
    browser = Browser(base)
    _password(browser, who, show)
    page = browser.get(CHALLENGE)
    if "secsign-pass" not in page.text:
        raise LoginError(f"{who.uid} did not get in: no access pass shows after the password, but: {page.words[:500]}")
    _approve(phone, who, show)
    end = time.monotonic() + 60
    while browser.call(ROUTES + "/challenge/poll").json()["outcome"] == "open" and time.monotonic() < end:
        time.sleep(0.5)
    enter(browser)
    _is_in(account_of(browser), who, show)
    missing = "Chromium is not installed: the login went over HTTP, and there are no pictures."
    return Login([f"The login ran on Nextcloud {host.release}.", missing])


def _password(browser: Browser, who: User, show: Callable[[str], None]) -> None:
    answer = browser.password_login(who.uid, who.password)
    if "/login/challenge/" not in answer.location and "/login/selectchallenge" not in answer.location:
        raise LoginError(
            f"{who.uid} did not get in: the password leads to {answer.location or answer.status}, not to a second"
            " factor"
        )
    if account_of(browser) is not None:
        raise LoginError(f"{who.uid} got in with the password alone")
    show(f"{who.uid} sends name and password, and is asked for a second factor")


def _approve(phone: Phone, who: User, show: Callable[[str], None]) -> None:
    request = phone.wait(who.secsignid)
    show(f"the access pass shows; the phone of {who.secsignid} asks: {request['service']} at {request['address']}?")
    phone.decide(who.secsignid, "approve")
    show("approved on the phone")


def _is_in(uid: str | None, who: User, show: Callable[[str], None]) -> None:
    if uid != who.uid:
        raise LoginError(f"{who.uid} did not get in: the Files page is that of {uid or 'nobody'}")
    show(f"the Files page of {uid} shows")


def enter(browser: Browser) -> Page:
    """Sends the challenge form, as the page's button does."""
    return browser.submit(CHALLENGE, {"challenge": "approved"})


def account_of(browser: Browser) -> str | None:
    """Whose Files page shows, and not some step of the login; None where it does not."""
    page = browser.get(FILES)
    if page.status != 200 or "/apps/files" not in page.url or "login" in page.url:
        return None
    found = re.search(r'data-user="([^"]+)"', page.text)
    if found is None:
        raise LoginError(f"{page.url} does not say whose page it is: {page.text[:500]}")
    return found.group(1)
