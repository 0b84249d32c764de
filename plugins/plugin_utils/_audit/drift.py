# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a check run of the module twofactor would change on a host, as lines of before and after."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.redact import WITHHELD, Redactor

SAME, DIFFERS, REFUSED, NOT_COMPARED = "same", "differs", "refused", "not_compared"
_LINES = 40  # of one host
_LENGTH = 300  # of one value
_WHOLE = 20  # entries of two lists that are still told whole
# Parts of the diff that hold settings, and no names of people
_PLAIN = ("app", "id_server", "user_permissions", "onboarding")
_PLAIN_POLICY = ("enforced", "groups", "excluded_groups")


@dataclass(frozen=True)
class Change:
    path: str
    before: str
    after: str


@dataclass(frozen=True)
class Drift:
    status: str
    changes: t.Tuple[Change, ...] = ()
    more: int = 0  # changes that are not told
    problem: t.Optional[str] = None


def read_drift(result: t.Optional[t.Mapping[str, t.Any]], redactor: Redactor) -> Drift:
    """From what the task registered; it may have been skipped, or have failed."""
    if not result or result.get("skipped"):
        return Drift(NOT_COMPARED, problem="no variable describes what the server should be, or the comparison was switched off")
    if "diff" not in result:
        return Drift(REFUSED, problem=redactor.message(str(result.get("msg") or "The check run failed.")))
    diff = result["diff"]
    before, after = dict(diff.get("before") or {}), dict(diff.get("after") or {})
    changes = []
    for part in sorted(set(before) | set(after)):
        changes += _changes((part,), before.get(part), after.get(part), redactor)
    if not changes and result.get("changed"):
        changes.append(Change("(other)", "", "the check run told a change without its details"))
    return Drift(DIFFERS if changes else SAME, tuple(changes[:_LINES]), max(0, len(changes) - _LINES))


def _changes(path: t.Tuple[str, ...], before: t.Any, after: t.Any, redactor: Redactor) -> t.List[Change]:
    if before == after:
        return []
    if isinstance(before, t.Mapping) or isinstance(after, t.Mapping):
        before, after = dict(before or {}), dict(after or {})
        found: t.List[Change] = []
        for key in sorted(set(before) | set(after), key=str):
            found += _changes(path + (str(key),), before.get(key), after.get(key), redactor)
        return found
    if isinstance(before, (list, tuple)) and isinstance(after, (list, tuple)) and len(before) + len(after) > _WHOLE:
        # of long lists only what differs is worth reading
        before, after = [one for one in before if one not in after], [one for one in after if one not in before]
    return [_shown(path, before, after, redactor)]


def _shown(path: t.Tuple[str, ...], before: t.Any, after: t.Any, redactor: Redactor) -> Change:
    if path[0] == "secsign_ids":
        return _secsign_id(path, before, after, redactor)
    plain = path[0] in _PLAIN or (path[0] == "enforcement" and path[1] in _PLAIN_POLICY)
    if not plain and path[1:2] == ("managed_groups",):
        before, after = ([redactor.user(str(uid)) for uid in side or ()] for side in (before, after))
        plain = True
    if redactor.redacts and not plain:
        return Change(".".join(path), WITHHELD, WITHHELD)
    return Change(".".join(path), redactor_text(before, redactor, plain), redactor_text(after, redactor, plain))


def _secsign_id(path: t.Tuple[str, ...], before: t.Any, after: t.Any, redactor: Redactor) -> Change:
    name = "secsign_ids." + redactor.user(".".join(path[1:]))
    if redactor.show_ids and not redactor.redacts:
        return Change(name, _text(before), _text(after))
    return Change(name, "an ID" if before else "none", ("another ID" if before else "an ID") if after else "none")


def redactor_text(value: t.Any, redactor: Redactor, plain: bool) -> str:
    text = _text(value)
    return text if plain else redactor.text(text)


def _text(value: t.Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, (list, tuple)):
        text = ", ".join(str(one) for one in value) or "none"
    elif isinstance(value, str):
        text = value
    else:
        text = json.dumps(value)
    return text if len(text) <= _LENGTH else text[: _LENGTH - 1] + "…"
