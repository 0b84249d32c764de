# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that users read: times, and names that somebody else chose."""

from __future__ import annotations

import datetime
import re
import typing as t

# What a terminal obeys (C0, DEL, C1), what turns the direction of text or ends a line, and what is no character
# (surrogates).
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff]")


def printable(text: str) -> str:
    """The text with each such character escaped as Python's repr does, for example \\x1b; all other text stays as it
    is.

    For messages and reports. A name that is looked up or handed to a command must not go through this.
    """
    if UNPRINTABLE.search(text) is None:
        return text
    return UNPRINTABLE.sub(lambda found: found.group().encode("unicode_escape").decode("ascii"), text)


def printable_data(value: t.Any) -> t.Any:
    """The same for every text inside a value as JSON has them, keys included."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {printable_data(key): printable_data(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [printable_data(inner) for inner in value]
    return value


def stamp(moment: int) -> str:
    """Seconds since 1970 as a UTC time, for example 2026-12-31T18:00:00Z."""
    return datetime.datetime.fromtimestamp(moment, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
