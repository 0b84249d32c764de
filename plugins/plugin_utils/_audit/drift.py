# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The changes that the module twofactor reports for a host in check mode, as lines of before and after."""

from __future__ import annotations

import itertools
import json
import typing as t
from dataclasses import dataclass

from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.twofactor import PARTS
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._answers import DIFFERENCE, check, check_depth
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.redact import WITHHELD, Redactor

SAME, DIFFERS, REFUSED, NOT_COMPARED = "same", "differs", "refused", "not_compared"
_LINES = 40  # of one host
_LENGTH = 300  # of one value
_LONGEST_MESSAGE = 500
_WHOLE = 20  # entries of two lists that are still shown whole
# Parts of the diff that contain settings, and no names of users
_PLAIN = ("app", "id_server", "user_permissions", "onboarding")
_PLAIN_POLICY = (("enforced",), ("groups",), ("excluded_groups",))


@dataclass(frozen=True)
class Change:
    path: str
    before: str
    after: str


@dataclass(frozen=True)
class Drift:
    status: str
    changes: tuple[Change, ...] = ()
    more: int = 0  # changes that are not listed
    problem: str | None = None


def read_drift(result: t.Any, redactor: Redactor) -> Drift:
    """From the registered result of the task, which may have been skipped or have failed.

    Raises AnswerError where it is not a result.
    """
    if not isinstance(result, t.Mapping) or not result or result.get("skipped"):
        return Drift(NOT_COMPARED, problem="no variable describes the server, or the comparison was disabled")
    if "diff" not in result:
        return Drift(REFUSED, problem=redactor.message(message_of(result) or "The comparison in check mode failed."))
    check(result, DIFFERENCE, "the comparison")
    check_depth(result["diff"])
    diff = result["diff"]
    before, after = dict(diff.get("before") or {}), dict(diff.get("after") or {})
    changes = (
        change
        for part in _keys(before, after)
        for change in _changes((part,), before.get(part), after.get(part), redactor)
    )
    listed = tuple(itertools.islice(changes, _LINES))
    if not listed and result.get("changed"):
        listed = (Change("(other)", "", "check mode reported a change without its details"),)
    return Drift(DIFFERS if listed else SAME, listed, sum(1 for _change in changes))


def message_of(result: t.Mapping[str, t.Any]) -> str:
    """The message of a task, in one line of limited length."""
    message = result.get("reason") or result.get("msg")
    return " ".join(message[:_LONGEST_MESSAGE].split()) if isinstance(message, str) else ""


def _keys(before: t.Mapping[t.Any, t.Any], after: t.Mapping[t.Any, t.Any]) -> list[str]:
    return sorted({str(key) for key in (*before, *after)})


def _changes(path: tuple[str, ...], before: t.Any, after: t.Any, redactor: Redactor) -> t.Iterator[Change]:
    if before == after:
        return
    if all(side is None or isinstance(side, t.Mapping) for side in (before, after)):
        before, after = dict(before or {}), dict(after or {})
        for key in _keys(before, after):
            yield from _changes((*path, key), before.get(key), after.get(key), redactor)
        return
    if isinstance(before, (list, tuple)) and isinstance(after, (list, tuple)) and len(before) + len(after) > _WHOLE:
        # of long lists only the differences
        before, after = [_entry(one) for one in before], [_entry(one) for one in after]
        removed, added = set(before) - set(after), set(after) - set(before)
        before, after = [one for one in before if one in removed], [one for one in after if one in added]
    yield _shown(path, before, after, redactor)


def _shown(path: tuple[str, ...], before: t.Any, after: t.Any, redactor: Redactor) -> Change:
    if path[0] == "secsign_ids":
        return _secsign_id(path, before, after, redactor)
    if path[0] not in PARTS:
        return _unknown(path, before, after, redactor)
    plain = path[0] in _PLAIN or (path[0] == "enforcement" and path[1:2] in _PLAIN_POLICY)
    if (
        not plain
        and path[1:2] == ("managed_groups",)
        and all(side is None or isinstance(side, (list, tuple)) for side in (before, after))
    ):
        before, after = ([redactor.user(_entry(uid)) for uid in side or ()] for side in (before, after))
        plain = True
    if redactor.redacts and not plain:
        return Change(_text(".".join(path)), WITHHELD, WITHHELD)
    return Change(_text(".".join(path)), _value(before, redactor, plain), _value(after, redactor, plain))


def _secsign_id(path: tuple[str, ...], before: t.Any, after: t.Any, redactor: Redactor) -> Change:
    name = _text("secsign_ids." + redactor.user(".".join(path[1:])))
    if redactor.show_ids and not redactor.redacts:
        return Change(name, _text(before), _text(after))
    return Change(name, "an ID" if before else "none", ("another ID" if before else "an ID") if after else "none")


def _unknown(path: tuple[str, ...], before: t.Any, after: t.Any, redactor: Redactor) -> Change:
    """A diff without the titles of its parts: the keys may be users, the values SecSign IDs."""
    if redactor.redacts:
        return Change(WITHHELD, WITHHELD, WITHHELD)
    if redactor.show_ids:
        return Change(_text(".".join(path)), _text(before), _text(after))
    return Change(_text(".".join(path)), WITHHELD, WITHHELD)


def _value(value: t.Any, redactor: Redactor, plain: bool) -> str:
    text = _text(value)
    return text if plain else redactor.text(text)


def _text(value: t.Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, (list, tuple)):
        text = ", ".join(_entry(one) for one in value[:_LENGTH]) or "none"
    elif isinstance(value, str):
        text = value
    else:
        text = _json(value)
    return text if len(text) <= _LENGTH else text[: _LENGTH - 1] + "…"


def _entry(value: t.Any) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: t.Any) -> str:
    try:
        return json.dumps(value, default=str)
    except ValueError:
        return "a very large number"  # Python makes no text of it
