# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users, providers and whole servers as values, without a server."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import (
    App,
    Provider,
    SecSignId,
    Server,
    State,
    StoredPolicy,
    User,
)

NOW = 1_800_000_000
DAY = 86_400
SECSIGN = "twofactor_secsign"

TOTP = Provider("twofactor_totp", "Totp", "totp", True)
U2F = Provider("twofactor_u2f", "U2F", "u2f", True, set_up_at_login=True)
OURS = Provider(SECSIGN, "SecSign", SECSIGN, True, set_up_at_login=True)
CODES = Provider("twofactor_backupcodes", "Codes", "backup_codes", True)
BROKEN = Provider("twofactor_old", "Old", None, False, error="cannot be declared")


def user(
    uid: str,
    groups: Iterable[str] = (),
    on: Iterable[str] = (),
    off: Iterable[str] = (),
    secsign_id: str | None = None,
    **more: Any,
) -> User:
    """``on`` and ``off``: what the registry of providers says."""
    facts: dict[str, Any] = {"backend": "Database", "password_login": True, "enabled": True, "backup_codes": None}
    facts.update(more)
    member = frozenset(groups)
    states = dict(dict.fromkeys(off, False), **dict.fromkeys(on, True))
    ids = (SecSignId(SECSIGN, secsign_id, states.get(SECSIGN, True)),) if secsign_id else ()
    return User(uid=uid, groups=member, admin="admin" in member, providers=states, secsign_ids=ids, **facts)


NO_POLICY = StoredPolicy(None, None, None)


def server(
    users: Sequence[User] = (),
    providers: Sequence[Provider] = (OURS, CODES),
    policy: StoredPolicy = NO_POLICY,
    settings: dict[str, dict[str, str]] | None = None,
    groups: Iterable[str] = (),
    **more: Any,
) -> State:
    known = {group: True for group in groups} or {group: True for p in users for group in p.groups}
    facts: dict[str, Any] = {
        "server": Server("34.0.1.2", "34.0.1", "/srv/nextcloud", "8.2", (), "sqlite3", True, ()),
        "apps": {SECSIGN: App(SECSIGN, "/srv/nextcloud/apps/" + SECSIGN, "0.1.0", "0.1.0", True, ())},
        "settings": {SECSIGN: {"onboarding_enabled": "1"}} if settings is None else settings,
        "policy": policy,
        "groups": known,
        "providers": tuple(providers),
        "enrolled": {},
        "now": NOW,
        "uids": {p.uid: p.uid for p in users},
        "members": {"secsign-exempt": None, "secsign-enforced": None},
        "verdicts": {},
        "users": tuple(users),
    }
    return State(**dict(facts, **more))


def members(users: Sequence[User], group: str) -> frozenset | None:  # type: ignore[type-arg]
    """As the bridge reads them: None for a group that does not exist."""
    return frozenset(p.uid for p in users if group in p.groups) or None
