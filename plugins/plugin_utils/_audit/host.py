# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One host of an audit: the results of its tasks as values, and the state of each user."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._answers import AUDITED, STATE, AnswerError, check
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.drift import (
    NOT_COMPARED,
    Drift,
    message_of,
    read_drift,
)
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.redact import Redactor
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.users import (
    STATES,
    ExemptNames,
    Judge,
    Row,
    checked,
    unpack,
)
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.values import AuditPolicy, Rule

DAY = 24 * 60 * 60
_LONGEST = 2000  # characters of a reason in the report


@dataclass(frozen=True)
class Examined:
    """One user under the policy."""

    row: Row
    state: str
    lacking: tuple[Rule, ...]  # factor rules that are not met and that nothing excuses


@dataclass(frozen=True)
class ReportedExemption:
    kind: str
    name: str
    owner: str
    reason: str
    until: str
    expired: bool
    days_left: int  # begun days; negative or 0 once it has expired


@dataclass(frozen=True)
class Host:
    name: str
    problem: str | None  # why the host could not be read; None if it was read
    unreachable: bool = False
    facts: t.Mapping[str, t.Any] = field(default_factory=dict)  # of twofactor_info, without the users
    users: tuple[Examined, ...] = ()
    exemptions: tuple[ReportedExemption, ...] = ()
    drift: Drift = field(default_factory=lambda: Drift(NOT_COMPARED))

    @property
    def read(self) -> bool:
        return self.problem is None

    @property
    def now(self) -> int:
        return int(self.facts["nextcloud"]["time"])

    def states(self) -> dict[str, int]:
        counts = dict.fromkeys(STATES, 0)
        for user in self.users:
            counts[user.state] += 1
        return counts


def examine(name: str, result: t.Any, drift: t.Any, policy: AuditPolicy, redactor: Redactor) -> Host:
    """The checked answer of a managed node. A node with a malformed answer counts as not read.

    ``policy`` must have gone through :func:`redacted_policy` with the same redactor.
    """
    if not _has_answered(result):
        return _unread(name, result, redactor)
    try:
        check(result, STATE)
        check(result, AUDITED)
        if "users_packed" in result:
            rows = unpack(result["users_packed"])
        else:
            rows = [checked(row, f"users[{number}]") for number, row in enumerate(result["users"])]
        found = read_drift(drift, redactor)
    except AnswerError as error:
        return Host(name, redactor.message(error.message))
    exemptions = [redactor.exemption(entry) for entry in result["exemptions"]]
    judge = Judge(policy, ExemptNames.of(exemptions))
    users = []
    for row in rows:
        state, lacking = judge.state(redactor.row(row))
        users.append(Examined(row, state, tuple(rule for rule in lacking if judge.breaks(rule, row, state))))
    facts = {key: result[key] for key in ("nextcloud", "app", "settings", "enforcement", "providers", "users_summary")}
    facts["saml"] = result.get("saml")
    now = int(result["nextcloud"]["time"])
    reported = tuple(
        ReportedExemption(
            e["kind"], e["name"], _cut(e["owner"]), _cut(e["reason"]), e["until"], e["over"], days_left(e["until"], now)
        )
        for e in exemptions
    )
    return Host(name, None, False, facts, tuple(users), reported, found)


def _has_answered(result: t.Any) -> t.TypeGuard[t.Mapping[str, t.Any]]:
    if not isinstance(result, t.Mapping) or result.get("failed") or result.get("unreachable"):
        return False
    return "nextcloud" in result and ("users_packed" in result or "users" in result)


def _unread(name: str, result: t.Any, redactor: Redactor) -> Host:
    result = result if isinstance(result, t.Mapping) else {}
    unreachable = bool(result.get("unreachable"))
    text = message_of(result)
    problem = redactor.message(text) if text else "The task of this server returned no result."
    return Host(name, ("The server could not be reached. " if unreachable else "") + problem, unreachable)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def days_left(until: str, now: int) -> int:
    end = int(datetime.datetime.strptime(until, "%Y-%m-%dT%H:%M:%S%z").timestamp())
    return -((now - end) // DAY)  # rounded up


def redacted_policy(policy: AuditPolicy, redactor: Redactor) -> AuditPolicy:
    """Users whom the policy names are compared under the names that reports show."""
    if not redactor.redacts:
        return policy
    users = frozenset(redactor.user(uid) for uid in policy.leave_out.users)
    return replace(policy, leave_out=replace(policy.leave_out, users=users))
