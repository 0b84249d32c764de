# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SecSign IDs of users: the whole list at once, written in one transaction."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Bridge, Context, Part, Plan, Step
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.guard import count_users, factors_of, name_some
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import STORE, current_scope
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.login import LOCKED_OUT
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import SECSIGN_APPS
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import Query, SecSignId, State, User
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import (
    app_candidates,
    check_app_id,
    check_groups,
    check_once,
)

_LONGEST = 200  # width of the column in both apps
_ALLOWED = re.compile(r"^[a-z0-9]([a-z0-9._@+-]*[a-z0-9])?\Z")
_PLACE = "{uid}"


def normalise(secsign_id: str) -> str:
    """SecSign IDs are case-insensitive; the app's client trims and lower-cases them before every request."""
    return secsign_id.strip().lower()


def check_id(secsign_id: str, whose: str) -> str:
    normal = normalise(secsign_id)
    if len(normal) > _LONGEST or not _ALLOWED.match(normal):
        raise NextcloudError("invalid_secsign_id", value=normal[:60], user=whose, most=_LONGEST)
    return normal


class DesiredId(t.NamedTuple):
    secsign_id: str | None  # None: the one that is there
    enabled: bool
    absent: bool = False  # none at all: only the way back to a snapshot asks for that one by one


class SecSignIds(Part):
    title = "secsign_ids"
    diff_changes_only = True
    can_be_deferred = True

    SPEC: t.ClassVar[dict[str, t.Any]] = {
        "ids": {
            "type": "list",
            "elements": "dict",
            "default": [],
            "options": {
                "user": {"type": "str", "required": True},
                "secsign_id": {"type": "str"},
                "enabled": {"type": "bool", "default": True},
            },
        },
        "csv": {"type": "path"},
        "pattern": {"type": "str"},
        "pattern_groups": {"type": "list", "elements": "str", "default": []},
        "prune": {"type": "bool", "default": False},
        "unknown_users": {"type": "str", "choices": ["fail", "report", "ignore"], "default": "fail"},
        "allow_shared_ids": {"type": "bool", "default": False},
        "guard": {"type": "str", "choices": ["strict", "off"], "default": "strict"},
    }

    def __init__(self, params: t.Mapping[str, t.Any], context: Context) -> None:
        self._app_id = check_app_id(params["app_id"])
        self._pattern: str | None = params["pattern"]
        self._pattern_groups = frozenset(params["pattern_groups"])
        self._prune: bool = params["prune"]
        self._unknown: str = params["unknown_users"]
        self._shared: bool = params["allow_shared_ids"]
        self._strict: bool = params["guard"] == "strict"
        if self._pattern is not None and self._pattern.count(_PLACE) != 1:
            raise NextcloudError("pattern_place", value=self._pattern[:60])
        if self._pattern_groups and self._pattern is None:
            raise NextcloudError("needs_option", option="pattern_groups", other="pattern")
        self._list: dict[str, DesiredId] = {}
        check_once("ids", [entry["user"] for entry in params["ids"]])
        for entry in params["ids"]:
            user, secsign_id = entry["user"], entry.get("secsign_id")
            self._list[user] = DesiredId(check_id(secsign_id, user) if secsign_id else None, entry["enabled"])

    def declare_reads(self, query: Query) -> None:
        query.users = True
        query.providers = True
        query.apps |= app_candidates(self._app_id)
        query.settings |= {STORE} | set(SECSIGN_APPS)
        query.groups |= self._pattern_groups
        # only a mail address has to be looked up: who has which ID is in the list of users
        query.names |= {name for name in self._list if "@" in name}

    def plan(self, state: State) -> Plan:
        app_id = state.server.secsign_app(self._app_id)
        check_groups("pattern_groups", sorted(self._pattern_groups), state)
        if app_id not in SECSIGN_APPS:
            raise NextcloudError("app_without_ids", app=app_id, known=", ".join(SECSIGN_APPS))
        if state.apps[app_id].installed_version is None:
            raise NextcloudError("app_missing", app=app_id)
        users = {user.uid: user for user in state.users or ()}
        wishes, warnings = self._wishes(users, state)
        rows: list[list[t.Any]] = []
        removed: list[str] = []
        lacking: list[str] = []
        after: dict[str, User] = {}
        for uid, user in users.items():
            old = _of(user, app_id)
            wish = wishes.get(uid)
            if wish is not None and not wish.absent:
                new = SecSignId(app_id, wish.secsign_id or (old.id if old else None), wish.enabled)
                if not new.id:
                    lacking.append(uid)
                    continue
                if old == new and user.providers.get(app_id) is new.enabled:
                    continue
                rows.append([uid, new.id, new.enabled, old is None or old.id != new.id])
                after[uid] = _with(user, app_id, new)
            elif (self._prune or wish is not None) and old is not None and (old.id or old.enabled):
                removed.append(uid)
                after[uid] = _with(user, app_id, None)
        if lacking:
            raise NextcloudError("secsign_id_missing", detail=name_some(lacking))
        everybody = tuple(after.get(uid, user) for uid, user in users.items())
        if not self._shared:
            _check_shared(everybody, app_id)
        enrolled = dict(state.enrolled, **{app_id: sum(1 for user in everybody if user.providers.get(app_id))})
        planned = state._replace(users=everybody, enrolled=enrolled)
        if self._strict:
            _check_lockout(planned, list(after.values()))
        steps: tuple[Step, ...] = ()
        if rows or removed:
            store = SECSIGN_APPS[app_id].store()
            request = {"app": app_id, "store": store, "rows": rows, "removed": removed}
            steps = (Bridge("assign_ids", request),)
        return Plan(
            steps=steps, after=planned, warnings=tuple(warnings), facts={"assigned": len(rows), "removed": len(removed)}
        )

    def _wishes(self, users: t.Mapping[str, User], state: State) -> tuple[dict[str, DesiredId], list[str]]:
        listed: dict[str, DesiredId] = {}
        for name, wish in self._list.items():
            uid = name if name in users else str(state.uids.get(name) or name)
            if uid in listed:
                raise NextcloudError("duplicate", option="ids", detail=f"{uid} (also as {name})")
            listed[uid] = wish
        unknown = sorted(uid for uid in listed if uid not in users)
        if unknown and self._unknown == "fail":
            raise NextcloudError("unknown_users", option="ids", detail=name_some(unknown))
        warnings = (
            [f"Not on this server, so left out: {name_some(unknown)}."] if unknown and self._unknown == "report" else []
        )
        wishes = {uid: wish for uid, wish in listed.items() if uid in users}
        if self._pattern is not None:
            for uid, user in users.items():
                meant = not self._pattern_groups or not self._pattern_groups.isdisjoint(user.groups)
                if uid not in wishes and user.enabled and meant:
                    wishes[uid] = DesiredId(check_id(self._pattern.replace(_PLACE, uid), uid), True)
        return wishes, warnings

    def view(self, state: State) -> dict[str, t.Any]:
        """Everybody who has one."""
        app_id = state.server.secsign_app(self._app_id)
        shown = {}
        for user in state.users or ():
            entry = _of(user, app_id)
            if entry is not None and entry.id:
                on = user.providers.get(app_id, entry.enabled) and entry.enabled
                shown[user.uid] = entry.id + ("" if on else " (disabled)")
        return shown


def _of(user: User, app_id: str) -> SecSignId | None:
    return next((entry for entry in user.secsign_ids if entry.app == app_id), None)


def _with(user: User, app_id: str, entry: SecSignId | None) -> User:
    others = tuple(other for other in user.secsign_ids if other.app != app_id)
    providers = dict(user.providers, **{app_id: entry is not None and entry.enabled})
    return user._replace(secsign_ids=others + ((entry,) if entry is not None else ()), providers=providers)


def _check_shared(users: t.Sequence[User], app_id: str) -> None:
    owner: dict[str, str] = {}
    for user in users:
        entry = _of(user, app_id)
        if entry is None or not entry.id:
            continue
        if entry.id in owner:
            users_of_it = f"{owner[entry.id]} and {user.uid}"
            raise NextcloudError("shared_secsign_id", users=users_of_it, secsign_id=entry.id)
        owner[entry.id] = user.uid


def _check_lockout(state: State, changed: t.Sequence[User]) -> None:
    """Taking an ID away must not shut somebody out who has to use it."""
    scope, factors = current_scope(state), factors_of(state, accept_insecure=True)
    shut = [p.uid for p in changed if scope.includes(p.groups) and factors.classify(p, scope) == LOCKED_OUT]
    if shut:
        raise NextcloudError("guard_locked_out", who=count_users(len(shut)), names=name_some(shut))
