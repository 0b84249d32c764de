# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who must use two-factor login: the policy, its guard against lock-out, and the exemptions from it.

Both modules that change it, enforcement and exemptions, are one part here: each brings what it means, the rest is what
is kept on the server; then the whole is compiled, guarded and written. config.php is written once, so that no half of a
policy ever holds; users are taken out of a scope before it widens, and managed groups that are no longer used go last.
"""

from __future__ import annotations

import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import (
    Bridge,
    ConfigImport,
    Context,
    NeedsMoreState,
    Part,
    Plan,
    Step,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import (
    EXEMPTIONS_KEY,
    GUARD_SPEC,
    INTENT_KEY,
    MANAGED_GROUPS,
    REMEMBERED,
    STORE,
    Compiled,
    Exemption,
    GuardOptions,
    Intent,
    compile_policy,
    groups_after,
    groups_to_know,
    stored_exemptions,
    stored_intent,
    write_exemptions,
    write_intent,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import SECSIGN_APPS, accepts_any_id
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import SAML_APP, Query, State
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import check_groups, unique

if t.TYPE_CHECKING:
    from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.guard import Guard


class PolicyPart(Part):
    """Compiles, guards and writes. The two subclasses say what is meant."""

    def __init__(self, params: t.Mapping[str, t.Any], context: Context) -> None:
        self._context = context
        self._guardian: Guard | None = None
        self._guard = self.guard_options(params)
        if not 1 <= self._guard.exempt_days <= 366:
            value = self._guard.exempt_days
            raise NextcloudError("out_of_range", option="exempt_days", value=value, least=1, most="366 days")

    # ------------------------------------------------------------------ what the subclasses say

    def guard_options(self, params: t.Mapping[str, t.Any]) -> GuardOptions:
        return GuardOptions(*(params[name] for name in GUARD_SPEC))

    def named_groups(self) -> dict[str, t.Sequence[str]]:
        """Option and the groups it names, all of which must exist."""
        return {"service_groups": sorted(set(self._guard.service_groups))}

    def intent(self, state: State) -> Intent:
        return stored_intent(state)

    def exemptions(self, state: State) -> tuple[Exemption, ...]:
        """Those that are to hold; a part that only sets the policy keeps what is there."""
        return stored_exemptions(state)

    # ------------------------------------------------------------------ the part

    def declare_reads(self, query: Query) -> None:
        query.settings |= {STORE, SAML_APP} | set(SECSIGN_APPS)
        query.apps.add(SAML_APP)
        query.members |= set(MANAGED_GROUPS)
        query.groups |= {group for groups in self.named_groups().values() for group in groups}
        query.providers = True

    def plan(self, state: State) -> Plan:
        intent = self.intent(state)
        kept = self.exemptions(state)
        holding = tuple(e for e in kept if e.holds(state.now))
        over = tuple(e for e in kept if not e.ended and not e.holds(state.now))
        if state.silent:
            if not intent.enforced:
                return _switched_off(state)
            if groups_to_know(intent, holding):
                raise NextcloudError("user_backend", detail=state.failed_backends())
        for option, groups in self.named_groups().items():
            check_groups(option, groups, state)
        if intent.enforced:
            self._check_providers(state)
        plan = self._plan(state, intent, holding, over)
        if not plan.steps or not intent.enforced:
            return plan
        if state.users is None:
            raise NeedsMoreState(users=True)
        return self._guarded(state, intent, holding, over)

    def _plan(self, state: State, intent: Intent, holding: tuple[Exemption, ...], over: tuple[Exemption, ...]) -> Plan:
        """The steps to a policy, whether it may be or not."""
        missing = groups_to_know(intent, holding) - set(state.members)
        if missing:
            # on one of these a backend may turn out to be silent, which plan() sees when it is asked again
            raise NeedsMoreState(members=missing)
        compiled = compile_policy(intent, holding, state.members)
        system = _policy_changes(state, intent, compiled)
        remembered = tuple(e._replace(ended=True) for e in over) + self._ended(state)
        store = _store_changes(state, intent, holding + remembered, compiled)
        before, after = _membership_steps(state, compiled)
        steps: list[Step] = list(before)
        if system or store:
            steps.append(ConfigImport({STORE: store} if store else {}, system))
        steps += after
        warnings = [f"The exemption of {e} has expired." for e in over]
        return Plan(steps=tuple(steps), after=_after(state, system, store, compiled), warnings=tuple(warnings))

    @staticmethod
    def _ended(state: State) -> tuple[Exemption, ...]:
        return tuple(e for e in stored_exemptions(state) if e.ended and e.until > state.now - REMEMBERED)

    # ------------------------------------------------------------------ the guard

    def _guarded(
        self, state: State, intent: Intent, holding: tuple[Exemption, ...], over: tuple[Exemption, ...]
    ) -> Plan:
        # here, since a host whose policy is as it should be needs none of it
        from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.guard import Guard

        if self._guardian is None:
            self._guardian = Guard(self._guard, self._context.nextcloud)
        found = self._guardian.judge(state, intent, holding, over)
        plan = self._plan(state, intent, holding + found.exempted, over)
        return plan._replace(warnings=plan.warnings + found.warnings, facts=found.facts, verdicts=found.verdicts)

    def _check_providers(self, state: State) -> None:
        """A second factor that does not work must never be enforced."""
        for provider in state.broken_providers():
            raise NextcloudError("app_broken", app=provider.app, detail=provider.error)
        factors = state.factors()
        insecure = [provider.app for provider in factors if accepts_any_id(provider.app)]
        if insecure and not self._guard.accept_insecure_provider:
            raise NextcloudError("insecure_provider", app=", ".join(insecure))
        if not factors:
            raise NextcloudError("no_provider")

    def view(self, state: State) -> dict[str, t.Any]:
        return policy_view(state)


def _switched_off(state: State) -> Plan:
    """Off and nothing else: what the groups hold is not known now, and the rest can wait for a run that knows."""
    if not state.policy.is_enforced:
        return Plan(steps=(), after=state)
    warning = (
        f"A user backend does not answer ({state.failed_backends()}): enforcement is off, groups and exemptions were"
        " left as they are."
    )
    system = {"twofactor_enforced": "false"}
    after = state._replace(policy=state.policy._replace(enforced="false"))
    return Plan(steps=(ConfigImport(system=system),), after=after, warnings=(warning,))


def policy_view(state: State) -> dict[str, t.Any]:
    """The policy in the words of the options, with the exemptions and the users whom they leave out."""
    intent = stored_intent(state)
    shown: dict[str, t.Any] = {
        "enforced": intent.enforced,
        "groups": sorted(intent.groups),
        "excluded_groups": sorted(intent.excluded_groups),
    }
    for name in ("groups", "excluded_groups"):
        stored = getattr(state.policy, name)
        if not (
            stored is None or (isinstance(stored, list) and all(group and isinstance(group, str) for group in stored))
        ):
            # no list of names: shown as it is stored, since that is what a run repairs
            shown[name] = [str(group) for group in (stored if isinstance(stored, list) else [stored])]
    exemptions = [e for e in stored_exemptions(state) if not e.ended]
    managed = {
        group: sorted(members) for group, members in state.members.items() if members and group in MANAGED_GROUPS
    }
    if exemptions:
        shown["exemptions"] = [str(e) for e in exemptions]
    if managed:
        shown["managed_groups"] = managed
    return shown


class Enforcement(PolicyPart):
    title = "enforcement"

    SPEC: t.ClassVar[dict[str, t.Any]] = dict(
        GUARD_SPEC,
        enforced={"type": "bool", "required": True},
        groups={"type": "list", "elements": "str"},
        excluded_groups={"type": "list", "elements": "str"},
        widen_only={"type": "bool", "default": False},
        group_by_group={"type": "bool", "default": False},
    )

    def __init__(self, params: t.Mapping[str, t.Any], context: Context) -> None:
        super().__init__(params, context)
        self._enforced: bool = params["enforced"]
        self._groups = unique(params.get("groups"))
        self._excluded = unique(params.get("excluded_groups"))
        self._widen_only: bool = params["widen_only"]
        for option, groups in (("groups", self._groups), ("excluded_groups", self._excluded)):
            for group in groups or ():
                if group in MANAGED_GROUPS:
                    raise NextcloudError("managed_group", option=option, group=group)

    def named_groups(self) -> dict[str, t.Sequence[str]]:
        return dict(super().named_groups(), groups=self._groups or (), excluded_groups=self._excluded or ())

    def wanted_groups(self) -> list[str] | None:
        return self._groups

    def intent(self, state: State) -> Intent:
        stored = stored_intent(state)
        named = self.wanted_groups()
        groups = stored.groups if named is None else tuple(named)
        if self._widen_only and stored.enforced and groups:
            # who is in scope already stays there: everyone, or these groups besides
            groups = tuple(dict.fromkeys(stored.groups + groups)) if stored.groups else ()
        excluded = stored.excluded_groups if self._excluded is None else tuple(self._excluded)
        # an order that Nextcloud has already is no difference
        return Intent(self._enforced, _ordered(groups, stored.groups), _ordered(excluded, stored.excluded_groups))


class EnforcementStage(Enforcement):
    """With ``group_by_group``: enforcement for the first groups, the last of which comes into scope with this stage."""

    verify_immediately = True
    _number = 1

    def up_to(self, number: int) -> EnforcementStage:
        """This stage, for the first ``number`` groups."""
        self._number = number
        self.starts_stage = number > 1
        # on the way nobody leaves the scope; who is to leave it does so at the end
        self._widen_only = self._widen_only or number < len(self._groups or ())
        return self

    def wanted_groups(self) -> list[str] | None:
        return self._groups and self._groups[: self._number]

    def plan(self, state: State) -> Plan:
        try:
            return super().plan(state)
        except NextcloudError as error:
            if self.starts_stage:
                *before, group = self.wanted_groups() or ()
                error.where = "Enforced for {}, not for {}".format(", ".join(before), group)
            raise


def enforcement_parts(params: t.Mapping[str, t.Any], context: Context) -> list[Part]:
    """One part, or with ``group_by_group`` one for each group."""
    if not (params["group_by_group"] and params["enforced"]):
        return [Enforcement(params, context)]
    groups = unique(params.get("groups"))
    if not groups:
        raise NextcloudError("needs_option", option="group_by_group", other="groups")
    return [EnforcementStage(params, context).up_to(number) for number in range(1, len(groups) + 1)]


def _ordered(wanted: tuple[str, ...], stored: tuple[str, ...]) -> tuple[str, ...]:
    return stored if sorted(wanted) == sorted(stored) else wanted


def _policy_changes(state: State, intent: Intent, compiled: Compiled) -> dict[str, t.Any]:
    changes: dict[str, t.Any] = {}
    policy = state.policy
    if policy.is_enforced != intent.enforced or policy.enforced not in (None, "true", "false"):
        changes["twofactor_enforced"] = "true" if intent.enforced else "false"
    for key, stored, wanted in (
        ("twofactor_enforced_groups", policy.groups, compiled.groups),
        ("twofactor_enforced_excluded_groups", policy.excluded_groups, compiled.excluded_groups),
    ):
        if not _same_groups(stored, wanted):
            changes[key] = list(wanted)
    return changes


def _store_changes(
    state: State, intent: Intent, exemptions: tuple[Exemption, ...], compiled: Compiled
) -> dict[str, str | None]:
    """Kept beside the policy only while something is to be remembered; None takes a key away."""
    stored = state.settings.get(STORE, {})
    wanted: dict[str, str | None] = {
        EXEMPTIONS_KEY: write_exemptions(exemptions) if exemptions else None,
        INTENT_KEY: None if compiled.lossless else write_intent(intent),
    }
    return {key: value for key, value in wanted.items() if stored.get(key) != value}


def _membership_steps(state: State, compiled: Compiled) -> tuple[list[Step], list[Step]]:
    """What comes before the policy is written, and what after."""
    before: list[Step] = []
    after: list[Step] = []
    for group in MANAGED_GROUPS:
        there, wanted = state.members.get(group), compiled.members.get(group)
        if there == wanted:
            continue
        if wanted is None:
            after.append(Bridge("set_members", {"group": group, "members": None}))
        else:
            before.append(Bridge("set_members", {"group": group, "members": sorted(wanted)}))
    return before, after


def _after(state: State, system: t.Mapping[str, t.Any], store: t.Mapping[str, str | None], compiled: Compiled) -> State:
    policy = state.policy._replace(
        enforced=system.get("twofactor_enforced", state.policy.enforced),
        groups=system.get("twofactor_enforced_groups", state.policy.groups),
        excluded_groups=system.get("twofactor_enforced_excluded_groups", state.policy.excluded_groups),
    )
    users = state.users
    if users is not None and any(state.members.get(group) != members for group, members in compiled.members.items()):
        users = tuple(user._replace(groups=groups_after(user, compiled)) for user in users)
    members = dict(state.members, **compiled.members)
    return state.with_settings(STORE, store)._replace(policy=policy, members=members, users=users)


def _same_groups(stored: t.Any, wanted: t.Sequence[str]) -> bool:
    if stored is None:
        return not wanted
    # anything but a plain list of names (occ stores [null] or [""] without a word) is to be written anew
    return (
        isinstance(stored, list)
        and all(isinstance(group, str) for group in stored)
        and sorted(stored) == sorted(wanted)
    )
