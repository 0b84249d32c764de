# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Redaction of names. It happens where data come in, so that no later code sees a name that must not appear."""

from __future__ import annotations

import hashlib
import hmac
import re
import typing as t

SHORTEST_KEY = 16
WITHHELD = "(withheld)"
_MAIL = re.compile(r"[^\s@<>()\[\],;:\"']{1,64}@[^\s@<>()\[\],;:\"']+\.[^\s@<>()\[\],;:\"'.]{2,}")
_CODE = re.compile(r"\[(NC\d{3})\]")


def pseudonym(name: str, key: str) -> str:
    """The same name gives the same pseudonym with the same key, on every host and in every run."""
    return "anon-" + hmac.new(key.encode(), name.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:20]


class Redactor:
    def __init__(self, key: str | None = None, show_ids: bool = False) -> None:
        self.key = key
        self.show_ids = show_ids

    @property
    def redacts(self) -> bool:
        return self.key is not None

    def user(self, uid: str) -> str:
        return uid if self.key is None else pseudonym(uid, self.key)

    def text(self, text: str) -> str:
        """A text that a user wrote."""
        if self.key is not None:
            return WITHHELD
        return text if self.show_ids else _MAIL.sub("(e-mail address)", text)

    def message(self, text: str) -> str:
        """A message of a program, which may name users: only its code is shown."""
        if self.key is None:
            return self.text(text)
        code = _CODE.search(text)
        return "The message is withheld." + (f" [{code.group(1)}]" if code else "")

    def secsign_id(self, value: str | None) -> str | None:
        return value if self.show_ids and self.key is None else None

    def row(self, row: dict[str, t.Any]) -> dict[str, t.Any]:
        if self.key is not None:
            row["uid"] = self.user(row["uid"])
        for entry in row["secsign_ids"]:
            entry["id"] = self.secsign_id(entry["id"])
        return row

    def exemption(self, entry: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        name = self.user(entry["name"]) if entry["kind"] == "user" else entry["name"]
        return dict(entry, name=name, owner=self.text(entry["owner"]), reason=self.text(entry["reason"]))
