# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The release of one user who cannot log in: by switching off the provider that she lost, or by an exemption for
some hours."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._audit_log import (
    append_line,
    check_writable,
    invoking_user,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Bridge, Context, Outcome, Part, Plan
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.enforcement import PolicyPart
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.guard import factors_of
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import (
    Exemption,
    GuardOptions,
    Intent,
    current_scope,
    stored_exemptions,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.login import LOCKED_OUT
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import stores
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import BACKUP_CODES, Query, State, User
from ansible_collections.secsign.nextcloud.plugins.module_utils._text import printable, stamp

_HOUR = 60 * 60
_LONGEST = 14 * 24  # hours; for longer there are exemptions


class Unlock(PolicyPart):
    """Never refuses because of a provider that does not load: that is when it is needed."""

    title = "unlock"

    SPEC: t.ClassVar[dict[str, t.Any]] = {
        "user": {"type": "str", "required": True},
        "method": {"type": "str", "choices": ["show", "disable_provider", "exempt"], "default": "show"},
        "provider": {"type": "str"},
        "hours": {"type": "int", "default": 8},
        "reason": {"type": "str"},
        "requested_by": {"type": "str"},
        "audit_log": {"type": "path", "default": "/var/log/secsign-nextcloud-audit.jsonl"},
    }

    def __init__(self, params: t.Mapping[str, t.Any], context: Context) -> None:
        super().__init__(params, context)
        self._named: str = params["user"]
        self._user = self._named  # until it is known whose mail address that is
        self._method: str = params["method"]
        self._provider: str | None = params["provider"]
        self._hours: int = params["hours"]
        self._reason: str = (params["reason"] or "").strip()
        self._requested_by: str = params["requested_by"] or invoking_user()
        self._audit_log: str = params["audit_log"]
        if not self._reason and self._method != "show":
            raise NextcloudError("reason_missing")
        if not 1 <= self._hours <= _LONGEST:
            raise NextcloudError("unlock_hours", value=self._hours, most=_LONGEST)
        if self._provider and self._method != "disable_provider":
            raise NextcloudError("needs_option", option="provider", other="method=disable_provider")
        if self._method != "show":
            check_writable(self._audit_log)

    # ------------------------------------------------------------------ the part

    def guard_options(self, params: t.Mapping[str, t.Any]) -> GuardOptions:
        """An exemption of one user locks nobody out."""
        return GuardOptions(guard="off", accept_insecure_provider=True)

    def declare_reads(self, query: Query) -> None:
        super().declare_reads(query)
        query.some_users |= {self._named}
        query.names |= {self._named}

    def _check_providers(self, state: State) -> None:
        return

    def plan(self, state: State) -> Plan:
        self._user = state.find("user", [self._named])[self._named]
        user = next(p for p in state.users or () if p.uid == self._user)
        if self._method == "show":
            plan = Plan(steps=(), after=state)
        else:
            plan = super().plan(state) if self._method == "exempt" else self._plan_disable(user, state)
        facts = {"account": self.view(state), "login": self._fate(plan.after), "login_before": self._fate(state)}
        if not plan.steps:
            return plan._replace(facts=facts)
        log = Bridge("write_log", {"message": self.sentence()})
        return plan._replace(steps=(*plan.steps, log), facts=facts)

    def exemptions(self, state: State) -> tuple[Exemption, ...]:
        """One that holds already is left as it is, so that a second run does not prolong it."""
        stored = {e.key: e for e in stored_exemptions(state) if not e.ended}
        held = stored.get(("user", self._user))
        if self._method == "exempt" and (held is None or not held.holds(state.now)):
            until = (state.now // _HOUR + 1 + self._hours) * _HOUR
            stored["user", self._user] = Exemption("user", self._user, self._requested_by, self._reason, until)
        return tuple(stored.values())

    def _guarded(
        self, state: State, intent: Intent, holding: tuple[Exemption, ...], over: tuple[Exemption, ...]
    ) -> Plan:
        """Lets one user out and nobody in, so the others need not be read."""
        return self._plan(state, intent, holding, over)._replace(verdicts={self._user: False})

    def _plan_disable(self, user: User, state: State) -> Plan:
        on = sorted(provider for provider, enabled in user.providers.items() if enabled and provider != BACKUP_CODES)
        if self._provider and self._provider not in user.providers:
            raise NextcloudError(
                "unlock_nothing_on", user=user.uid, provider=self._provider, on=", ".join(on) or "none"
            )
        lost = [self._provider] if self._provider else on
        lost = [provider for provider in lost if provider in on]
        released = user._replace(
            providers=dict(user.providers, **dict.fromkeys(lost, False)),
            secsign_ids=tuple(
                entry._replace(enabled=False) if entry.app in lost else entry for entry in user.secsign_ids
            ),
        )
        after = state._replace(users=tuple(released if p.uid == user.uid else p for p in state.users or ()))
        if lost and self._fate(after) == LOCKED_OUT:
            raise NextcloudError("unlock_no_way", user=user.uid, provider=", ".join(lost))
        requests = [{"user": user.uid, "provider": provider, "id_stores": stores()} for provider in lost]
        steps = tuple(Bridge("unlock_user", request) for request in requests)
        return Plan(steps=steps, after=after)

    def _fate(self, state: State) -> str:
        """What the user meets at the next login: one of the guard's classes."""
        user = next(p for p in state.users or () if p.uid == self._user)
        exempt = {e.name for e in stored_exemptions(state) if e.kind == "user" and e.holds(state.now)}
        managed = {group for group, members in state.members.items() if members and user.uid in members}
        groups = (user.groups - set(state.members)) | managed
        return factors_of(state, accept_insecure=True).classify(
            user._replace(groups=groups), current_scope(state), user.uid in exempt
        )

    def view(self, state: State) -> dict[str, t.Any]:
        user = next(p for p in state.users or () if p.uid == self._user)
        held = [
            stamp(e.until) for e in stored_exemptions(state) if e.key == ("user", self._user) and e.holds(state.now)
        ]
        return {
            "user": user.uid,
            "providers": {provider: "on" if enabled else "off" for provider, enabled in sorted(user.providers.items())},
            "exempt_until": held[0] if held else None,
            "login": self._fate(state),
        }

    # ------------------------------------------------------------------ the audit log

    def sentence(self) -> str:
        what = (
            "switched off {}".format(self._provider or "every second factor")
            if self._method == "disable_provider"
            else f"exempted for {self._hours} hours"
        )
        return printable(f"{self._requested_by} released {self._user} ({what}): {self._reason}")

    def audit_entry(self, outcome: Outcome) -> dict[str, t.Any]:
        """The line of the audit log."""
        return {
            "time": stamp(int(time.time())),
            "nextcloud": outcome.server["path"],
            "who": self._requested_by,
            "whom": self._user,
            "what": self._method,
            "provider": self._provider,
            "hours": self._hours if self._method == "exempt" else None,
            "why": self._reason,
            "login_before": outcome.facts["login_before"],
            "login": outcome.facts["login"],
        }

    @property
    def audit_log(self) -> str:
        return self._audit_log


def write_audit_entry(parts: t.Sequence[Part], outcome: Outcome) -> None:
    for part in parts:
        if isinstance(part, Unlock):
            append_line(part.audit_log, part.audit_entry(outcome))
