# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is going on when a fault strikes: a server as it is found, and the task that changes it."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import users_scene
from apps import APP_ID, variant
from users_scene import SECSIGN

NEXT_MONTH = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=40)).strftime("%Y-%m-%d")


Hand = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Scene:
    name: str
    start: Callable[[Any], None]
    module: str
    options: Callable[[Any], dict[str, Any]]
    # somebody else's task on the same things, for two controllers that want different ones
    other: tuple[str, dict[str, Any]]
    # what may be done by hand in between: statements straight into the database
    by_hand: tuple[Hand, ...] = ()
    # a task that cannot succeed, ends with this code, and has to leave everything as it was
    fails_with: str = ""
    # of everything that is looked at, what the task decides about
    decides: Callable[[dict[str, Any]], Any] = lambda seen: seen

    @property
    def sets_policy(self) -> bool:
        return self.name not in ("exemptions", "unlock", "release", "upgrade to a version that does not load")


def _fresh(server: Any) -> None:
    if not server.has_saved("plain"):
        server.restore("fresh")
        server.occ("app:disable", "twofactor_totp", check=False)
        server.save("plain")
    server.restore("plain")


def everything(source: Path) -> dict[str, Any]:
    return {
        "app": {"source": str(source)},
        "id_server": {"server": "https://id.example.com"},
        "user_permissions": {"allow_edit": True, "allow_groups": True, "allow_edit_groups": ["staff"]},
        "onboarding": {"enabled": True, "suffix": "example"},
        "enforcement": {"enforced": True, "groups": ["staff"]},
        "app_id": APP_ID,
    }


def _source(server: Any, version: str = "1.0.0", breakage: str = "") -> Path:
    folder = server.path.with_name("sources")
    path = folder / f"{version}{breakage}" / APP_ID
    return path if path.exists() else variant(folder, version, breakage)


def _with_1_0_0(server: Any) -> None:
    if not server.has_saved("1.0.0"):
        _fresh(server)
        _must(server, "twofactor", **everything(_source(server)))
        server.sql("INSERT INTO oc_twofactor_providers (provider_id, uid, enabled) VALUES (?, 'alice', 1)", APP_ID)
        server.sql(
            "INSERT INTO oc_preferences (userid, appid, configkey, configvalue) VALUES ('alice', ?, 'enabled', '1')",
            APP_ID,
        )
        server.save("1.0.0")
    server.restore("1.0.0")


def _with_1_0_0_unused(server: Any) -> None:
    """Nobody has the app's factor yet, so that it may go."""
    _with_1_0_0(server)
    server.sql("DELETE FROM oc_twofactor_providers WHERE provider_id = ?", APP_ID)


def _with_ids(server: Any) -> None:
    if not server.has_saved("with ids"):
        server.restore("fresh")
    users_scene.with_ids(server)


BOB = {"user": "bob", "owner": "it", "reason": "no phone yet", "until": NEXT_MONTH}
PEOPLE: dict[str, Any] = {
    "app_id": SECSIGN,
    "secsign_ids": {
        "ids": [
            {"user": "alice", "secsign_id": "alice@new"},
            {"user": "bob", "secsign_id": "bob@corp", "enabled": False},
        ]
    },
    "exemptions": {"exemptions": [BOB]},
    "enforcement": {"enforced": True, "groups": [], "excluded_groups": []},
}


NARROW: dict[str, Any] = {"enforced": True, "groups": ["staff", "it"], "excluded_groups": ["contractors"]}


def _enforced(server: Any) -> None:
    if not server.has_saved("enforced"):
        _with_ids(server)
        _must(server, "twofactor", **PEOPLE)
        server.save("enforced")
    server.restore("enforced")


def _narrowed(server: Any) -> None:
    if not server.has_saved("narrowed"):
        _enforced(server)
        _must(server, "enforcement", **NARROW)
        server.save("narrowed")
    server.restore("narrowed")


def _changed(server: Any) -> None:
    """As _enforced, after a run that wrote a snapshot of what was before."""
    folder = server.path.with_name("snapshots")
    if not server.has_saved("changed"):
        _with_ids(server)
        shutil.rmtree(folder, ignore_errors=True)
        _must(server, "twofactor", snapshot_dir=str(folder), onboarding={"enabled": True, "suffix": "other"}, **PEOPLE)
        server.save("changed")
        shutil.rmtree(folder.with_name("snapshots-kept"), ignore_errors=True)
        shutil.copytree(folder, folder.with_name("snapshots-kept"))
    server.restore("changed")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(folder.with_name("snapshots-kept"), folder)


def _must(server: Any, module: str, **options: Any) -> None:
    done = server.run(module, **options)
    assert not done.failed, done.data


POLICY = "UPDATE oc_appconfig SET configvalue = ? WHERE appid = ? AND configkey = ?"
_SETTINGS = (
    (POLICY, ("https://by-hand.example.com", APP_ID, "server")),
    (POLICY, ("", APP_ID, "allowEdit")),
    (POLICY, ("no", APP_ID, "enabled")),
)
_EXEMPT_GROUP = (
    ("DELETE FROM oc_group_user WHERE gid = ?", ("secsign-exempt",)),
    ("DELETE FROM oc_groups WHERE gid = ?", ("secsign-exempt",)),
    ("INSERT OR IGNORE INTO oc_group_user (gid, uid) VALUES ('secsign-exempt', ?)", ("carol",)),
)
_ENFORCED_GROUP = (
    ("DELETE FROM oc_group_user WHERE gid = ?", ("secsign-enforced",)),
    ("INSERT OR IGNORE INTO oc_group_user (gid, uid) VALUES ('secsign-enforced', ?)", ("carol",)),
)
_PEOPLE = (
    ("UPDATE oc_twofactor_secsign SET secsignid = ? WHERE user_id = 'alice'", ("by@hand",)),
    ("DELETE FROM oc_twofactor_secsign WHERE user_id = ?", ("alice",)),
    ("UPDATE oc_twofactor_providers SET enabled = 0 WHERE uid = ?", ("alice",)),
    ("DELETE FROM oc_appconfig WHERE appid = ?", ("secsign_nextcloud",)),
)


_OTHER_SETTINGS = (
    "twofactor",
    {
        "app_id": APP_ID,
        "id_server": {"server": "https://other.example.com"},
        "enforcement": {"enforced": True, "groups": ["it"]},
    },
)
_OTHER_POLICY = ("enforcement", {"enforced": True, "groups": ["it"], "excluded_groups": []})

SCENES = (
    Scene("install", _fresh, "twofactor", lambda server: everything(_source(server)), _OTHER_SETTINGS, _SETTINGS),
    Scene(
        "upgrade",
        _with_1_0_0,
        "twofactor",
        lambda server: everything(_source(server, "1.1.0")),
        _OTHER_SETTINGS,
        _SETTINGS,
    ),
    Scene(
        "upgrade to a version that does not load",
        _with_1_0_0,
        "twofactor",
        lambda server: everything(_source(server, "1.1.0", "id_throws")),
        ("id_server", {"app_id": APP_ID, "server": "https://other.example.com"}),
        fails_with="NC305",
        decides=lambda seen: dict(seen, settings=None),
    ),
    Scene(
        "users",
        _with_ids,
        "twofactor",
        lambda server: dict(PEOPLE, snapshot_dir=str(server.path.with_name("snapshots"))),
        (
            "twofactor",
            {
                "app_id": SECSIGN,
                "secsign_ids": {"ids": [{"user": "alice", "secsign_id": "other@corp"}]},
                "enforcement": _OTHER_POLICY[1],
            },
        ),
        _PEOPLE,
    ),
    Scene("narrow", _enforced, "enforcement", lambda server: dict(NARROW), _OTHER_POLICY, _ENFORCED_GROUP),
    Scene(
        "widen",
        _narrowed,
        "enforcement",
        lambda server: {"enforced": True, "groups": [], "excluded_groups": []},
        _OTHER_POLICY,
        _ENFORCED_GROUP,
    ),
    Scene(
        "exemptions",
        _enforced,
        "exemptions",
        lambda server: {
            "exemptions": [BOB, {"group": "contractors", "owner": "it", "reason": "leave soon", "until": NEXT_MONTH}],
            "prune": True,
        },
        (
            "exemptions",
            {
                "exemptions": [BOB, {"user": "alice", "owner": "it", "reason": "other", "until": NEXT_MONTH}],
                "prune": True,
            },
        ),
        _EXEMPT_GROUP,
    ),
    Scene(
        "rollback",
        _changed,
        "rollback",
        lambda server: {
            "snapshot_dir": str(server.path.with_name("snapshots")),
            "snapshot": "first",
            "app_id": SECSIGN,
        },
        _OTHER_POLICY,
        _PEOPLE[:2],
    ),
    Scene(
        "off and away",
        _with_1_0_0_unused,
        "twofactor",
        lambda server: {"app_id": APP_ID, "enforcement": {"enforced": False}, "app": {"state": "absent"}},
        ("onboarding", {"app_id": APP_ID, "suffix": "other"}),
        _SETTINGS[:1],
        # once it is off, the lists are nobody's business
        decides=lambda seen: dict(seen, settings=None, policy=seen["policy"].get("twofactor_enforced")),
    ),
    Scene(
        "unlock",
        _enforced,
        "unlock",
        lambda server: {
            "user": "alice",
            "method": "exempt",
            "reason": "lost phone",
            "audit_log": str(server.path.with_name("audit.jsonl")),
        },
        ("exemptions", {"exemptions": [{"user": "alice"}], "state": "absent"}),
        _EXEMPT_GROUP,
    ),
    Scene(
        "release",
        _with_ids,
        "unlock",
        lambda server: {
            "user": "alice",
            "method": "disable_provider",
            "reason": "lost phone",
            "audit_log": str(server.path.with_name("audit.jsonl")),
        },
        ("secsign_ids", {"ids": [{"user": "bob", "secsign_id": "other@corp"}], "app_id": SECSIGN}),
        decides=lambda seen: dict(seen, ids=seen["ids"].get("alice")),
    ),
)
