# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A login over HTTP on a real Nextcloud, and what a user meets there."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

from browser import Browser, Page
from processes import web_server
from users_scene import PASSWORD

LOGIN = "/index.php/login"


def prepare(server: Any, **system: Any) -> None:
    """Settings without which many logins of the same address are slowed down, or refused."""
    settings = {
        "trusted_domains": ["localhost", "127.0.0.1"],
        "auth.bruteforce.protection.enabled": False,
        "skeletondirectory": "",
    }
    settings.update(
        {
            "appstoreenabled": False,
            "has_internet_connection": False,
            "updatechecker": False,
            "ratelimit.protection.enabled": False,
        }
    )
    server.occ("config:import", stdin=json.dumps({"system": dict(settings, **system)}))


@contextlib.contextmanager
def serving(server: Any) -> Iterator[str]:
    """PHP's own web server in front of it; yields the address."""
    with web_server(server.host, server.path.with_name("web.log")) as base:
        yield base


class Visitor:
    """Somebody at the login page.

    ``met`` is what came after the password: in, refused, challenge, set_up, choose, dead_end, error.
    """

    def __init__(self, base: str, uid: str, password: str = PASSWORD) -> None:
        self.browser = Browser(base)
        self.answer = self.browser.password_login(uid, password)
        self.page: Page = self.browser.get(self.answer.location) if self.answer.location else self.answer
        self.met = self._met()

    def _met(self) -> str:
        if self.answer.status >= 500 or self.page.status >= 500:
            return "error"
        address = self.answer.location
        if "/login/setupchallenge" in address:
            # the page lists what can be set up
            return "set_up" if "/login/setupchallenge/" in self.page.text else "dead_end"
        if "/login/challenge/" in address:
            return "challenge"
        if "/login/selectchallenge" in address:
            return "choose" if "/login/challenge/" in self.page.text else "dead_end"
        if "/login" in address:
            return "refused"
        return "in" if self.is_in() else "error"

    def is_in(self) -> bool:
        page = self.browser.get("/index.php/apps/files/")
        return page.status == 200 and "/apps/files" in page.url and "/login" not in page.url

    def solve(self, provider: str, challenge: str) -> bool:
        """Answers a challenge; whether that opened the door."""
        self.browser.get(f"/index.php/login/challenge/{provider}")
        return self.solve_again(provider, challenge)

    def solve_again(self, provider: str, challenge: str) -> bool:
        """On the page that shows already."""
        self.browser.submit(
            f"/index.php/login/challenge/{provider}", {"challenge": challenge, "requesttoken": self.browser.token}
        )
        return self.is_in()

    def offers(self, provider: str) -> bool:
        return f"/login/challenge/{provider}" in self.page.text or f"/login/setupchallenge/{provider}" in self.page.text
