# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The login with which the demo ends: in a browser, without one, and what it says about either."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import chromium
import hosts
import login
import pytest
from chromium import chromium_path
from nextcloud_site import Site

pytestmark = pytest.mark.thorough


def _needs_chromium() -> None:
    if chromium_path() is None:
        pytest.skip("needs Chromium: apt-get install chromium")


def _without_chromium(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "NAMES", ())
    assert chromium_path() is None


@pytest.mark.parametrize("browser", ["chromium", "none"])
def test_on_a_real_release(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: str) -> None:
    if browser == "none":
        _without_chromium(monkeypatch)
    else:
        _needs_chromium()
    reported: list[str] = []
    done = login.log_in(site.host, site.base, site.phone, site.user("anna", assigned=True), tmp_path, reported.append)
    assert site.release in done.ran_on[0]
    assert reported[-2:] == ["approved on the phone", reported[-1]] and "the Files page of anna-" in reported[-1]
    pictures = ["password.png"] * login.has_bundle(site.host) + ["access-pass.png", "files.png"]
    if browser == "none":
        assert done.pictures == [] and "Chromium is not installed" in done.ran_on[1]
    else:
        assert [path.name for path in done.pictures] == pictures
        assert all(path.read_bytes().startswith(b"\x89PNG") for path in done.pictures)
        assert ("front-end bundle" in " ".join(done.ran_on)) is not login.has_bundle(site.host)
    assert site.warnings() == []


@pytest.mark.parametrize("browser", ["chromium", "none"])
def test_who_is_not_let_in(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: str) -> None:
    if browser == "none":
        _without_chromium(monkeypatch)
    else:
        _needs_chromium()
    with pytest.raises(login.LoginError, match=r"got in with the password alone|did not get in"):
        login.log_in(site.host, site.base, site.phone, site.user(), tmp_path, lambda _line: None)


# ------------------------------------------------------------ a browser that types, on pages which stand in for
# Nextcloud's

LOGIN_PAGE = """<!DOCTYPE html><div id="login"></div><script>
document.getElementById('login').innerHTML = '<form method="post"><input id="user" name="user">' +
  '<input type="password" id="password" name="password"><button type="submit">Log in</button></form>';
document.querySelector('form').addEventListener('submit', event => event.target.append(Object.assign(document.createElement('input'),
  {name: 'seen', value: [...document.querySelectorAll('input')].map(i => i.dataset.typed).join()})));
document.querySelectorAll('input').forEach(i => i.addEventListener('input', () => { i.dataset.typed = 'yes'; }));
</script>"""
CHALLENGE_PAGE = """<!DOCTYPE html><img class="secsign-pass" src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"><script>
setInterval(() => fetch('/approved').then(a => a.text()).then(t => { if (t === 'yes') location.href = '/index.php/apps/dashboard/'; }), 100);
</script>"""


class _Phone:
    """Decides for itself what it is asked to decide."""

    def __init__(self) -> None:
        self.approved = False

    def wait(self, secsignid: str) -> dict[str, str]:
        return {"service": "NextCloud", "address": "http://cloud"}

    def decide(self, secsignid: str, decision: str) -> None:
        self.approved = decision == "approve"


@pytest.fixture
def pages() -> Iterator[Any]:
    phone, posted = _Phone(), []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith("/login"):
                self._send(LOGIN_PAGE)
            elif "/challenge/" in self.path:
                self._send(CHALLENGE_PAGE)
            elif self.path == "/approved":
                self._send("yes" if phone.approved and posted else "no")
            else:
                user = posted[-1]["user"][0] if posted else ""
                self._send(f'<!DOCTYPE html><head data-user="{user}"></head><div data-cy-files-list></div>')

        def do_POST(self) -> None:
            posted.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.send_response(303)
            self.send_header("Location", login.CHALLENGE)
            self.end_headers()

        def _send(self, text: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", phone, posted
    server.shutdown()


def test_typing(pages: Any, tmp_path: Path) -> None:
    """Where the release has its bundle the browser types, as the script of the page expects it of a keyboard."""
    _needs_chromium()
    base, phone, posted = pages
    (tmp_path / "dist").mkdir()
    (tmp_path / login.BUNDLE).write_text("", encoding="utf-8")
    host = hosts.Host(tmp_path, "34.0.1", "root")
    who = login.User("anna", "pass word&'ß", "anna@corp")
    reported: list[str] = []
    done = login.log_in(host, base, phone, who, tmp_path / "pictures", reported.append)
    assert posted == [{"user": ["anna"], "password": ["pass word&'ß"], "seen": ["yes,yes"]}]
    assert [path.name for path in done.pictures] == ["password.png", "access-pass.png", "files.png"]
    assert len(done.ran_on) == 1 and "Chromium 1" in done.ran_on[0]
    assert reported[0] == "anna types name and password" and reported[-1] == "the Files page of anna shows"
