# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module run in a process of its own, as another user or until it dies; and a look at all processes while
something runs."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from module_runner import Result, run_module

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become another user")


def in_child(work: Callable[[], Any]) -> tuple[int, str]:
    """Exit code of a forked copy of this process, and what its work returned, as text. It is not a new Python, which
    another user may not be allowed to read."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(read_end)
            with os.fdopen(write_end, "w", encoding="utf-8") as pipe:
                try:
                    pipe.write(work())
                    code = 0
                except BaseException:  # nothing of the test's own must run on in the copy
                    pipe.write(traceback.format_exc())
        finally:
            os._exit(code)
    os.close(write_end)
    with os.fdopen(read_end, encoding="utf-8") as pipe:
        said = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said


def run_as(user: str, module: str, **options: Any) -> Result:
    def work() -> str:
        account = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
        return json.dumps(run_module(module, **options).data)

    run_module(module)  # fails for want of options, and has loaded all that it needs
    code, said = in_child(work)
    assert code == 0, said
    return Result(json.loads(said))


class Watch:
    def __init__(self) -> None:
        self.seen: dict[str, set[str]] = {"cmdline": set(), "environ": set()}

    def sweep(self) -> None:
        for process in Path("/proc").iterdir():
            if process.name.isdigit():
                for name, seen in self.seen.items():
                    with contextlib.suppress(OSError):
                        seen.add((process / name).read_bytes().replace(b"\0", b"\n").decode("utf-8", "replace"))

    def anywhere(self, text: str) -> bool:
        return any(text in entry for seen in self.seen.values() for entry in seen)


@contextlib.contextmanager
def watching_processes() -> Iterator[Watch]:
    """What everybody on the host can see of other users's processes, and what root can."""
    watch, over = Watch(), threading.Event()

    def look() -> None:
        while not over.is_set():
            watch.sweep()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield watch
    finally:
        over.set()
        thread.join()


def processes_with(text: str) -> set[str]:
    watch = Watch()
    watch.sweep()
    return {entry for entry in watch.seen["cmdline"] if text in entry}
