# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Earlier runs in the same folder, and the folder of a run, which appears complete or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
import typing as t
from pathlib import Path

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.build import FORMAT, Data, trend_point

_RUN = re.compile(r"^\d{8}T\d{6}Z(-\d+)?\Z")


def earlier_runs(output: Path, most: int) -> list[Data]:
    """Points of the latest runs, oldest first. Folders without a report of this format are skipped."""
    if most < 1 or not output.is_dir():
        return []
    names = sorted(
        (entry.name for entry in output.iterdir() if _RUN.match(entry.name) and not entry.is_symlink()), key=_order
    )
    points: list[Data] = []
    for name in reversed(names):
        try:
            with open(output / name / "report.json", encoding="utf-8") as handle:
                report = json.load(handle)
            if report["format"] == FORMAT:
                points.append(trend_point(report["run"], report["fleet"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if len(points) == most:
            break
    return points[::-1]


def _order(name: str) -> tuple[str, int]:
    stamp, number = (name + "-1").split("-")[:2]
    return stamp, int(number)


class RunFolder:
    """Filled under a hidden name, and renamed when it is complete."""

    def __init__(self, output: Path, name: str) -> None:
        self._output, self._name = output, name
        output.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=output))  # of mode 0700

    def open(self, name: str, encoding: str = "utf-8") -> t.TextIO:
        handle = os.open(self.path / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        # UTF-8 has no lone surrogates; one must not keep a report from being written
        return open(handle, "w", encoding=encoding, newline="", errors="replace")

    def write(self, name: str, content: str | bytes) -> None:
        if isinstance(content, str):
            content = content.encode("utf-8", "replace")
        with open(os.open(self.path / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            handle.write(content)

    def publish(self) -> Path:
        """Renames the folder. A second run within the same second gets a number."""
        number = 1
        while True:
            target = self._output / (self._name if number == 1 else f"{self._name}-{number}")
            if not target.exists():
                with contextlib.suppress(FileExistsError, OSError):
                    os.rename(self.path, target)
                    return target
            number += 1
            if number > 1000:
                raise OSError(f"{self.path} cannot be renamed")

    def discard(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
