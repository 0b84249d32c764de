# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Nextcloud with the app, its web server, and a stand-in of the ID server that it trusts."""

from __future__ import annotations

import contextlib
import html
import json
import re
import secrets
import shutil
import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hosts
from browser import Browser
from id_server.phone import Phone
from login import APP, CHALLENGE, ROUTES, User, account_of, has_bundle
from processes import free_port, id_server, web_server

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SET_UP = "/index.php/login/setupchallenge/" + APP


# Nextcloud's own words about itself
_LACKING = re.compile(r"core/js/common\.js|^Could not find resource \S+ to load$")
_SLOW = re.compile(r"^Capabilities of OCA\\\S+ took [\d.]+ seconds to generate\.$")


class Site:
    def __init__(self, host: hosts.Host, base: str, phone: Phone, ids: Path, archive: Path) -> None:
        self.host = host
        self.base = base
        self.phone = phone
        self.ids = ids
        self.archive = archive
        self.release = host.release

    # ------------------------------------------------------------ behind the web

    def occ(
        self, *argv: str, check: bool = True, stdin: str = "", env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return self.host.occ(*argv, check=check, stdin=stdin, env=env)

    def sql(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """Straight into the database of whatever kind, past the app."""
        return self.all_sql((statement, values))

    def all_sql(self, *statements: Any) -> list[dict[str, Any]]:
        """Several statements in one process; the rows of the last one."""
        # as text: the checkout may be closed to the owner of the Nextcloud
        program = (HERE / "php" / "sql.php").read_text(encoding="utf-8").partition("<?php")[2]
        done = hosts.run_as(
            self.host.user,
            [hosts.php(), "-r", program, "--", str(self.host.path)],
            cwd=self.host.path,
            stdin=json.dumps(statements),
        )
        return list(json.loads(done.stdout))

    def settings(self, **values: Any) -> None:
        """As the collection writes them: `occ config:import`."""
        self.occ("config:import", stdin=json.dumps({"apps": {APP: values}}))

    def reset(self) -> None:
        """The usual settings; users are made anew by each test, so they stay."""
        self.phone.fault()
        addresses = json.loads((self.ids / "addresses.json").read_text(encoding="utf-8"))
        values: dict[str, Any] = {
            "onboarding_enabled": None,
            "onboarding_suffix": "corp",
            "choice_enabled": None,
            "choice_groups": None,
        }
        values.update(allowEdit=None, allowGroups=None, allowEditGroups=None, mobileurl=None)
        for name, key in (("first", "server"), ("fallback", "fallback")):
            values[key] = "https://localhost"
            values[key + "port"] = str(urlsplit(addresses[name]).port)
        system = {
            "twofactor_enforced": "false",
            "twofactor_enforced_groups": [],
            "twofactor_enforced_excluded_groups": [],
        }
        self.occ("config:import", stdin=json.dumps({"system": system, "apps": {APP: values}}))
        self.log_path.write_text("", encoding="utf-8")

    @property
    def log_path(self) -> Path:
        return self.host.path.with_name(self.host.path.name + "-data") / "nextcloud.log"

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log_path.read_text(encoding="utf-8").splitlines() if line]

    def user(self, name: str = "", assigned: bool = False, group: str = "") -> User:
        """A new account; with ``assigned`` it has a SecSign ID, written into the database as the collection does it."""
        uid = (name or "user") + "-" + secrets.token_hex(3)
        who = User(uid, "Pass-word-" + secrets.token_hex(8), uid + "@corp")
        options = ["--group=" + group] if group else []
        environment = {"OC_PASS": who.password, "NC_PASS": who.password}
        self.occ("user:add", "--password-from-env", *options, who.uid, env=environment)
        if assigned:
            self.assign(who)
        return who

    def assign(self, who: User, secsignid: str = "") -> None:
        self.phone.create(secsignid or who.secsignid)
        self.all_sql(
            ("DELETE FROM *PREFIX*twofactor_providers WHERE provider_id = ? AND uid = ?", [APP, who.uid]),
            (
                "INSERT INTO *PREFIX*twofactor_secsign (user_id, secsignid, enabled) VALUES (?, ?, 1)",
                [who.uid, secsignid or who.secsignid],
            ),
            ("INSERT INTO *PREFIX*twofactor_providers (provider_id, uid, enabled) VALUES (?, ?, 1)", [APP, who.uid]),
            (
                (
                    "INSERT INTO *PREFIX*preferences (userid, appid, configkey, configvalue) VALUES (?, ?, 'logged_in',"
                    " '0')"
                ),
                [who.uid, APP],
            ),
        )

    def stored(self, who: User) -> dict[str, Any] | None:
        rows = self.sql("SELECT secsignid, enabled FROM *PREFIX*twofactor_secsign WHERE user_id = ?", who.uid)
        return rows[0] if rows else None

    def registered(self, who: User) -> bool | None:
        rows = self.sql(
            "SELECT enabled FROM *PREFIX*twofactor_providers WHERE provider_id = ? AND uid = ?", APP, who.uid
        )
        return bool(int(rows[0]["enabled"])) if rows else None

    def confirmed(self, who: User) -> str | None:
        statement = (
            "SELECT configvalue FROM *PREFIX*preferences WHERE userid = ? AND appid = ? AND configkey = 'logged_in'"
        )
        rows = self.sql(statement, who.uid, APP)
        return str(rows[0]["configvalue"]) if rows else None

    def all_settings(self) -> dict[str, str]:
        rows = self.sql("SELECT configkey, configvalue FROM *PREFIX*appconfig WHERE appid = ?", APP)
        return {row["configkey"]: row["configvalue"] for row in rows}

    def setting(self, key: str) -> str | None:
        return self.all_settings().get(key)

    def snapshot(self) -> Any:
        """Everything that an attack might have changed."""
        rows = self.sql("SELECT user_id, secsignid, enabled FROM *PREFIX*twofactor_secsign ORDER BY user_id")
        states = self.sql(
            "SELECT uid, enabled FROM *PREFIX*twofactor_providers WHERE provider_id = ? ORDER BY uid", APP
        )
        return rows, [state for state in states if int(state["enabled"])], self.all_settings()

    def group_of(self, who: User) -> str:
        return "group-of-" + who.uid

    def enforce_for(self, who: User) -> None:
        self.occ("group:add", self.group_of(who))
        self.occ("group:adduser", self.group_of(who), who.uid)
        self.occ("twofactorauth:enforce", "--on", "--group=" + self.group_of(who))

    def sql_people(self, count: int) -> None:
        statement = "INSERT INTO *PREFIX*users (uid, displayname, password, uid_lower) VALUES (?, ?, '', ?)"
        self.all_sql(*((statement, [f"crowd{number:03}"] * 3) for number in range(count)))

    def warnings(self) -> list[str]:
        """What Nextcloud logged as a warning or worse. A tree that lacks files of its own says so, and a slow machine
        that it is slow; that is not ours."""
        bundle = has_bundle(self.host)
        reported = [entry["message"] for entry in self.log() if entry["level"] >= 2]
        return [
            message
            for message in reported
            if not (_SLOW.search(message) or (not bundle and _LACKING.search(message) and APP not in message))
        ]

    def install(self) -> None:
        install_app(self.host, self.archive)
        self.occ("app:enable", APP)

    def reenable(self) -> None:
        """Runs the app's repair steps, as an update of it would."""
        self.occ("app:disable", APP)
        self.occ("app:enable", APP)

    # ------------------------------------------------------------ in front of it

    def browser(self, language: str = "en") -> Browser:
        return Browser(self.base, language)

    def remembered(self, who: User) -> Browser:
        """Logged in by the cookie of an earlier login: Nextcloud wants the password confirmed for what matters."""
        browser = self.browser()
        browser.password_login(who.uid, who.password, remember=True)
        session = self.occ("config:system:get", "instanceid").stdout.strip()
        for cookie in [cookie for cookie in browser.jar if cookie.name == session]:
            browser.jar.clear(cookie.domain, cookie.path, cookie.name)
        page = browser.get("/index.php/settings/user/security")
        assert page.status == 200 and "/settings/user/security" in page.url, page
        return browser

    def at_challenge(self, who: User) -> Browser:
        """Password shown, the challenge page opened once: the phone has been asked."""
        browser = self.browser()
        answer = browser.password_login(who.uid, who.password)
        assert CHALLENGE in answer.location or "selectchallenge" in answer.location, answer
        page = browser.get(CHALLENGE)
        assert page.status == 200, page
        return browser

    def poll_once(self, browser: Browser, route: str = "/challenge/poll") -> Any:
        """The first answer that came from the ID server after a decision, past the back-off."""
        for _ in range(20):
            reported = browser.call(ROUTES + route).json()
            if reported["outcome"] != "open" or "Waiting" not in reported["message"]:
                return reported
            time.sleep(0.3)
        return reported

    def poll_until_decided(self, browser: Browser, route: str = "/challenge/poll") -> Any:
        for _ in range(20):
            reported = browser.call(ROUTES + route).json()
            if reported["outcome"] != "open":
                return reported
            time.sleep(0.3)
        return reported


def cancel_login(browser: Browser) -> None:
    """Follows the link at the foot of the challenge page."""
    found = re.search(r'href="([^"]*/logout[^"]*)"', browser.get(CHALLENGE).text)
    assert found, "the challenge page has no link that ends the login"
    browser.get(html.unescape(found.group(1)))


def is_in(browser: Browser) -> bool:
    """Whether the Files page shows, and not some step of the login."""
    return account_of(browser) is not None


def install_app(host: hosts.Host, archive: Path) -> None:
    folder = host.path / "apps" / APP
    shutil.rmtree(folder, ignore_errors=True)
    with tarfile.open(archive) as tar:
        tar.extractall(host.path / "apps", **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    for path in [folder, *folder.rglob("*")]:
        shutil.chown(path, host.user)


@contextlib.contextmanager
def on_database(host: hosts.Host, address: str) -> Iterator[None]:
    """Puts the same Nextcloud on another server:

    ``mysql://user:password@host:port`` or ``pgsql://…``, in a database of its own.
    """
    parts = urlsplit(address)
    name = "secsign_" + secrets.token_hex(4)
    script = [hosts.php(), str(HERE / "php" / "database.php")]
    subprocess.run([*script, "create", address, name], check=True)
    try:
        data = host.path.with_name(host.path.name + "-data")
        (host.path / "config" / "config.php").unlink()
        shutil.rmtree(data)
        data.mkdir(mode=0o770)
        shutil.chown(data, host.user)
        host.occ(
            "maintenance:install",
            "--no-interaction",
            "--admin-user=admin",
            "--admin-pass=" + ADMIN.password,
            "--data-dir=" + str(data),
            "--database=" + parts.scheme,
            "--database-name=" + name,
            "--database-user=" + str(parts.username),
            "--database-pass=" + str(parts.password),
            f"--database-host={parts.hostname}:{parts.port}",
        )
        yield
    finally:
        subprocess.run([*script, "drop", address, name], check=True)


ADMIN = User("admin", "Adm1n-" + secrets.token_hex(12), "")


@contextlib.contextmanager
def make_site(source: str, folder: Path, archive: Path, database: str = "") -> Iterator[Site]:
    host = hosts.make(source, folder / "nextcloud", ADMIN.password)
    with on_database(host, database) if database else contextlib.nullcontext(), serving(host, folder, archive) as site:
        yield site


@contextlib.contextmanager
def serving(host: hosts.Host, folder: Path, archive: Path) -> Iterator[Site]:
    install_app(host, archive)
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    ids = folder / "ids"
    with id_server(ids) as phone:
        system = {
            "trusted_domains": ["localhost", "127.0.0.1"],
            "overwrite.cli.url": base,
            "appstoreenabled": False,
            "has_internet_connection": False,
        }
        system.update(
            {
                "auth.bruteforce.protection.enabled": False,
                "loglevel": 1,
                "skeletondirectory": "",
                "updatechecker": False,
            }
        )
        host.occ("config:import", stdin=json.dumps({"system": system}))
        authority = folder / "ca.pem"
        authority.write_bytes((ids / "ca.pem").read_bytes())
        authority.chmod(0o644)
        host.occ("security:certificates:import", str(authority))
        host.occ("app:enable", APP)
        with web_server(host, folder / "web.log", port):
            site = Site(host, base, phone, ids, archive)
            site.reset()
            yield site
