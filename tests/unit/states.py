# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server as the bridge would have returned it, for tests that need none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hypothesis import settings

from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import BUNDLED_APP
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import (
    App,
    Provider,
    Server,
    State,
    StoredPolicy,
    User,
)

# a busy machine is no failure
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

GROUPS = ("a", "b", "c")
PROVIDER = Provider("twofactor_x", "OCA\\X", "x", True, set_up_at_login=True)


def user(uid: str, groups: Iterable[str] = (), **changes: Any) -> User:
    plain = User(
        uid=uid,
        backend="Database",
        password_login=True,
        enabled=True,
        admin="admin" in groups,
        groups=frozenset(groups),
        providers={},
        backup_codes=None,
        secsign_ids=(),
    )
    return plain._replace(**changes)


def state(users: Iterable[User] = (), **changes: Any) -> State:
    users = tuple(users)
    members: dict[str, frozenset[str]] = {
        group: frozenset(p.uid for p in users if group in p.groups) for group in GROUPS
    }
    plain = State(
        server=Server(
            version="34.0.1.2",
            release="34.0.1",
            root="/nc",
            php="8.2.0",
            php_extensions=("zip",),
            database="mysql",
            config_writable=True,
            pending_upgrades=(),
        ),
        apps={BUNDLED_APP: App(BUNDLED_APP, "/nc/apps/x", "1.0.0", "1.0.0", True, ())},
        settings={},
        policy=StoredPolicy(None, None, None),
        groups=dict.fromkeys(GROUPS, True),
        providers=(PROVIDER,),
        enrolled={},
        now=1_800_000_000,
        uids={},
        members={"secsign-exempt": None, "secsign-enforced": None, **members},
        verdicts={},
        users=users,
    )
    return plain._replace(**changes)


def with_settings(app_id: str, values: Mapping[str, str]) -> State:
    return state(settings={app_id: dict(values)})
