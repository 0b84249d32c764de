# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PHPUnit tests of the bridge: what runs without a server."""

from __future__ import annotations

from paths import ROOT
from phpunit_runner import run_phpunit


def test_phpunit() -> None:
    run_phpunit(ROOT / "bridge" / "tests")
