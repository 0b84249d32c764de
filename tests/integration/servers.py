# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nextclouds under test: made by the suites themselves, or by the user."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import hosts
import pytest
import supported
from module_runner import Result, run_module


class Server:
    """One Nextcloud under test, put back to how it was installed before each test."""

    def __init__(self, name: str, options: dict[str, Any]) -> None:
        self.name = name
        self.options = options

    def run(self, module: str, check: bool = False, **options: Any) -> Result:
        return run_module(module, check=check, **dict(self.options, **options))

    def occ(self, *argv: str, **options: Any) -> subprocess.CompletedProcess[str]:
        raise NotImplementedError

    def reset(self) -> None:
        raise NotImplementedError

    @property
    def is_sandbox(self) -> bool:
        return self.name.startswith("sandbox")

    @property
    def is_newest_sandbox(self) -> bool:
        return self.name == f"sandbox-{supported.NEWEST}"

    @property
    def major(self) -> int:
        return int(self.name.split("-")[-1].split(".")[0])


class FolderServer(Server):
    """Installed by the suite itself; a reset copies config and database back and removes what was added."""

    def __init__(self, name: str, source: str, folder: Path) -> None:
        self.host = hosts.make(source, folder / "nextcloud")
        release = self.host.release.split()[0]
        super().__init__(
            ("sandbox-" if self.host.is_sandbox else "") + release, {"nextcloud_path": str(self.host.path)}
        )
        self.path = self.host.path
        self.config = self.path / "config" / "config.php"
        self.data = self.path.with_name("nextcloud-data")
        for user, group in (("alice", "staff"), ("bob", "it"), ("carol", "contractors")):
            self.occ("group:add", group)
            self.occ(
                "user:add",
                "--password-from-env",
                f"--group={group}",
                user,
                env={"OC_PASS": "Fixture-pass-1", "NC_PASS": "Fixture-pass-1"},
            )
        self.config_kept = self.config.read_text(encoding="utf-8")
        self.database = next(path for path in self.data.glob("*.db"))
        self._apps = {entry.name for entry in (self.path / "apps").iterdir()}
        self._data = {entry.name for entry in self.data.iterdir()}
        self._kept = folder / "kept"
        self.save("fresh")

    def occ(self, *argv: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return self.host.occ(*argv, **options)

    def sql(self, statement: str, *values: Any) -> list[Any]:
        """Straight into the database, past everything that is under test."""
        with contextlib.closing(sqlite3.connect(self.database)) as connection, connection:
            return connection.execute(statement, values).fetchall()

    def php(self, code: str) -> str:
        """What a PHP program of the test's own prints, run by the owner; Nextcloud is there once it requires
        lib/base.php."""
        return hosts.run_as(self.host.user, [hosts.php(), "-r", code], cwd=self.path).stdout

    def configure(self, key: str, literal: str) -> None:
        """Writes into config.php by hand, as an administrator would; of two equal keys PHP takes the later."""
        text = self.config.read_text(encoding="utf-8").rstrip()
        assert text.endswith(");")
        self.config.write_text(f"{text[:-2]}  '{key}' => {literal},\n);\n", encoding="utf-8")

    def fingerprint(self) -> dict[str, Any]:
        """Everything of the host that a task could have changed."""
        added = [entry for entry in (self.path / "apps").iterdir() if entry.name not in self._apps]
        files = [path for entry in added for path in sorted(entry.rglob("*")) if path.is_file()]
        return {
            # an upgrade leaves these two lines, which say what holds without them, too
            "config.php": re.sub(
                r"  '(maintenance' => false|loglevel' => 2),\n", "", self.config.read_text(encoding="utf-8")
            ),
            "apps": sorted(entry.name for entry in (self.path / "apps").iterdir()),
            "files": {str(path): (path.stat().st_uid, path.stat().st_mode, path.read_bytes()) for path in files},
            "app config": sorted(self.sql("SELECT appid, configkey, configvalue FROM oc_appconfig")),
            "migrations": sorted(self.sql("SELECT app, version FROM oc_migrations")),
            "second factors": sorted(self.sql("SELECT uid, provider_id, enabled FROM oc_twofactor_providers")),
        }

    def save(self, name: str) -> None:
        """Keeps what the server is now, to be restored under this name as often as needed."""
        self.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        kept = self._kept / name
        (kept / "apps").mkdir(parents=True)
        shutil.copy2(self.config, kept / "config.php")
        shutil.copy2(self.database, kept / "database")
        for entry in (self.path / "apps").iterdir():
            if entry.name not in self._apps:
                shutil.copytree(entry, kept / "apps" / entry.name)

    def has_saved(self, name: str) -> bool:
        return (self._kept / name).is_dir()

    def restore(self, name: str) -> None:
        kept = self._kept / name
        for entry in (self.path / "apps").iterdir():
            if entry.name not in self._apps:
                shutil.rmtree(entry)
        for entry in (kept / "apps").iterdir():
            copied = shutil.copytree(entry, self.path / "apps" / entry.name)
            for path in (copied, *copied.rglob("*")):
                shutil.chown(path, self.host.user)
        for home in self.data.iterdir():  # Nextcloud makes nobody anew whose files are there
            if home.is_dir() and home.name not in self._data:
                shutil.rmtree(home)
        # a PHP that was killed leaves its journal, which belongs to the database that goes
        for journal in self.data.glob("*.db-*"):
            journal.unlink()
        for kept_file, path in ((kept / "config.php", self.config), (kept / "database", self.database)):
            path.parent.chmod(0o770)
            if path.exists():  # a test may have closed it, which stops everybody but root
                path.chmod(0o640)
            path.write_bytes(kept_file.read_bytes())
            path.chmod(0o640)
            shutil.chown(path, self.host.user)

    def reset(self) -> None:
        self.restore("fresh")


class PreparedServer(Server):
    """One that the user made ready, as an entry of NEXTCLOUD_HOSTS describes it.

    ``name`` ends with the release, as in lab-19.0.12; ``options`` are those of the modules; ``occ`` and ``reset`` are
    argument lists, the first run with occ's own arguments added, the second to get back to a fresh installation with
    the users alice (group staff) and bob (group it). For the upstream app: ``secsignid_archive`` and
    ``secsignid_sha256``; and ``reset_sqlite`` to get to a fresh installation on SQLite, which a following ``reset``
    undoes.
    """

    def __init__(self, entry: dict[str, Any]) -> None:
        super().__init__(entry["name"], entry["options"])
        self._entry = entry

    def given(self, key: str) -> Any:
        if key not in self._entry:
            pytest.skip(f"needs {key} in the entry of {self.name} in NEXTCLOUD_HOSTS")
        return self._entry[key]

    def occ(self, *argv: str, check: bool = True, stdin: str = "", env: Any = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._entry["occ"], *argv], input=stdin, capture_output=True, text=True, check=check, env=env
        )

    def fingerprint(self) -> dict[str, Any]:
        commands = (
            ("config:list", "--private", "--output=json"),
            ("app:list", "--output=json"),
            ("group:list", "--output=json"),
        )
        return {command[0]: json.loads(self.occ(*command).stdout) for command in commands}

    def reset(self, how: str = "reset") -> None:
        subprocess.run(self.given(how), check=True, capture_output=True)
