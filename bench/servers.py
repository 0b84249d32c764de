# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nextclouds to measure: a release or the sandbox on SQLite, a release on a MariaDB of its own."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import seed_users
from meter import ROOT, BenchError, Taken, module, take

sys.path.insert(0, str(ROOT / "sandbox"))
import hosts

APP = "twofactor_secsign"


class Server:
    def __init__(self, source: str, folder: Path) -> None:
        self.host = hosts.make(source, folder / "nextcloud")
        self.database = "SQLite"
        self._kept: dict[Path, bytes] = {}
        self.options: dict[str, Any] = {"nextcloud_path": str(self.host.path)}

    def add_app(self) -> None:
        self.module("app", source=str(ROOT / "nextcloud_app" / APP), remote_src=True)

    def sql(self, statements: Sequence[str]) -> None:
        """Past everything that is measured."""
        with contextlib.closing(sqlite3.connect(self._file())) as connection, connection:
            for statement in statements:
                connection.execute(statement)

    def fill(self, users: int) -> None:
        self.sql(seed_users.statements(users))

    def forget_ids(self) -> None:
        self.sql(
            [
                f"DELETE FROM oc_{APP}",
                f"DELETE FROM oc_twofactor_providers WHERE provider_id = '{APP}'",
                f"DELETE FROM oc_preferences WHERE appid = '{APP}'",
            ]
        )

    def keep(self) -> None:
        """What is there now, for put_back."""
        self.sql(["PRAGMA wal_checkpoint(TRUNCATE)"])
        self._kept = {path: path.read_bytes() for path in (self.host.path / "config" / "config.php", self._file())}

    def put_back(self) -> None:
        for journal in self._file().parent.glob("*.db-*"):
            journal.unlink()
        for path, content in self._kept.items():
            path.write_bytes(content)

    def _file(self) -> Path:
        return next(self.host.path.with_name(self.host.path.name + "-data").glob("*.db"))

    def occ(self, *argv: str) -> Taken:
        return take(self.as_owner([hosts.php(), str(self.host.path / "occ"), *argv]), cwd=self.host.path)

    def as_owner(self, argv: list[str]) -> list[str]:
        if os.geteuid() or self.host.user == "root":
            return argv
        return ["setpriv", "--reuid", self.host.user, "--regid", self.host.user, "--init-groups", *argv]

    def module(self, name: str, **options: Any) -> dict[str, Any]:
        return module(name, **dict(self.options, **options))


class MariaDbServer(Server):
    def __init__(self, source: str, folder: Path, socket: Path) -> None:
        super().__init__(source, folder)
        self.database = "MariaDB"
        self._socket = socket
        self._name = "bench_" + secrets.token_hex(4)
        password = secrets.token_hex(16)
        self._client(
            [
                f"CREATE DATABASE {self._name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
                f"GRANT ALL ON {self._name}.* TO '{self._name}'@'localhost' IDENTIFIED BY '{password}'",
            ],
            "mysql",
        )
        data = self.host.path.with_name(self.host.path.name + "-data")
        (self.host.path / "config" / "config.php").unlink()
        shutil.rmtree(data)
        data.mkdir(mode=0o770)
        shutil.chown(data, self.host.user)
        self.host.occ(
            "maintenance:install",
            "--no-interaction",
            "--admin-user=admin",
            "--admin-pass=" + secrets.token_urlsafe(16) + "-aA1",
            f"--data-dir={data}",
            "--database=mysql",
            f"--database-name={self._name}",
            f"--database-user={self._name}",
            f"--database-pass={password}",
            f"--database-host=localhost:{socket}",
        )

    def _client(self, statements: Sequence[str], database: str) -> None:
        text = ";\n".join(
            ["SET SESSION sql_mode = 'PIPES_AS_CONCAT', max_recursive_iterations = 4294967295", *statements]
        )
        done = subprocess.run(
            ["mariadb", "--no-defaults", f"--socket={self._socket}", "-uroot", database],
            input=text,
            text=True,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise BenchError("mariadb: " + done.stderr)

    def sql(self, statements: Sequence[str]) -> None:
        tables = ("users", "group_user", "preferences", "twofactor_providers", "twofactor_backupcodes")
        self._client([*statements, *(f"ANALYZE TABLE oc_{table}" for table in tables)], self._name)


@contextlib.contextmanager
def mariadb(folder: Path) -> Iterator[Path]:
    """A server of its own that only a socket reaches; yields the socket."""
    data, socket = folder / "mariadb", folder / "mariadb.sock"
    user = "mysql" if os.geteuid() == 0 else None
    data.mkdir(parents=True)
    folder.chmod(0o755)
    if user:
        shutil.chown(data, user)
        shutil.chown(folder, user)
    own = ["--no-defaults", f"--datadir={data}"] + ([f"--user={user}"] if user else [])
    subprocess.run(
        ["mariadb-install-db", *own, "--skip-test-db", "--auth-root-authentication-method=socket"],
        check=True,
        capture_output=True,
    )
    with open(folder / "mariadb.log", "ab") as log:
        options = [
            "--skip-networking",
            "--skip-log-bin",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_general_ci",
        ]
        options += [
            "--transaction-isolation=READ-COMMITTED",
            "--innodb-buffer-pool-size=512M",
            f"--socket={socket}",
            f"--pid-file={folder}/mariadb.pid",
        ]
        process = subprocess.Popen(["mariadbd", *own, *options], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            for _attempt in range(300):
                if socket.exists() or process.poll() is not None:
                    break
                time.sleep(0.1)
            if process.poll() is not None or not socket.exists():
                raise BenchError(
                    "MariaDB does not start: "
                    + (folder / "mariadb.log").read_text(encoding="utf-8", errors="replace")[-1000:]
                )
            yield socket
        finally:
            process.terminate()
            process.wait()
