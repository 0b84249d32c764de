# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The releases of meta/releases.json, for sandbox, lab, bench and tests.

JSON, since the sandbox has nothing but Python's standard library.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent / "meta" / "releases.json"
FACTS: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))


def majors(app: str) -> range:
    """The major releases that a provider app can be loaded on."""
    return range(FACTS["apps"][app]["oldest"], FACTS["apps"][app]["newest"] + 1)


def claimed_for(app: str) -> str:
    """The newest stable release that the sandbox stands for and the app can be loaded on."""
    return [each for each in FACTS["sandbox"] if int(each.split(".")[0]) in majors(app) and "-" not in each][-1]


# What the sandbox is where nothing else is asked for, and where the vendor's app is needed.
NEWEST = claimed_for("twofactor_secsign")
OLD = claimed_for("secsignid")
