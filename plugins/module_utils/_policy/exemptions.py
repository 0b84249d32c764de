# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exemptions from two-factor login: a user or a group, an owner, a reason, and an end."""

from __future__ import annotations

import datetime
import re
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Context
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.enforcement import PolicyPart
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import (
    GUARD_SPEC,
    MANAGED_GROUPS,
    Exemption,
    stored_exemptions,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import Query, State
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import check_once
from ansible_collections.secsign.nextcloud.plugins.module_utils._text import stamp

_DAY = 24 * 60 * 60


def parse_moment(option: str, text: str) -> int:
    """A date (its end, in UTC), or a date and time with Z or an offset."""
    text = text.strip()
    try:
        if re.match(r"^\d{4}-\d{2}-\d{2}\Z", text):
            day = datetime.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=datetime.timezone.utc)
            return int(day.timestamp()) + _DAY
        found = re.match(r"^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(Z|[+-]\d{2}:?\d{2})\Z", text)
        if found:
            zone = "+0000" if found.group(4) == "Z" else found.group(4).replace(":", "")
            moment = "{}T{}{}{}".format(found.group(1), found.group(2), found.group(3) or ":00", zone)
            return int(datetime.datetime.strptime(moment, "%Y-%m-%dT%H:%M:%S%z").timestamp())
    except ValueError:
        pass
    raise NextcloudError("invalid_date", option=option, value=text[:60])


class Exemptions(PolicyPart):
    title = "exemptions"

    SPEC: t.ClassVar[dict[str, t.Any]] = dict(
        GUARD_SPEC,
        exemptions={
            "type": "list",
            "elements": "dict",
            "default": [],
            "options": {
                "user": {"type": "str"},
                "group": {"type": "str"},
                "owner": {"type": "str"},
                "reason": {"type": "str"},
                "until": {"type": "str"},
            },
            "mutually_exclusive": [["user", "group"]],
            "required_one_of": [["user", "group"]],
        },
        state={"type": "str", "choices": ["present", "absent"], "default": "present"},
        prune={"type": "bool", "default": False},
        max_days={"type": "int", "default": 90},
    )

    def __init__(self, params: t.Mapping[str, t.Any], context: Context) -> None:
        super().__init__(params, context)
        self._absent: bool = params["state"] == "absent"
        self._prune: bool = params["prune"]
        self._max_days: int = params["max_days"]
        if self._max_days < 1:
            raise NextcloudError("too_small", option="max_days", value=self._max_days, least=1)
        if self._absent and self._prune:
            raise NextcloudError("needs_option", option="prune", other="state=present")
        self._entries = [self._entry(entry) for entry in params["exemptions"]]
        check_once("exemptions", [" ".join(entry.key) for entry in self._entries])

    def _entry(self, entry: t.Mapping[str, t.Any]) -> Exemption:
        kind = "user" if entry.get("user") else "group"
        name = entry[kind]
        if not name or name in MANAGED_GROUPS:
            raise NextcloudError("cannot_exempt", name=name)
        if self._absent:
            return Exemption(kind, name, "", "", 0)
        lacking = [field for field in ("owner", "reason", "until") if not (entry.get(field) or "").strip()]
        if lacking:
            raise NextcloudError("exemption_incomplete", detail="{} {} lacks {}".format(kind, name, ", ".join(lacking)))
        return Exemption(
            kind, name, entry["owner"].strip(), entry["reason"].strip(), parse_moment("until", entry["until"])
        )

    def named_groups(self) -> dict[str, t.Sequence[str]]:
        groups = [] if self._absent else [e.name for e in self._entries if e.kind == "group"]
        return dict(super().named_groups(), exemptions=groups)

    def declare_reads(self, query: Query) -> None:
        super().declare_reads(query)
        query.names |= {e.name for e in self._entries if e.kind == "user"}

    def exemptions(self, state: State) -> tuple[Exemption, ...]:
        stored = {e.key: e for e in stored_exemptions(state) if not e.ended}
        if self._absent:
            for e in self._entries:
                stored.pop(e.key, None)
                # who left the server is named by the id that is stored
                stored.pop((e.kind, str(state.uids.get(e.name))), None)
            return tuple(stored.values())
        uids = state.find("exemptions", [e.name for e in self._entries if e.kind == "user"])
        entries = [e._replace(name=uids[e.name]) if e.kind == "user" else e for e in self._entries]
        check_once("exemptions", [" ".join(entry.key) for entry in entries])
        wanted = {e.key: e for e in entries if self._may_begin(e, state)}
        if self._prune:
            return tuple(wanted.values())
        stored.update(wanted)
        return tuple(stored.values())

    def view(self, state: State) -> dict[str, t.Any]:
        shown = super().view(state)
        return {name: shown.get(name, default) for name, default in (("exemptions", []), ("managed_groups", {}))}

    def _may_begin(self, exemption: Exemption, state: State) -> bool:
        """Refuses one that never could hold; False for one that did, and is over."""
        known = [e for e in stored_exemptions(state) if e.key == exemption.key and e.until == exemption.until]
        if any(e.ended for e in known):
            return False
        if not known and exemption.until <= state.now:
            raise NextcloudError("exemption_past", name=" ".join(exemption.key), until=stamp(exemption.until))
        if not known and exemption.until > state.now + self._max_days * _DAY + _DAY:
            raise NextcloudError(
                "exemption_too_long",
                name=" ".join(exemption.key),
                until=stamp(exemption.until),
                days=self._max_days,
            )
        return True
