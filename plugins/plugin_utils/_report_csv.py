# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""people.csv: everybody, one line each, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import datetime
import typing as t

if t.TYPE_CHECKING:
    from ansible_collections.secsign.nextcloud.plugins.plugin_utils._compliance_host import Host
    from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report_build import Broken

COLUMNS = (
    "host", "user", "state", "login", "enabled", "admin", "in_scope", "factors", "backup_codes", "secsign_id",
    "last_login", "backend", "groups", "rules", "level",
)  # fmt: skip
# A cell that begins so is a formula to spreadsheets; some skip what cannot be seen before it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "|", "%")


def safe(value: str) -> str:
    """A text as a cell: an apostrophe before what could be taken for a formula, no character that ends a line."""
    value = value.replace("\x00", "\ufffd")
    if value.lstrip(" \u00a0\u200b\u200e\u200f\ufeff").startswith(_FORMULA) or value.startswith("'"):
        value = "'" + value
    return value.replace("\r", " ").replace("\n", " ").encode("utf-8", "replace").decode("utf-8")


def moment(seconds: t.Optional[int]) -> t.Optional[str]:
    if not seconds:
        return None
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class PeopleFile:
    def __init__(self, handle: t.TextIO, show_ids: bool) -> None:
        self._columns = [column for column in COLUMNS if show_ids or column != "secsign_id"]
        self._writer = csv.writer(handle, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        self._writer.writerow(self._columns)

    def add(self, host: "Host", broken: t.Mapping[str, "Broken"]) -> None:
        name = safe(host.name)
        for person in host.people:
            row, theirs = person.row, broken.get(person.row["uid"])
            cells = {
                "host": name,
                "user": safe(row["uid"]),
                "state": person.state,
                "login": row["login"],
                "enabled": _yes(row["enabled"]),
                "admin": _yes(row["admin"]),
                "in_scope": _yes(row["in_scope"]),
                "factors": safe("; ".join(row["factors"])),
                "backup_codes": "" if row["backup_codes"] is None else str(row["backup_codes"]),
                "secsign_id": safe("; ".join(entry["id"] for entry in row["secsign_ids"] if entry["id"])),
                "last_login": moment(row["last_login"]) or "",
                "backend": safe(row["backend"]),
                "groups": safe("; ".join(row["groups"])),
                "rules": "; ".join(theirs.rules) if theirs else "",
                "level": theirs.level if theirs else "",
            }
            self._writer.writerow([cells[column] for column in self._columns])


def _yes(value: bool) -> str:
    return "yes" if value else "no"
