# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the checkout importable as the collection that it is."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
for folder in (ROOT / "collections", ROOT / "sandbox"):
    sys.path.insert(0, str(folder))
