# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that people read: times, and names that somebody else chose."""

from __future__ import annotations

import datetime


def stamp(moment: int) -> str:
    """Seconds since 1970 as a UTC time, for example 2026-12-31T18:00:00Z."""
    return datetime.datetime.fromtimestamp(moment, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
