# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What demos and tests start around a Nextcloud: PHP's web server in front of it, and the stand-in for an ID server."""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import hosts
from id_server.phone import Phone

HERE = Path(__file__).resolve().parent


class ProcessError(Exception):
    """A process does not start; the message names the file that shows why."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(
    argv: Sequence[str], log: Path, user: str | None = None, **options: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """A process of its own group, ended with all its children. ``user``: whose it is; whoever calls where left out."""
    other = user if user and user != pwd.getpwuid(os.geteuid()).pw_name else None
    who: dict[str, Any] = {"user": other, "group": pwd.getpwnam(other).pw_gid, "extra_groups": []} if other else {}
    with open(log, "ab") as output:
        process = subprocess.Popen(
            argv, stdout=output, stderr=output, stdin=subprocess.DEVNULL, start_new_session=True, **who, **options
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


@contextlib.contextmanager
def web_server(host: hosts.Host, log: Path, port: int = 0) -> Iterator[str]:
    """PHP's own web server in front of a Nextcloud, run by its owner; yields the address.

    ``port``: a free one where left out.
    """
    port = port or free_port()
    # a changed file is never answered from the cache
    argv = [hosts.php(), "-d", "opcache.revalidate_freq=0", "-S", f"127.0.0.1:{port}", "-t", str(host.path)]
    environment = dict(os.environ, PHP_CLI_SERVER_WORKERS="4", LC_ALL="C.UTF-8")
    base = f"http://127.0.0.1:{port}"
    with running(argv, log, host.user, cwd=host.path, env=environment) as process:
        _wait_for(base + "/status.php", process, log)
        yield base


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10):
                return
        except OSError:
            time.sleep(0.2)
    raise ProcessError(f"the web server does not answer: see {log}")


@contextlib.contextmanager
def id_server(folder: Path, *options: str) -> Iterator[Phone]:
    """The stand-in for an ID server, with ``ca.pem`` and ``addresses.json`` in ``folder``, whose path must be short;
    yields the phone."""
    log = folder.with_name(folder.name + ".log")
    with running(
        [sys.executable, str(HERE / "id_server" / "server.py"), "--folder", str(folder), *options], log
    ) as process:
        end = time.monotonic() + 60
        while not (folder / "addresses.json").exists():
            if process.poll() is not None or time.monotonic() > end:
                raise ProcessError(f"the stand-in for an ID server does not start: see {log}")
            time.sleep(0.1)
        yield Phone(folder)
