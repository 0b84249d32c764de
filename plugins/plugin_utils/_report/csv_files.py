# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""users.csv: all users, one line each, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import datetime
import re
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._text import printable

if t.TYPE_CHECKING:
    from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.checks import Broken
    from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.host import Host

COLUMNS = (
    "host",
    "user",
    "state",
    "login",
    "enabled",
    "admin",
    "in_scope",
    "factors",
    "backup_codes",
    "last_login",
    "backend",
    "groups",
    "rules",
    "level",
)
# A cell that begins like this is a formula to spreadsheets. Some skip invisible characters before it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "|", "%")


_YES = {True: "yes", False: "no"}
_HARMLESS = re.compile(r"[A-Za-z0-9][ -~]*")


def safe(value: str) -> str:
    """A text as a cell: an apostrophe before a possible formula, control characters and line ends escaped."""
    if not value or _HARMLESS.fullmatch(value):
        return value
    if value.lstrip(" \u00a0\u200b\u200e\u200f\ufeff").startswith(_FORMULA) or value.startswith("'"):
        value = "'" + value
    return printable(value)


def moment(seconds: int | None) -> str | None:
    if seconds is None or seconds <= 0:
        return None
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).isoformat()[:19] + "Z"


class UserFile:
    def __init__(self, handle: t.TextIO, show_ids: bool) -> None:
        self._show_ids = show_ids
        self._write = csv.writer(handle, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow
        self._write(COLUMNS + (("secsign_id",) if show_ids else ()))

    def add(self, host: Host, broken: t.Mapping[str, Broken]) -> None:
        name = safe(host.name)
        for user in host.users:
            row, rules = user.row, broken.get(user.row["uid"])
            cells = [
                name,
                safe(row["uid"]),
                user.state,
                row["login"],
                _YES[row["enabled"]],
                _YES[row["admin"]],
                _YES[row["in_scope"]],
                safe("; ".join(row["factors"])),
                "" if row["backup_codes"] is None else str(row["backup_codes"]),
                moment(row["last_login"]) or "",
                safe(row["backend"]),
                safe("; ".join(row["groups"])),
                "; ".join(rules.rules) if rules else "",
                rules.level if rules else "",
            ]
            if self._show_ids:
                cells.append(safe("; ".join(entry["id"] for entry in row["secsign_ids"] if entry["id"])))
            self._write(cells)
