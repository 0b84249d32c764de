# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What 'make fleet' says of a small fleet, and that it sees a host which does not get there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import fleet
import pytest

pytestmark = pytest.mark.thorough
PROGRAM = Path(fleet.__file__)


def test_a_small_fleet_in_slices(open_folder: Path) -> None:
    command = [
        sys.executable,
        str(PROGRAM),
        "--hosts",
        "3",
        "--slices",
        "2",
        "--forks",
        "2",
        "--folder",
        str(open_folder / "fleet"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    reported = done.stdout
    assert "first run: 3 hosts changed, 3 enforce two-factor authentication by their config.php" in reported
    assert "second run: 0 hosts changed" in reported and "audit: 3 hosts" in reported
    # of each run how much of all work the control side had, and its memory
    assert [0 < int(share) < 100 for share in re.findall(r"which is (\d+) % of all", reported)] == [True] * 3
    assert (
        all(int(size) > 20 for size in re.findall(r"(\d+) MB", reported)) and len(re.findall(r"\d+ MB", reported)) == 4
    )
    assert not (open_folder / "fleet").exists()


def test_a_host_that_is_not_there_is_seen(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One host of the fleet is left out of what is rolled out."""
    whole = fleet.write_slices
    monkeypatch.setattr(
        fleet, "write_slices", lambda folder, names, slices, python: whole(folder, names[:-1], slices, python)
    )
    monkeypatch.setattr(sys, "argv", ["fleet.py", "--hosts", "2", "--folder", str(open_folder / "fleet")])
    assert fleet.main() == 1
    reported: Any = capsys.readouterr()
    assert "1 hosts changed, 1 enforce" in reported.out and "not every host is there" in reported.err
