# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times and peak memory of processes.

What is compared runs in turns, so that a busy moment meets all of it alike; medians are reported.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


class BenchError(Exception):
    """Something that is measured did not do what it should: there is no figure then."""


@dataclass(frozen=True)
class Taken:
    """What one process took: seconds, and MB (10^6 bytes) at its peak."""

    seconds: float
    cpu: float  # of it and of all its children
    mb: float
    output: str


def _plain() -> dict[str, str]:
    """The environment without what changes how Python reads programs: with PYTHONUNBUFFERED it reads a module that
    comes by pipelining byte by byte."""
    return {
        name: value for name, value in os.environ.items() if name not in ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE")
    }


def take(
    argv: Sequence[str],
    stdin: str = "",
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    good: Sequence[int] = (0,),
) -> Taken:
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as given,
        tempfile.TemporaryFile("w+", encoding="utf-8") as printed,
    ):
        given.write(stdin)
        given.seek(0)
        begin = time.perf_counter()
        process = subprocess.Popen(
            list(argv),
            stdin=given,
            stdout=printed,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=dict(_plain(), LC_ALL="C.UTF-8", **(env or {})),
        )
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        output = printed.read()
    if process.returncode not in good:
        raise BenchError("{} ended with {}: {}".format(" ".join(argv[:3]), process.returncode, output[-2000:]))
    return Taken(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6, output)


def in_turns(rounds: int, **measured: Callable[[], float]) -> dict[str, float]:
    """Median seconds of each; A B C A B C ..."""
    found: dict[str, list[float]] = {name: [] for name in measured}
    for _round in range(rounds):
        for name, measure in measured.items():
            found[name].append(measure())
    return {name: statistics.median(values) for name, values in found.items()}


def module(name: str, **options: Any) -> dict[str, Any]:
    """The module's own result; ``took`` is a Taken, ``module_mb`` and ``php_mb`` are peaks of memory."""
    with tempfile.NamedTemporaryFile(suffix=".json") as result:
        taken = take([sys.executable, str(HERE / "module.py"), name, result.name], stdin=json.dumps(options))
        data = dict(json.load(result))
    return dict(data, took=taken, **json.loads(taken.output.splitlines()[-1]))


def play(playbook: Path, inventory: Path, *arguments: str, good: Sequence[int] = (0,), **env: str) -> Taken:
    """A playbook, started as an operator starts it, with the ansible.cfg of this repository."""
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", str(inventory), str(playbook), *arguments]
    return take(
        command, cwd=ROOT, env={"ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1", **env}, good=good
    )
