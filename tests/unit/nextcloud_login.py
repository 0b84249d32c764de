# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nextcloud's own rules of a login, written down from its source and from nothing of this collection:
MandatoryTwoFactor, Manager, Login\\TwoFactorCommand and TwoFactorChallengeController, which agree in 28 to 34.

The tests hold the guard against this. That it is what a server does is proven over HTTP in
tests/integration/test_users_login.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import Provider, User

SECSIGN = "twofactor_secsign"
CODES = "backup_codes"


def enforced_for(enforced: Any, groups: Any, excluded: Any, memberships: frozenset[str]) -> bool:
    """MandatoryTwoFactor::isEnforcedFor, line by line."""
    if enforced != "true":
        return False
    if groups:
        for group in groups:
            if group in memberships:
                return True
        return False
    for group in excluded or []:
        if group in memberships:
            return False
    return True


def meets(user: User, must: bool, providers: Sequence[Provider], onboarding: bool) -> str:
    """What this user finds after the right password: in, factor (one that can be passed), set_up, codes (those only),
    dead_end, or error (a provider that does not load ends every login)."""
    there = [p for p in providers if not p.groups or p.groups & user.groups]
    if any(not p.loads for p in there):
        return "error"
    ids = {entry.app for entry in user.secsign_ids if entry.id and entry.enabled}
    states: dict[str, bool] = dict(user.providers)
    for provider in there:
        # fixMissingProviderStates: one never asked before is asked now
        asked = {SECSIGN: SECSIGN in ids, CODES: user.backup_codes is not None}
        states.setdefault(str(provider.id), asked.get(str(provider.id), False))
    on = {provider for provider, state in states.items() if state}
    if not must and not on - {CODES}:
        return "in"
    loaded = {str(p.id): p for p in there}
    missing = on - set(loaded)
    primary = [loaded[name] for name in on & set(loaded) if name != CODES]
    if any(p.app != SECSIGN or SECSIGN in ids for p in primary):
        return "factor"
    if not primary and not missing and any(p.set_up_at_login and (p.app != SECSIGN or onboarding) for p in there):
        return "set_up"
    if CODES in on & set(loaded) and user.backup_codes:
        return "codes"
    return "dead_end"
