# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the checkout importable as the collection that it is."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hypothesis import settings
from ran_on import pytest_sessionfinish, pytest_testnodedown  # noqa: F401 hooks

ROOT = Path(__file__).resolve().parent.parent
for folder in (ROOT / "collections", ROOT / "sandbox"):
    sys.path.insert(0, str(folder))

# CI judges a change by the same examples each time; everywhere else hypothesis looks for new ones
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("here", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")
