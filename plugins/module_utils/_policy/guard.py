# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guard against lock-out: what a policy does to each user, and whether it may be.

It is asked before a policy is switched on or changed. Whoever could not log in any more under it is named, exempted or
passed over, as the operator wants; a policy under which no administrator gets in is always refused.
"""

from __future__ import annotations

import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import (
    Exemption,
    GuardOptions,
    Intent,
    Scope,
    compile_policy,
    current_scope,
    groups_after,
    stored_intent,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.login import (
    EXEMPT,
    LOCKED_OUT,
    NOT_IN_SCOPE,
    SERVICE_ACCOUNT,
    Census,
    Factors,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import SECSIGN_APPS, accepts_any_id
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import State, User
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.transport import Nextcloud
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import SWITCH
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.id_server import unreachable

_DAY = 24 * 60 * 60
# Of how many users, besides all exempt ones, Nextcloud's own verdict is compared with what was planned.
_VERDICTS = 500


class GuardResult(t.NamedTuple):
    """What came out: the policy may be, with these exemptions."""

    exempted: tuple[Exemption, ...]
    warnings: tuple[str, ...]
    facts: dict[str, t.Any]
    verdicts: dict[str, bool]  # user id: must use two-factor login afterwards, or not


class Guard:
    def __init__(self, options: GuardOptions, nextcloud: Nextcloud | None) -> None:
        """``nextcloud``: to ask the ID server; without it that is not asked."""
        self._options = options
        self._nextcloud = nextcloud
        self._answers = False

    def judge(
        self, state: State, intent: Intent, holding: tuple[Exemption, ...], over: tuple[Exemption, ...]
    ) -> GuardResult:
        """Raises NextcloudError where the policy may not be."""
        census, newly_shut, verdicts, widened, after_expiry = self._judge(state, intent, holding, over)
        extra: tuple[Exemption, ...] = ()
        warnings: list[str] = []
        if newly_shut and widened:
            names = name_some(newly_shut)
            if self._options.guard == "strict":
                raise NextcloudError("guard_locked_out", who=count_users(len(newly_shut)), names=names)
            if self._options.guard == "exempt":
                # to the end of a day, so that check mode shows the same end as the run after it
                until = (state.now // _DAY + 1 + self._options.exempt_days) * _DAY
                extra = tuple(
                    Exemption("user", uid, "guard", "no second factor when it was enforced", until)
                    for uid in newly_shut
                )
                warnings.append(
                    f"Exempted for {self._options.exempt_days} days because they could not log in otherwise: {names}."
                )
                census, newly_shut, verdicts, widened, after_expiry = self._judge(state, intent, holding + extra, over)
            else:
                warnings.append(f"guard=off: these users cannot log in any more: {names}.")
        elif any(login_outcome == LOCKED_OUT for _user, login_outcome in after_expiry):
            shut = [user.uid for user, login_outcome in after_expiry if login_outcome == LOCKED_OUT]
            warnings.append(f"Their exemption has expired and they cannot log in: {name_some(shut)}.")
        if not census.admins_who_get_in and (widened or any(user.admin for user, _fate in after_expiry)):
            raise NextcloudError("guard_no_admin")
        if widened:
            self._check_id_server(state)
            if state.saml_is_on:
                warnings.append(
                    "Users who log in through the app user_saml are asked for no second factor by Nextcloud: that is"
                    " up to their identity provider."
                )
            left_out = sum(census.counts[login_outcome] for login_outcome in (EXEMPT, NOT_IN_SCOPE, SERVICE_ACCOUNT))
            for app_id in _apps_that_ask_everybody(state) if left_out else ():
                warnings.append(
                    f"While its onboarding is on, the app {app_id} asks everybody for a second factor, and so those"
                    f" who are not in scope ({count_users(left_out)}). Disable onboarding to leave them alone."
                )
        return GuardResult(extra, tuple(warnings), {"guard": dict(census.counts, widened=widened)}, verdicts)

    def _judge(
        self, state: State, intent: Intent, holding: tuple[Exemption, ...], over: tuple[Exemption, ...]
    ) -> tuple[Census, list[str], dict[str, bool], bool, list[tuple[User, str]]]:
        """Everybody's login outcome under the new policy; who is shut out by it; Nextcloud's verdict as it should be;
        whether the scope widens; who comes into it only because an exemption is over, and with what outcome."""
        compiled = compile_policy(intent, holding, state.members)
        now, then = current_scope(state), compiled.scope
        factors = factors_of(
            state,
            self._options.accept_insecure_provider,
            self._options.require_backup_codes,
            frozenset(self._options.service_groups),
        )
        ended = {e.name for e in over if e.kind == "user"}, {e.name for e in over if e.kind == "group"}
        census = Census()
        shut: list[str] = []
        verdicts: dict[str, bool] = {}
        widened = False
        after_expiry: list[tuple[User, str]] = []
        held_back = stored_intent(state)
        for user in state.users or ():
            after = groups_after(user, compiled)
            was, will = now.includes(user.groups), then.includes(after)
            exempt = not will and _meant(intent).includes(user.groups)
            login_outcome = factors.classify(user._replace(groups=after), then, exempt)
            census.add(user, login_outcome)
            # an exemption that is over accounts for nobody whom the policy did not cover besides
            by_expiry = _covers(held_back, user.groups) and (
                user.uid in ended[0] or not ended[1].isdisjoint(user.groups)
            )
            if will and not was and not by_expiry:
                widened = True
            if will and not was and by_expiry:
                after_expiry.append((user, login_outcome))
            if will and login_outcome == LOCKED_OUT:
                shut.append(user.uid)
            if exempt or len(verdicts) < _VERDICTS:
                verdicts[user.uid] = will
        return census, shut, verdicts, widened, after_expiry

    def _check_id_server(self, state: State) -> None:
        apps = {provider.app for provider in state.factors()}
        if self._nextcloud is None or self._answers or not apps <= set(SECSIGN_APPS):
            return
        for app_id in sorted(apps):
            problem = unreachable(self._nextcloud, state, app_id)
            if problem is not None:
                raise NextcloudError("guard_id_server", detail=problem)
        self._answers = True


def factors_of(
    state: State,
    accept_insecure: bool,
    require_backup_codes: bool = False,
    service_groups: frozenset[str] = frozenset(),
) -> Factors:
    """What counts as a second factor on this server."""
    providers = tuple(p for p in state.providers or () if accept_insecure or not accepts_any_id(p.app))
    onboarding = any(
        SWITCH.read(state.settings.get(app, {}).get("onboarding_enabled", ""))
        for app in SECSIGN_APPS
        if any(p.app == app for p in providers)
    )
    return Factors(providers, onboarding, require_backup_codes, service_groups)


def _apps_that_ask_everybody(state: State) -> list[str]:
    """Such a provider answers for everybody that it is on, as long as its onboarding is."""
    loaded = {provider.app for provider in state.factors()}
    return [
        app_id
        for app_id, app in SECSIGN_APPS.items()
        if app.asks_everybody_while_onboarding
        and app_id in loaded
        and SWITCH.read(state.settings.get(app_id, {}).get("onboarding_enabled", ""))
    ]


def _meant(intent: Intent) -> Scope:
    return Scope(intent.enforced, frozenset(intent.groups))


def _covers(intent: Intent, groups: frozenset[str]) -> bool:
    """Whether somebody in these groups has to use two-factor login, exemptions apart."""
    return _meant(intent).includes(groups) and frozenset(intent.excluded_groups).isdisjoint(groups)


def count_users(count: int) -> str:
    return "1 user" if count == 1 else f"{count} users"


def name_some(uids: t.Sequence[str]) -> str:
    """The first names and the number of the rest."""
    more = len(uids) - Census.NAMES_KEPT
    return ", ".join(uids[: Census.NAMES_KEPT]) + (f" and {more} more" if more > 0 else "")
