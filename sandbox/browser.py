# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a browser does at a login, over plain HTTP: cookies, forms, request tokens.

It follows redirects only when reported.
"""

from __future__ import annotations

import html
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any


@dataclass(frozen=True)
class Page:
    status: int
    url: str
    headers: Mapping[str, str]
    text: str

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def token(self) -> str:
        found = re.search(r'data-requesttoken="([^"]*)"', self.text)
        assert found, f"the page has no request token: {self.text[:500]}"
        return html.unescape(found.group(1))

    @property
    def words(self) -> str:
        """The text that a person reads."""
        text = re.sub(r"(?s)<(script|style|template)\b.*?</\1>", " ", self.text)
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"(?s)<[^>]*>", " ", text)))

    def json(self) -> Any:
        return json.loads(self.text)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


class Browser:
    def __init__(self, base: str, language: str = "en") -> None:
        self.base = base
        self.jar = CookieJar()
        self.headers = {"Accept-Language": language}
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.jar), _Stay()
        )
        self.token = ""

    def request(self, method: str, path: str, data: bytes | None = None, headers: dict[str, str] | None = None) -> Page:
        url = urllib.parse.urljoin(self.base, path)
        asked = urllib.request.Request(url, data=data, method=method, headers={**self.headers, **(headers or {})})
        try:
            with self._opener.open(asked, timeout=90) as answer:
                return Page(answer.status, url, answer.headers, answer.read().decode("utf-8", "replace"))
        except urllib.error.HTTPError as answer:
            with answer:
                return Page(answer.code, url, answer.headers, answer.read().decode("utf-8", "replace"))

    def get(self, path: str, follow: int = 8) -> Page:
        page = self.request("GET", path)
        while follow and page.status in (301, 302, 303) and page.location:
            page = self.request("GET", page.location)
            follow -= 1
        if 'data-requesttoken="' in page.text:
            self.token = page.token
        return page

    def submit(self, path: str, fields: Mapping[str, str]) -> Page:
        """Sends a form. The answer is not followed: where it points is what the tests look at."""
        body = urllib.parse.urlencode(fields).encode()
        return self.request(
            "POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.base.rstrip("/")}
        )

    def call(
        self, path: str, fields: Mapping[str, Any] | None = None, token: str | None = None, method: str = "POST"
    ) -> Page:
        """What a script of a page does: JSON, with the page's request token."""
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "requesttoken": self.token if token is None else token,
        }
        return self.request(method, path, None if method == "GET" else json.dumps(fields or {}).encode(), headers)

    def password_login(
        self, user: str, password: str, redirect_url: str = "", direct: bool = False, remember: bool = False
    ) -> Page:
        """``direct``: by the address that shows the password form in any case; ``remember``: as with the box ticked
        on releases that have it."""
        form = self.get("/index.php/login" + ("?direct=1" if direct else ""))
        fields = {
            "user": user,
            "password": password,
            "requesttoken": form.token,
            "timezone": "UTC",
            "timezone_offset": "0",
        }
        if direct:
            fields["direct"] = "1"
        if remember:
            fields["rememberme"] = "1"
        if redirect_url:
            fields["redirect_url"] = redirect_url
        return self.submit("/index.php/login", fields)
