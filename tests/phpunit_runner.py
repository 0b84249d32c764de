# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PHPUnit for the PHP of the bridge and of the app: version 9 (Debian 12) and 11 (Debian 13)."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def run_phpunit(folder: Path, **environment: str) -> None:
    """Runs the suite that ``folder/phpunit.xml`` describes. Skips by name where PHPUnit is missing."""
    if shutil.which("phpunit") is None:
        pytest.skip("needs phpunit: apt-get install phpunit")
    done = subprocess.run(
        ["phpunit", "--configuration", str(folder / "phpunit.xml")],
        env=dict(os.environ, **environment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # "OK, but ..." announces deprecations, warnings or risky tests
    assert "OK (" in done.stdout, done.stdout
