# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Made-up results of hosts, for tests of the audit that need no host."""

from __future__ import annotations

import base64
import json
import random
import zlib
from typing import Any

NOW = 1795500000  # 2026-11-24T06:00:00Z
DAY = 86400
STAMP = "2026-12-01T06:00:00Z"  # in seven days
CLASSES = (
    "ready",
    "will_enrol",
    "backup_codes_only",
    "locked_out",
    "exempt",
    "not_in_scope",
    "disabled",
    "no_password_login",
    "guest",
    "service_account",
)


def user(uid: str, login: str = "ready", **changes: Any) -> dict[str, Any]:
    """One of ``twofactor_info``'s users; by default a user who has everything."""
    has = login == "ready"
    row = {
        "uid": uid,
        "backend": "Database",
        "password_login": login != "no_password_login",
        "local_password": True,
        "enabled": login != "disabled",
        "admin": False,
        "groups": [],
        "providers": {"totp": True} if has else {},
        "backup_codes": 10 if has else None,
        "secsign_ids": [],
        "last_login": NOW - 3 * DAY,
        "login": login,
        "in_scope": login not in ("not_in_scope", "exempt"),
        "factors": ["totp"] if has else [],
    }
    row.update(changes)
    row["admin"] = "admin" in row["groups"]
    return row


def pack(users: list[dict[str, Any]]) -> str:
    lines = [{"rows": users}, [0] * len(users), [{}]]
    return base64.b64encode(zlib.compress("".join(json.dumps(line) + "\n" for line in lines).encode())).decode()


def state(users: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """A result of ``twofactor_info``; ``changes`` replace parts, and keys of ``nextcloud``, ``app``, ``enforcement``
    and ``id_server``."""
    login = dict.fromkeys(CLASSES, 0)
    for row in users:
        login[row["login"]] += 1
    result: dict[str, Any] = {
        "nextcloud": {
            "path": "/var/www/nextcloud",
            "release": "34.0.1",
            "version": "34.0.1.2",
            "php": "8.2.30",
            "database": "mysql",
            "config_writable": True,
            "pending_upgrades": [],
            "time": NOW,
        },
        "app": {
            "app_id": "twofactor_secsign",
            "path": "/apps/twofactor_secsign",
            "version": "1.0.0",
            "code": "unchanged",
            "enabled": True,
            "groups": [],
            "supports": ["30", "34"],
        },
        "settings": {"id_server": {"server": "https://httpapi.secsign.com", "fallback": None}},
        "enforcement": {"enforced": True, "groups": [], "excluded_groups": []},
        "exemptions": [],
        "providers": [{"id": "totp", "app": "twofactor_totp", "loads": True, "error": None, "users": 1}],
        "users_summary": {"login": login, "total": len(users), "admins_with_password": 1},
        "saml": None,
        "users_packed": pack(users),
    }
    for key, value in changes.items():
        if key == "id_server":
            result["settings"]["id_server"].update(value)
        elif isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key].update(value)
        else:
            result[key] = value
    return result


def exemption(name: str, kind: str = "user", until: str = STAMP, over: bool = False, **changes: Any) -> dict[str, Any]:
    return dict(
        {"kind": kind, "name": name, "owner": "helpdesk", "reason": "Lost phone", "until": until, "over": over},
        **changes,
    )


def same() -> dict[str, Any]:
    """A result of the module ``twofactor`` in check mode that would change nothing."""
    return {"changed": False, "diff": {"before": {"app": {"state": "enabled"}}, "after": {"app": {"state": "enabled"}}}}


def fleet(hosts: int, users: int, seed: int = 1, wrong: float = 0.08) -> dict[str, dict[str, Any]]:
    """A fleet on which the share ``wrong`` of the users is in some state that needs attention."""
    dice = random.Random(seed)
    found = {}
    for number in range(hosts):
        rows = []
        for count in range(users // hosts):
            login = "ready" if dice.random() > wrong else dice.choice(CLASSES[1:])
            groups = [dice.choice(["staff", "it", "sales"])] + (["admin"] if count < 2 else [])
            rows.append(
                user(f"user{count:05d}@example.com", login, groups=groups, last_login=NOW - dice.randrange(200) * DAY)
            )
        entries = [
            exemption(row["uid"], until=f"2026-12-{dice.randrange(1, 29):02d}T00:00:00Z")
            for row in rows
            if row["login"] == "exempt"
        ]
        found[f"cloud{number + 1:03d}.example.com"] = state(rows, exemptions=entries[:50])
    return found
