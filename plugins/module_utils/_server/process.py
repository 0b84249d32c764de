# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a PHP process gets, and how much it may say: its environment, its input, its output."""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import time
import typing as t

# Of the environment of this process PHP gets these names alone; docs/security-model.md lists them.
ENVIRONMENT = (
    "PATH",
    "HOME",
    "LANG",
    "NEXTCLOUD_CONFIG_DIR",
    "PHP_INI_SCAN_DIR",
    # read by the configuration files of the official container image, where a module runs inside of one
    "TRUSTED_PROXIES",
    "FORWARDED_FOR_HEADERS",
    "PHP_MEMORY_LIMIT",
    "PHP_UPLOAD_LIMIT",
)
# NC_ is Nextcloud's own way to set a value of config.php; the others are of the official image again.
ENVIRONMENT_PREFIXES = ("NC_", "REDIS_HOST", "OBJECTSTORE_", "OVERWRITE", "SMTP_", "MAIL_", "PHP_OPCACHE_")
# Passwords for occ commands that this collection does not use.
NEVER = ("NC_PASS", "OC_PASS")
# With exec_prefix: what clients of containers and clusters read to find their server.
CLIENT_ENVIRONMENT = ("USER", "LOGNAME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "DBUS_SESSION_BUS_ADDRESS", "KUBECONFIG")
CLIENT_ENVIRONMENT_PREFIXES = ("DOCKER_", "CONTAINER_", "CONTAINERS_", "KUBERNETES_", "COMPOSE_")

_USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_CHUNK = 1 << 16
_BEGINNING = 1 << 12


def php_environment(environ: t.Mapping[str, str], more: t.Sequence[str], behind_prefix: bool) -> dict[str, str]:
    """What of ``environ`` a PHP process gets, and the names in ``more``."""
    names = {*ENVIRONMENT, *more, *(CLIENT_ENVIRONMENT if behind_prefix else ())}
    prefixes = ENVIRONMENT_PREFIXES + (CLIENT_ENVIRONMENT_PREFIXES if behind_prefix else ())
    passed = {
        name: value
        for name, value in environ.items()
        if name in names or (name.startswith(prefixes) and name not in NEVER)
    }
    passed.setdefault("PATH", _USUAL_PATH)
    # occ breaks long messages at the width of the terminal, in the middle of words
    return dict(passed, LC_ALL="C.UTF-8", COLUMNS="1000")


class TooMuchOutput(Exception):
    def __init__(self, beginning: bytes) -> None:
        self.beginning = beginning
        super().__init__("too much output")


def communicate(process: subprocess.Popen[bytes], stdin: bytes, timeout: float, most: int) -> tuple[bytes, bytes]:
    """As ``Popen.communicate``, which knows no limit.

    Raises TooMuchOutput after ``most`` bytes, and subprocess.TimeoutExpired.
    """
    end = time.monotonic() + timeout
    stdin_pipe, *output_pipes = t.cast("t.List[t.IO[bytes]]", [process.stdin, process.stdout, process.stderr])
    source, streams = stdin_pipe.fileno(), [pipe.fileno() for pipe in output_pipes]
    printed: dict[int, list[bytes]] = {stream: [] for stream in streams}
    received, waiting = 0, memoryview(stdin)
    os.set_blocking(source, False)
    with selectors.DefaultSelector() as selector:
        selector.register(source, selectors.EVENT_WRITE)
        for stream in streams:
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            left = end - time.monotonic()
            ready = selector.select(left) if left > 0 else []
            if not ready:
                raise subprocess.TimeoutExpired(process.args, timeout)
            for key, _events in ready:
                if key.fd == source:
                    waiting = _send(source, waiting)
                    if not waiting:
                        selector.unregister(source)
                        with contextlib.suppress(OSError):
                            stdin_pipe.close()
                    continue
                chunk = os.read(key.fd, _CHUNK)
                if not chunk:
                    selector.unregister(key.fd)
                    continue
                received += len(chunk)
                printed[key.fd].append(chunk)
                if received > most:
                    raise TooMuchOutput(b"".join(printed[key.fd][:1])[:_BEGINNING])
    process.wait(max(0.0, end - time.monotonic()))
    for pipe in output_pipes:
        pipe.close()
    stdout, stderr = (b"".join(printed.pop(stream)) for stream in streams)
    return stdout, stderr


def _send(fd: int, waiting: memoryview) -> memoryview:
    """What is left to send; nothing where nobody reads it any more."""
    try:
        return waiting[os.write(fd, waiting[:_CHUNK]) :]
    except BlockingIOError:
        return waiting
    except BrokenPipeError:
        return waiting[:0]
