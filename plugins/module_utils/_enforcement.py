# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who must use two-factor login: Nextcloud's own policy, and what has to work before it is switched on."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Part, Plan, import_config
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings import check_groups, unique
from ansible_collections.secsign.nextcloud.plugins.module_utils._state import UPSTREAM_APP, Policy, State, Wants

_KEYS = {
    "enforced": "twofactor_enforced",
    "groups": "twofactor_enforced_groups",
    "excluded_groups": "twofactor_enforced_excluded_groups",
}


class Enforcement(Part):
    title = "enforcement"

    SPEC: t.ClassVar[t.Dict[str, t.Any]] = {
        "enforced": {"type": "bool", "required": True},
        "groups": {"type": "list", "elements": "str"},
        "excluded_groups": {"type": "list", "elements": "str"},
        "accept_insecure_provider": {"type": "bool", "default": False},
    }

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._enforced: bool = params["enforced"]
        self._groups = unique(params.get("groups"))
        self._excluded = unique(params.get("excluded_groups"))
        self._accept_insecure: bool = params["accept_insecure_provider"]
        if self._groups and self._excluded:
            raise NextcloudError("policy_lists")

    def wants(self, wants: Wants) -> None:
        wants.groups |= set(self._groups or ()) | set(self._excluded or ())
        wants.providers = wants.providers or self._enforced

    def plan(self, state: State) -> Plan:
        check_groups("groups", self._groups, state)
        check_groups("excluded_groups", self._excluded, state)
        changes: t.Dict[str, t.Any] = {}
        if state.policy.is_enforced != self._enforced or state.policy.enforced not in (None, "true", "false"):
            changes["enforced"] = "true" if self._enforced else "false"
        for name, wanted in (("groups", self._groups), ("excluded_groups", self._excluded)):
            stored = getattr(state.policy, name)
            if wanted is not None and not _same_groups(stored, wanted):
                changes[name] = wanted
        policy = replace(state.policy, **changes)
        if self._enforced:
            self._check_providers(state)
        warnings = []
        if self._enforced and policy.groups and policy.excluded_groups:
            warnings.append(
                "Nextcloud ignores the excluded groups ({0}) because enforced groups are set; give excluded_groups: [] to clear them.".format(
                    ", ".join(str(group) for group in policy.excluded_groups)
                )
            )
        steps = (import_config(system={_KEYS[name]: value for name, value in changes.items()}),) if changes else ()
        return Plan(steps=steps, after=replace(state, policy=policy), warnings=tuple(warnings))

    def _check_providers(self, state: State) -> None:
        """A second factor that does not work must never be enforced."""
        for provider in state.broken_providers():
            raise NextcloudError("app_broken", app=provider.app, detail=provider.error)
        factors = state.factors()
        if not self._accept_insecure and any(provider.app == UPSTREAM_APP for provider in factors):
            raise NextcloudError("insecure_provider")
        if not factors:
            raise NextcloudError("no_provider")

    def view(self, state: State) -> t.Dict[str, t.Any]:
        policy: Policy = state.policy
        return {
            "enforced": policy.is_enforced,
            "groups": _names(policy.groups),
            "excluded_groups": _names(policy.excluded_groups),
        }


def _names(stored: t.Any) -> t.List[str]:
    return sorted(str(group) for group in stored) if isinstance(stored, list) else []


def _same_groups(stored: t.Any, wanted: t.Sequence[str]) -> bool:
    if stored is None:
        return not wanted
    # anything but a plain list of names (occ stores [null] or [""] without a word) is to be written anew
    return isinstance(stored, list) and all(isinstance(group, str) for group in stored) and sorted(stored) == sorted(wanted)
