# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server is, read straight from its files and its database, past everything that is under test.

What each user meets at the next login is said by tests/unit/nextcloud_login.py, Nextcloud's own rules written down
apart.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "unit"))

import nextcloud_login

from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import Provider, SecSignId, User

OURS = ("twofactor_fixture", "twofactor_secsign", "secsign_nextcloud")
# What is not what a task is about: types of an app are Nextcloud's own note.
NOT_COMPARED = ("types", "lastcheck", "lastupdatedat")
PROVIDERS = {
    "twofactor_fixture": ("twofactor_fixture", True),
    "twofactor_secsign": ("twofactor_secsign", True),
    "twofactor_totp": ("totp", True),
    "twofactor_backupcodes": ("backup_codes", False),
}
BETTER = ("error", "dead_end", "codes", "set_up", "factor", "in")
SHUT_OUT = BETTER[:2]


def look(server: Any) -> dict[str, Any]:
    """Everything that counts, as JSON could hold it."""
    config = config_of(server)
    rows = server.sql("SELECT appid, configkey, configvalue FROM oc_appconfig")
    settings = {f"{app} {key}": value for app, key, value in rows if app in OURS and key not in NOT_COMPARED}
    has_ids = bool(server.sql("SELECT name FROM sqlite_master WHERE name = 'oc_twofactor_secsign'"))
    apps = server.path / "apps"
    return {
        # Nextcloud reads a list that is empty and one that is not there alike
        "policy": {key: value for key, value in config.items() if key.startswith("twofactor_enforced") and value != []},
        "maintenance": bool(config.get("maintenance")),
        "loglevel": config.get("loglevel", 2),
        "settings": {key: value for key, value in settings.items() if key != "secsign_nextcloud upgrade"},
        "marker": settings.get("secsign_nextcloud upgrade"),
        "enabled": {app: value for app, key, value in rows if key == "enabled" and value != "no"},
        "waiting": _waiting(config, apps, rows, server),
        "ids": (
            {
                uid: [secsign_id, int(on)]
                for uid, secsign_id, on in server.sql("SELECT user_id, secsignid, enabled FROM oc_twofactor_secsign")
            }
            if has_ids
            else {}
        ),
        "registry": {
            f"{uid} {provider}": int(on)
            for uid, provider, on in server.sql("SELECT uid, provider_id, enabled FROM oc_twofactor_providers")
        },
        "groups": _groups(server),
        "codes": {
            uid: left
            for uid, left in server.sql("SELECT user_id, SUM(used = 0) FROM oc_twofactor_backupcodes GROUP BY user_id")
        },
        "disabled": sorted(
            uid
            for (uid,) in server.sql(
                "SELECT userid FROM oc_preferences WHERE appid = 'core' AND configkey = 'enabled' AND configvalue ="
                " 'false'"
            )
        ),
        "apps": {app: _digest(apps / app) for app in OURS if (apps / app).is_dir()},
        "left over": sorted(entry.name for entry in apps.iterdir() if entry.name.startswith(".secsign-")),
        "breaks": [app for app in OURS if _breaks(apps / app)],
    }


def config_of(server: Any) -> dict[str, Any]:
    text = server.php("include 'config/config.php'; echo json_encode($CONFIG ?? null);")
    return dict(json.loads(text) or {})


def _waiting(config: dict[str, Any], apps: Path, rows: list[Any], server: Any) -> list[str]:
    """What Nextcloud itself would call for an upgrade for: then it answers nobody."""
    numbers = re.search(
        r"OC_Version = (?:array\()?\[?([\d, ]+)", (server.path / "version.php").read_text(encoding="utf-8")
    )
    assert numbers
    code = ".".join(number.strip() for number in numbers.group(1).split(","))
    waiting = ["core"] if config.get("version") != code else []
    installed = {app: value for app, key, value in rows if key == "installed_version"}
    for app in (app for app, key, value in rows if key == "enabled" and value != "no" and app in OURS):
        version = _version(apps / app)
        if version and installed.get(app) not in (None, version):
            waiting.append(app)
    return waiting


def _version(app: Path) -> str | None:
    try:
        found = re.search(r"<version>\s*([^<\s]+)", (app / "appinfo" / "info.xml").read_text(encoding="utf-8"))
    except OSError:
        return None
    return found.group(1) if found else None


def _breaks(app: Path) -> bool:
    """Whether it is the variant of the fixture whose provider does not load."""
    try:
        return "no id today" in (app / "lib" / "Provider" / "FixtureProvider.php").read_text(encoding="utf-8")
    except OSError:
        return False


def _groups(server: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {gid: [] for (gid,) in server.sql("SELECT gid FROM oc_groups")}
    for gid, uid in server.sql("SELECT gid, uid FROM oc_group_user ORDER BY uid"):
        found.setdefault(gid, []).append(uid)
    return found


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]


# ---------------------------------------------------------------------- users


def down(seen: dict[str, Any]) -> str:
    """Why the server answers nobody at all; empty where it does."""
    if seen["maintenance"]:
        return "maintenance mode"
    return "waits for an upgrade" if seen["waiting"] else ""


def logins(server: Any, seen: dict[str, Any]) -> dict[str, str]:
    """What each user meets after the right password."""
    providers = [
        Provider(
            app,
            "",
            PROVIDERS[app][0],
            app not in seen["breaks"],
            set_up_at_login=PROVIDERS[app][1],
            groups=_limit(value),
        )
        for app, value in seen["enabled"].items()
        if app in PROVIDERS and (app not in OURS or app in seen["apps"])
    ]
    if server.name.endswith(
        "28.0.2"
    ):  # there a stand-in of the name twofactor_secsign is installed, which nobody sets up
        providers = [
            p if p.app != "twofactor_secsign" else Provider(p.app, "", p.id, p.loads, groups=p.groups)
            for p in providers
        ]
    onboarding = seen["settings"].get("twofactor_secsign onboarding_enabled", "") not in ("", "0")
    policy = seen["policy"]
    found = {}
    for (uid,) in server.sql("SELECT uid FROM oc_users"):
        if uid in seen["disabled"]:
            continue
        groups = frozenset(gid for gid, uids in seen["groups"].items() if uid in uids)
        states = {key.split(" ")[1]: bool(on) for key, on in seen["registry"].items() if key.split(" ")[0] == uid}
        ids = (
            (SecSignId("twofactor_secsign", seen["ids"][uid][0], bool(seen["ids"][uid][1])),)
            if uid in seen["ids"]
            else ()
        )
        user = User(uid, "Database", True, True, "admin" in groups, groups, states, seen["codes"].get(uid), ids)
        must = nextcloud_login.enforced_for(
            policy.get("twofactor_enforced"),
            policy.get("twofactor_enforced_groups"),
            policy.get("twofactor_enforced_excluded_groups"),
            groups,
        )
        found[uid] = nextcloud_login.meets(user, must, providers, onboarding)
    return found


def _limit(enabled: str) -> frozenset[str]:
    return frozenset(json.loads(enabled)) if enabled.startswith("[") else frozenset()


def readable(server: Any) -> bool:
    try:
        look(server)
    except (OSError, ValueError, sqlite3.Error):
        return False
    return True
