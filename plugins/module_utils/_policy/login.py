# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users, and what happens to each of them at the next login under a policy.

What a user in scope meets is the rule of Nextcloud's login controller, followed to the letter: an enabled provider
that loads is a challenge; none at all is a set-up, if some provider offers one; an enabled provider that cannot be
loaded blocks the set-up.
"""

from __future__ import annotations

import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import Scope
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import SECSIGN_APPS
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import BACKUP_CODES, Provider, User

# What happens to a user at the next login; the order is the one in which they are reported.
READY = "ready"  # has a second factor that works
WILL_ENROL = "will_enrol"  # sets one up at the login
BACKUP_CODES_ONLY = "backup_codes_only"  # gets in as often as there are codes left
LOCKED_OUT = "locked_out"  # cannot log in
EXEMPT = "exempt"  # would be in scope, and is left out by name, group or exemption
NOT_IN_SCOPE = "not_in_scope"
# Treated apart: whatever the policy, nobody is locked out of these accounts by it.
DISABLED = "disabled"  # cannot log in anyway
NO_PASSWORD_LOGIN = "no_password_login"  # its backend logs in by other means
GUEST = "guest"
SERVICE_ACCOUNT = "service_account"  # uses app passwords, of which no second factor is asked
CLASSES = (
    READY,
    WILL_ENROL,
    BACKUP_CODES_ONLY,
    LOCKED_OUT,
    EXEMPT,
    NOT_IN_SCOPE,
    DISABLED,
    NO_PASSWORD_LOGIN,
    GUEST,
    SERVICE_ACCOUNT,
)

GUEST_BACKEND = "Guests"


class Factors(t.NamedTuple):
    """The providers of a server as far as they count."""

    providers: tuple[Provider, ...]  # of enabled apps, broken ones included
    onboarding: bool  # whether a SecSign app lets users set themselves up at login
    require_backup_codes: bool = False
    service_groups: frozenset[str] = frozenset()

    def named_groups(self) -> list[frozenset[str]]:
        """All groups that make a difference to a verdict, the scope apart: each of these is one to be in or not."""
        return [groups for groups in (self.service_groups, *(p.groups for p in self.providers if p.loads)) if groups]

    def _reach(self, user: User) -> tuple[Provider, ...]:
        """What loads for this user: an app that is limited to groups is not there for anybody else."""
        return tuple(p for p in self.providers if p.loads and (not p.groups or not p.groups.isdisjoint(user.groups)))

    def _passable(self, user: User, provider: Provider) -> bool:
        """Whether this provider is switched on for the user and can be passed."""
        known = user.providers.get(provider.id or "")
        if provider.app in SECSIGN_APPS:
            # it needs an ID to ask about; and one never asked before answers from its own table
            return known is not False and any(entry.app == provider.app and entry.usable for entry in user.secsign_ids)
        return bool(known)

    def working(self, user: User) -> tuple[str, ...]:
        """The second factors with which this user can pass a login, backup codes apart."""
        return tuple(p.id or "" for p in self._reach(user) if p.id != BACKUP_CODES and self._passable(user, p))

    def has_factor(self, user: User) -> bool:
        return bool(self.working(user))

    def login_outcome(self, user: User, in_scope: bool) -> str:
        """What an enabled user meets at the next login."""
        reach = self._reach(user)
        if self.has_factor(user):
            return LOCKED_OUT if in_scope and self.require_backup_codes and not user.backup_codes else READY
        on = {provider for provider, enabled in user.providers.items() if enabled}
        if not in_scope and not on - {BACKUP_CODES}:
            return NOT_IN_SCOPE
        # whatever is on now cannot be passed, and Nextcloud offers a set-up only to users for whom nothing but codes
        # is on; codes whose app is missing block it as any missing provider does
        missing = on - {p.id for p in reach}
        if not on - {BACKUP_CODES} and not missing and any(self._sets_up(p) for p in reach):
            return WILL_ENROL
        if user.backup_codes and any(p.id == BACKUP_CODES for p in reach):
            return BACKUP_CODES_ONLY
        return LOCKED_OUT

    def _sets_up(self, provider: Provider) -> bool:
        # a SecSign app offers it while onboarding is on, which may be planned and not there yet
        return self.onboarding if provider.app in SECSIGN_APPS else provider.set_up_at_login

    def classify(self, user: User, scope: Scope, exempt: bool = False) -> str:
        """One of CLASSES. ``exempt``: somebody asked for this user to be left out of the scope."""
        if not user.enabled:
            return DISABLED
        if not user.password_login:
            return NO_PASSWORD_LOGIN
        if user.backend == GUEST_BACKEND:
            return GUEST
        if not self.service_groups.isdisjoint(user.groups):
            return SERVICE_ACCOUNT
        in_scope = scope.includes(user.groups)
        login_outcome = self.login_outcome(user, in_scope)
        if login_outcome == NOT_IN_SCOPE and exempt:
            return EXEMPT
        return login_outcome


class Census:
    """Counts users by class and keeps the names that matter, with bounded memory."""

    NAMES_KEPT = 20

    def __init__(self) -> None:
        self.counts: dict[str, int] = dict.fromkeys(CLASSES, 0)
        self.names: dict[str, list[str]] = {name: [] for name in CLASSES}
        self.admins_who_get_in = 0

    def add(self, user: User, login_outcome: str) -> None:
        self.counts[login_outcome] += 1
        if len(self.names[login_outcome]) < self.NAMES_KEPT:
            self.names[login_outcome].append(user.uid)
        if user.admin and login_outcome in (READY, WILL_ENROL, EXEMPT, NOT_IN_SCOPE):
            self.admins_who_get_in += 1
