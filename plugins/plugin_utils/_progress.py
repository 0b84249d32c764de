# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waves and long tasks of the callback plugin progress, and the lines that show them."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.secsign.nextcloud.plugins.module_utils._text import printable

_NAMES = 3  # hosts that are named; of the others the number


def sizes_of_waves(hosts: int, serial: t.Sequence[t.Any]) -> list[int]:
    """How many hosts each wave has, by Ansible's own rule: the last entry of ``serial`` is used for all later waves."""
    sizes: list[int] = []
    entries = list(serial) or [0]
    while sum(sizes) < hosts:
        entry = entries[min(len(sizes), len(entries) - 1)]
        if isinstance(entry, str) and entry.endswith("%"):
            size = max(1, int(hosts * float(entry[:-1]) / 100))
        else:
            size = int(entry)
        left = hosts - sum(sizes)
        sizes.append(left if size <= 0 else min(size, left))
    return sizes


@dataclass
class Wave:
    number: int
    of: int
    hosts: list[str]
    before: int  # hosts of earlier waves
    later: list[str]  # hosts of later waves
    begun: float
    failed: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)

    def note(self, host: str, failed: bool, changed: bool) -> None:
        if failed:
            self.failed.add(host)
        else:
            # a later task has rescued the host
            self.failed.discard(host)
        if changed:
            self.changed.add(host)

    def begin(self) -> str:
        return "\nWAVE {} of {}: {} ({}); {} before, {} to come".format(
            self.number, self.of, count(len(self.hosts), "host"), names(self.hosts), self.before, len(self.later)
        )

    def end(self, now: float) -> str:
        changed = f"{len(self.changed)} changed"
        if not self.failed:
            return "WAVE {} of {} done in {}: {}, {}".format(
                self.number, self.of, took(now - self.begun), count(len(self.hosts), "host"), changed
            )
        text = "WAVE {} of {} FAILED after {}: {} of {} ({}), {}".format(
            self.number,
            self.of,
            took(now - self.begun),
            len(self.failed),
            count(len(self.hosts), "host"),
            names(sorted(self.failed)),
            changed,
        )
        if self.later:
            text += "; {} not begun: {}".format(count(len(self.later), "host"), printable(", ".join(self.later)))
        return text


def wave_of(hosts: t.Sequence[str], batch: t.Sequence[str], serial: t.Sequence[t.Any], now: float) -> Wave | None:
    """The wave that begins; None if the play has only one."""
    sizes = sizes_of_waves(len(hosts), serial)
    if len(sizes) < 2 or not batch or batch[-1] not in hosts:
        return None
    through = list(hosts).index(batch[-1]) + 1
    number = next(n for n in range(1, len(sizes) + 1) if sum(sizes[:n]) >= through)
    return Wave(number, len(sizes), list(batch), through - len(batch), list(hosts[through:]), now)


@dataclass
class Task:
    uuid: str
    name: str
    begun: float
    hosts: int = 1  # expected to run it
    waits_for: list[str] = field(default_factory=list)
    done: int = 0
    failed: int = 0
    items: int = 0
    shown: float | None = None

    def line(self, now: float, interval: float) -> str | None:
        """A line, if hosts still run the task and ``interval`` has passed since the last line or the begin."""
        if not self.waits_for or now - (self.shown if self.shown is not None else self.begun) < interval:
            return None
        self.shown = now
        hosts = max(self.hosts, self.done + len(self.waits_for))
        parts = []
        if hosts > 1:
            failed = f" ({self.failed} failed)" if self.failed else ""
            parts.append("{} of {}{} done".format(self.done, count(hosts, "host"), failed))
        if self.items:
            parts.append("{} done".format(count(self.items, "item")))
        parts.append("waits for " + names(self.waits_for))
        return "... {} [{}]: {}".format(took(now - self.begun), printable(self.name), ", ".join(parts))


def count(number: int, what: str) -> str:
    return "{:,} {}{}".format(number, what, "" if number == 1 else "s")


def names(hosts: t.Sequence[str]) -> str:
    more = len(hosts) - _NAMES
    return printable(", ".join(hosts[:_NAMES])) + (f" and {more} more" if more > 0 else "")


def took(seconds: float) -> str:
    whole = int(seconds)
    return (
        f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
        if whole >= 3600
        else f"{whole // 60}:{whole % 60:02d}"
    )
