# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what an operator means to what Nextcloud understands: who must use two-factor login, and who is exempt until
when.

Nextcloud knows enforced groups and excluded groups, and ignores the second list as soon as the first has a member. So

* where everyone is in scope, exempt users are put in a managed group, which is excluded, and exempt groups are
  excluded as they are;
* where groups are in scope and somebody is left out, the members of those groups, less the exempt ones, are put in a
  managed group, which alone is enforced.

What was meant is kept on the server beside the policy, so that every control machine, and the host itself, can compile
it again.
"""

from __future__ import annotations

import json
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import State, StoredPolicy, User
from ansible_collections.secsign.nextcloud.plugins.module_utils._text import stamp

# App config of this id, which no app bears, holds what the collection has to remember on the server.
STORE = "secsign_nextcloud"
EXEMPTIONS_KEY = "exemptions"
INTENT_KEY = "intent"
# How long an exemption that is over is remembered.
REMEMBERED = 400 * 24 * 60 * 60

EXEMPT_GROUP = "secsign-exempt"
ENFORCED_GROUP = "secsign-enforced"
MANAGED_GROUPS = (EXEMPT_GROUP, ENFORCED_GROUP)

Members = t.Mapping[str, t.Optional[t.FrozenSet[str]]]


class Scope(t.NamedTuple):
    """Who must use two-factor login, as Nextcloud will read it.

    The rule is that of its class ``MandatoryTwoFactor``, to the letter: enforced groups, if there are any, decide
    alone; only without them do excluded groups count.
    """

    enforced: bool
    groups: frozenset[str] = frozenset()
    excluded_groups: frozenset[str] = frozenset()

    def includes(self, groups: t.Iterable[str]) -> bool:
        if not self.enforced:
            return False
        if self.groups:
            return not self.groups.isdisjoint(groups)
        return self.excluded_groups.isdisjoint(groups)


class Exemption(t.NamedTuple):
    """One user or group that need not use two-factor login until a moment."""

    kind: str  # user, group
    name: str
    owner: str
    reason: str
    until: int  # seconds since 1970; the exemption is over from then on
    ended: bool = False  # over, and a run has seen to it; remembered so that a list that still names it does no harm

    def holds(self, now: int) -> bool:
        return not self.ended and self.until > now

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.name

    def __str__(self) -> str:
        return f"{self.kind} {self.name} until {stamp(self.until)} ({self.owner}): {self.reason}"


GUARD_SPEC: dict[str, t.Any] = {
    "guard": {"type": "str", "choices": ["strict", "exempt", "off"], "default": "strict"},
    "exempt_days": {"type": "int", "default": 14},
    "service_groups": {"type": "list", "elements": "str", "default": []},
    "require_backup_codes": {"type": "bool", "default": False},
    "accept_insecure_provider": {"type": "bool", "default": False},
}


class GuardOptions(t.NamedTuple):
    """The options of GUARD_SPEC, in its order."""

    guard: str = "strict"
    exempt_days: int = 14
    service_groups: t.Sequence[str] = ()
    require_backup_codes: bool = False
    accept_insecure_provider: bool = False


class Intent(t.NamedTuple):
    """What the operator means, exemptions apart."""

    enforced: bool
    groups: tuple[str, ...] = ()
    excluded_groups: tuple[str, ...] = ()


class Compiled(t.NamedTuple):
    """What is written into the configuration of Nextcloud."""

    groups: tuple[str, ...]
    excluded_groups: tuple[str, ...]
    members: t.Mapping[str, frozenset[str] | None]  # of the managed groups; None: not needed, so it goes
    lossless: bool  # what was meant can be read back from the policy alone

    @property
    def scope(self) -> Scope:
        return Scope(True, frozenset(self.groups), frozenset(self.excluded_groups))


def groups_to_know(intent: Intent, exemptions: t.Sequence[Exemption]) -> set[str]:
    """Whose members have to be read before this can be compiled."""
    if not intent.groups or not (exemptions or intent.excluded_groups):
        return set()
    return set(intent.groups) | set(intent.excluded_groups) | {e.name for e in exemptions if e.kind == "group"}


def compile_policy(intent: Intent, exemptions: t.Sequence[Exemption], members: Members) -> Compiled:
    users = frozenset(e.name for e in exemptions if e.kind == "user")
    groups = tuple(e.name for e in exemptions if e.kind == "group")
    if intent.groups and (exemptions or intent.excluded_groups):
        inside = _union(intent.groups, members)
        outside = _union(intent.excluded_groups + groups, members) | users
        return Compiled((ENFORCED_GROUP,), (), {ENFORCED_GROUP: inside - outside, EXEMPT_GROUP: None}, False)
    if intent.groups:
        return Compiled(intent.groups, (), dict.fromkeys(MANAGED_GROUPS), True)
    excluded = intent.excluded_groups + tuple(g for g in groups if g not in intent.excluded_groups)
    if users:
        excluded += (EXEMPT_GROUP,)
    return Compiled((), excluded, {EXEMPT_GROUP: users or None, ENFORCED_GROUP: None}, not exemptions)


def groups_after(user: User, compiled: Compiled) -> frozenset[str]:
    managed = {group for group, members in compiled.members.items() if members and user.uid in members}
    return (user.groups - set(MANAGED_GROUPS)) | managed


def _union(groups: t.Iterable[str], members: Members) -> frozenset[str]:
    return frozenset(uid for group in groups for uid in members.get(group) or ())


# ---------------------------------------------------------------------- what is kept on the server


def stored_exemptions(state: State) -> tuple[Exemption, ...]:
    text = state.settings.get(STORE, {}).get(EXEMPTIONS_KEY, "[]")
    return tuple(Exemption(**entry) for entry in json.loads(text))


def write_exemptions(exemptions: t.Sequence[Exemption]) -> str:
    return json.dumps([e._asdict() for e in sorted(exemptions, key=lambda e: (e.key, e.until))], sort_keys=True)


def stored_intent(state: State) -> Intent:
    """What was meant by the policy that holds now."""
    policy: StoredPolicy = state.policy
    text = state.settings.get(STORE, {}).get(INTENT_KEY)
    if text:
        kept = json.loads(text)
        return Intent(policy.is_enforced, tuple(kept["groups"]), tuple(kept["excluded_groups"]))
    return Intent(policy.is_enforced, _plain(policy.groups), _plain(policy.excluded_groups))


def write_intent(intent: Intent) -> str:
    return json.dumps({"groups": list(intent.groups), "excluded_groups": list(intent.excluded_groups)}, sort_keys=True)


def _plain(stored: t.Any) -> tuple[str, ...]:
    # occ stores [null] or [""] without a word; neither names a group
    names = stored if isinstance(stored, list) else []
    return tuple(str(name) for name in names if name and name not in MANAGED_GROUPS)


def current_scope(state: State) -> Scope:
    """The policy that holds now, read as Nextcloud reads it."""

    def names(stored: t.Any) -> frozenset[str]:
        return frozenset(str(name) for name in stored) if isinstance(stored, list) else frozenset()

    return Scope(state.policy.is_enforced, names(state.policy.groups), names(state.policy.excluded_groups))
