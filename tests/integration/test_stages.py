# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes step by step within one task: group by group, and a login page that has to answer after each change."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import users_scene as scene
from apps import APP_ID, variant
from browser import Browser
from expect import converges, fails, refused, rests
from users_scene import judged, system
from users_web import prepare, serving

GROUPS = ["staff", "it", "contractors"]  # of alice, bob, carol
BY_GROUP = {"enforced": True, "groups": GROUPS, "group_by_group": True}


@contextlib.contextmanager
def page(answer: Callable[[int], int]) -> Iterator[tuple[str, list[str]]]:
    """A web server whose status to its n-th visitor is ``answer(n)``; yields its address, and what was asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(answer(len(asked)))
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{web.server_port}", asked
    finally:
        web.shutdown()
        web.server_close()


@pytest.fixture
def ready(server: Any) -> Any:
    """Alice and carol have a second factor, bob has none and can set none up at the login."""
    scene.without_secsign(server)
    for uid in ("alice", "carol", "admin"):
        server.occ("twofactorauth:enable", uid, APP_ID)
    return server


def test_the_first_group_that_is_refused_is_the_last_one(ready: Any, counted: tuple[str, Callable[[], int]]) -> None:
    php, starts = counted
    before = ready.fingerprint()
    foretold = fails(
        ready.run("enforcement", check=True, **BY_GROUP), "NC401", "Enforced for staff, not for it: 1 user", "bob"
    )
    assert ready.fingerprint() == before and not foretold.changed
    failed = fails(ready.run("enforcement", **BY_GROUP), "NC401", "Enforced for staff, not for it: 1 user", "bob")
    assert failed.changed and len(failed["commands"]) == 1
    assert judged(ready) == {"alice"}
    refused(ready, "enforcement", "NC401", "not for it", **BY_GROUP)

    ready.occ("twofactorauth:enable", "bob", APP_ID)
    starts()
    done = converges(ready, "enforcement", **BY_GROUP)
    assert judged(ready) == {"alice", "bob", "carol"} and len(done["commands"]) == 2
    assert sorted(system(ready)["twofactor_enforced_groups"]) == sorted(GROUPS)
    starts()
    rests(ready, "enforcement", php=php, checks=(False,), **BY_GROUP)
    assert starts() == 1, "however many groups there are"


def test_who_is_to_leave_does_so_at_the_end(ready: Any) -> None:
    ready.occ("twofactorauth:enable", "bob", APP_ID)
    assert not ready.run("enforcement", enforced=True, groups=["contractors"]).failed
    fewer = dict(BY_GROUP, groups=["staff", "it"])
    rests(ready, "enforcement", enforced=True, groups=["contractors"])
    first = converges(ready, "enforcement", **dict(fewer, widen_only=True))
    assert len(first["commands"]) == 2 and judged(ready) == {"alice", "bob", "carol"}
    assert len(converges(ready, "enforcement", **fewer)["commands"]) == 1
    assert judged(ready) == {"alice", "bob"}


def test_groups_that_make_no_sense(ready: Any) -> None:
    refused(ready, "enforcement", "NC202", "nobody here", **dict(BY_GROUP, groups=["staff", "nobody here"]))
    refused(ready, "enforcement", "NC201", "group_by_group", **dict(BY_GROUP, groups=[]))
    refused(ready, "twofactor", "NC201", "group_by_group", enforcement=dict(BY_GROUP, groups=[]))


def test_the_login_page_is_asked_after_each_change_and_only_then(ready: Any, tmp_path: Path) -> None:
    ready.occ("twofactorauth:enable", "bob", APP_ID)
    with page(lambda number: 503 if number == 1 else 200) as (url, asked):
        # the first answer may still be that of a web worker with the old configuration
        converges(ready, "twofactor", check_url=url + "/cloud/", enforcement=BY_GROUP)
        assert asked == ["/cloud/index.php/login"] * (1 + len(GROUPS))


def test_no_group_follows_one_after_which_the_login_page_is_gone(ready: Any) -> None:
    ready.occ("twofactorauth:enable", "bob", APP_ID)
    with page(lambda number: 200 if number == 1 else 500) as (url, asked):
        failed = fails(ready.run("twofactor", check_url=url, enforcement=BY_GROUP), "NC205", "check_url", url, "500")
        assert failed.changed and len(asked) == 1 + 3
    assert judged(ready) == {"alice", "bob"}


def test_an_app_after_which_the_login_page_is_gone_is_taken_back(server: Any, tmp_path: Path) -> None:
    before = server.fingerprint()
    options = {"app_id": APP_ID, "app": {"source": str(variant(tmp_path))}, "enforcement": {"enforced": True}}
    with page(lambda number: 500) as (url, asked):
        fails(
            server.run("twofactor", check_url=url, **options), "NC205", "All earlier changes of this task are undone."
        )
        assert len(asked) == 3
    after = server.fingerprint()
    assert {name: after[name] for name in ("config.php", "apps", "files")} == {
        name: before[name] for name in ("config.php", "apps", "files")
    }
    assert server.run("twofactor_info", users="none")["enforcement"]["enforced"] is False


def test_addresses_that_make_no_sense(ready: Any) -> None:
    for url in (
        "cloud.example.com",
        "ftp://cloud.example.com",
        "https://",
        "https://cloud.example.com/a b",
        "https://user:word@cloud.example.com",
    ):
        refused(
            ready, "twofactor", "NC201", "check_url", check_url=url, enforcement={"enforced": True, "groups": ["staff"]}
        )
    # nobody is there; nothing is asked where nothing changes
    rests(ready, "twofactor", check_url="http://127.0.0.1:9", enforcement={"enforced": False})


# It loads on the command line, and takes every page down.
BOOT = """<?php
namespace OCA\\TwoFactorFixture\\AppInfo;

use OCP\\AppFramework\\Bootstrap\\IBootContext;
use OCP\\AppFramework\\Bootstrap\\IBootstrap;
use OCP\\AppFramework\\Bootstrap\\IRegistrationContext;

class Application extends \\OCP\\AppFramework\\App implements IBootstrap {
	public function __construct(array $parameters = []) {
		parent::__construct('twofactor_fixture', $parameters);
	}

	public function register(IRegistrationContext $context): void {
	}

	public function boot(IBootContext $context): void {
		if (PHP_SAPI !== 'cli') {
			http_response_code(500);
			exit;
		}
	}
}
"""


@pytest.mark.login
def test_a_real_login_page_decides(server: Any, tmp_path: Path) -> None:
    if server.is_sandbox:
        pytest.skip(
            "the login page is one of a real Nextcloud: the sandbox has no pages. Name releases in"
            " NEXTCLOUD_ARCHIVES=DIR"
        )
    prepare(server)
    good, bad = variant(tmp_path), variant(tmp_path, "1.1.0")
    (bad / "lib" / "AppInfo").mkdir()
    (bad / "lib" / "AppInfo" / "Application.php").write_text(BOOT, encoding="utf-8")
    policy = {"enforced": True, "groups": ["staff", "it"], "group_by_group": True}
    with serving(server) as base:
        converges(server, "twofactor", check_url=base, app_id=APP_ID, app={"source": str(good)}, enforcement=policy)
        assert judged(server) == {"alice", "bob"}
        failed = fails(
            server.run("twofactor", check_url=base, app_id=APP_ID, app={"source": str(bad)}),
            "NC205",
            "500",
            "are undone",
        )
        assert base in failed["msg"]
        rests(server, "twofactor", check_url=base, app_id=APP_ID, app={"source": str(good)}, enforcement=policy)
        assert Browser(base).get("/index.php/login").status == 200
