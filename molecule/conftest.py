# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host as it is: files, processes, web server, database. Nothing here calls the collection."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "sandbox"))

# the demo's own; at the top, so that it is missed on a sandbox too, which has no login page
from browser import Browser  # noqa: E402

NEXTCLOUD = "/var/www/nextcloud"


def lab() -> dict[str, Any]:
    path = Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"]) / "lab.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {"hosts": {}}


class Cloud:
    """One Nextcloud and the machine that it stands on."""

    def __init__(self, host: Any) -> None:
        self.host = host
        self.name: str = host.backend.get_hostname() if host.backend.NAME != "ssh" else host.backend.host.name
        facts = {facts["address"]: (name, facts) for name, facts in lab()["hosts"].items()}
        facts.update({name: (name, reported) for name, reported in lab()["hosts"].items()})
        self.name, self.facts = facts[self.name]
        self.base = "http://" + self.facts["address"]

    @property
    def is_real(self) -> bool:
        return bool(self.facts["kind"] == "real")

    def out(self, command: str, *arguments: str) -> str:
        return str(self.host.check_output(command, *arguments))

    # ------------------------------------------------------------------ what stands on the disk

    def config(self) -> dict[str, Any]:
        """config.php, read by PHP."""
        program = "require '" + NEXTCLOUD + "/config/config.php'; echo json_encode($CONFIG);"
        return dict(json.loads(self.out("php -r %s", program)))

    def digests(self, folder: str) -> dict[str, str]:
        """Every file below it with its SHA-256."""
        text = self.out("cd %s && find . -type f -exec sha256sum {} +", folder)
        return {line.split(None, 1)[1][2:]: line.split()[0] for line in text.splitlines()}

    # ------------------------------------------------------------------ what stands in the database

    def sql(self, statement: str) -> list[list[str]]:
        """Past Nextcloud: with the database's own client, as its administrator."""
        if self.facts["db"] == "mariadb":
            text = self.out("mariadb --batch --skip-column-names nextcloud --execute %s", statement)
        elif self.facts["db"] == "pgsql":
            text = self.out(
                "runuser -u postgres -- psql -d nextcloud --no-align --tuples-only --field-separator='\t' --command %s",
                statement,
            )
        else:
            file = "glob.glob('/var/www/nextcloud-data/*.db')[0]"
            program = (
                f"import glob, sqlite3, sys\nfor row in sqlite3.connect({file}).execute(sys.argv[1]): print(*row,"
                " sep='\\t')"
            )
            text = self.out("python3 -c %s %s", program, statement)
        return [line.split("\t") for line in text.splitlines()]

    def tables(self) -> list[str]:
        known = {
            "mariadb": "SELECT table_name FROM information_schema.tables WHERE table_schema = 'nextcloud'",
            "pgsql": "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
            "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
        }
        return [row[0] for row in self.sql(known[self.facts["db"]])]

    def app_config(self, app: str) -> dict[str, str]:
        rows = self.sql(f"SELECT configkey, configvalue FROM oc_appconfig WHERE appid = '{app}'")
        return {row[0]: row[1] if len(row) > 1 else "" for row in rows}

    def ids(self, table: str) -> dict[str, list[str]]:
        return {row[0]: row[1:] for row in self.sql(f"SELECT user_id, secsignid, enabled FROM oc_{table}")}

    def factors(self, provider: str) -> dict[str, str]:
        return {
            row[0]: row[1]
            for row in self.sql(f"SELECT uid, enabled FROM oc_twofactor_providers WHERE provider_id = '{provider}'")
        }

    # ------------------------------------------------------------------ what it answers

    def get(self, path: str) -> Any:
        """From outside, as a browser would."""
        return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(self.base + path, timeout=60)

    def status(self) -> dict[str, Any]:
        with self.get("/status.php") as answer:
            return dict(json.loads(answer.read()))

    def browser(self) -> Browser:
        return Browser(self.base)

    def log_in(self, user: str) -> str:
        """Where somebody with the right password is sent: the path of the next page."""
        answer = self.browser().password_login(user, self.facts["password"])
        return str(answer.location).replace(self.base, "")


def bundled_app() -> dict[str, str]:
    """The files of the app that comes with the collection; its tests stay in the checkout."""
    app = ROOT / "nextcloud_app" / "twofactor_secsign"
    files = {path.relative_to(app): path for path in app.rglob("*") if path.is_file()}
    return {
        str(name): hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in files.items()
        if name.parts[0] != "tests"
    }


@pytest.fixture
def cloud(host: Any) -> Cloud:
    return Cloud(host)


@pytest.fixture
def real(cloud: Cloud) -> Cloud:
    if not cloud.is_real:
        pytest.skip(
            f"{cloud.name} runs the sandbox, which has no login page: name a folder with releases in NEXTCLOUD_ARCHIVES"
        )
    return cloud


def pytest_terminal_summary(terminalreporter: Any) -> None:
    made = lab()
    terminalreporter.section("Nextcloud releases")
    for kind, words in (("sandbox", "on the sandbox, a stand-in"), ("real", "on real releases")):
        names = [
            f"{name} ({host['release']}, PHP {host['php']}, {host['web']}, {host['db']})"
            for name, host in made["hosts"].items()
            if host["kind"] == kind
        ]
        hint = " (name a folder with some in NEXTCLOUD_ARCHIVES)" if kind == "real" and not names else ""
        terminalreporter.line(f"{words}: " + (", ".join(names) or "none") + hint)
    if "upstream" in made:
        reported = {
            "real": "the vendor's own",
            "stand-in": "a stand-in that looks the same from outside (put secsignid*.tar.gz into NEXTCLOUD_ARCHIVES)",
        }
        terminalreporter.line("the app secsignid: " + reported[made["upstream"]["kind"]])
