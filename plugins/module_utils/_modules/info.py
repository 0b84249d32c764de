# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module twofactor_info returns: the state in the words of the other modules' options, and the users."""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._app import bundled
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.packed_users import Packer, exemptions_view
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.enforcement import policy_view
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.guard import factors_of
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import (
    MANAGED_GROUPS,
    STORE,
    Scope,
    current_scope,
    stored_intent,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.login import CLASSES
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.views import info_view, keeps_a_way_in
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import BUNDLED_APP
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import (
    BACKUP_CODES,
    SAML_APP,
    App,
    Provider,
    Query,
    State,
    User,
    read_apart,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.transport import Nextcloud
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import (
    Onboarding,
    Settings,
    UserPermissions,
    app_candidates,
    check_app_id,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.id_server import IdServer

SPEC: dict[str, t.Any] = {
    "users": {"type": "str", "choices": ["none", "summary", "list", "packed"], "default": "summary"},
    "show_ids": {"type": "bool", "default": True},
    "limit": {"type": "int", "default": 1000},
    "offset": {"type": "int", "default": 0},
}


# An entry of secsign_ids in the JSON of the bridge. In a text of JSON every quotation mark is escaped, so no name looks
# like this.
_SECSIGN_ID = re.compile(rb'(\{"app":"[^"]*","id":)"(?:[^"\\]|\\.)*"')


class _Kind:
    """Users who differ in nothing that counts: they are judged once."""

    def __init__(self, number: int, user: User, login: str, in_scope: bool, factors: t.Sequence[str]) -> None:
        self.number = number
        self.user = user
        self.verdict: dict[str, t.Any] = {"login": login, "in_scope": in_scope, "factors": list(factors)}
        self.users = 0


class UserReader:
    """Sums users up as they come and keeps one page of them, so that memory does not grow with their number."""

    def __init__(
        self, state: State, limit: int, offset: int, show_ids: bool = True, packer: Packer | None = None
    ) -> None:
        self._first, self._end = offset, offset + limit
        self._show_ids, self._packer = show_ids, packer
        self._factors = factors_of(state, accept_insecure=False)
        self._scope = current_scope(state)
        self._meant = Scope(self._scope.enforced, frozenset(stored_intent(state).groups))
        self._named = self._factors.named_groups()
        self._kinds: dict[tuple[t.Any, ...], _Kind] = {}
        self._total = 0
        self.page: list[dict[str, t.Any]] = []

    def add(self, record: bytes) -> None:
        """Some users, in the JSON of the bridge."""
        kinds = [self._add(row) for row in json.loads(record)["rows"]]
        if self._packer is not None:
            self._packer.add(record if self._show_ids else _SECSIGN_ID.sub(rb"\1null", record), kinds)

    def _add(self, row: dict[str, t.Any]) -> int:
        kind = self._kind(row)
        kind.users += 1
        if self._first <= self._total < self._end:
            self.page.append(dict(row, **kind.verdict))
            if not self._show_ids:
                self.page[-1]["secsign_ids"] = [dict(entry, id=None) for entry in row["secsign_ids"]]
        self._total += 1
        return kind.number

    def packed(self) -> str | None:
        return self._packer.text([kind.verdict for kind in self._kinds.values()]) if self._packer is not None else None

    def _kind(self, row: dict[str, t.Any]) -> _Kind:
        groups = row["groups"]
        in_scope, meant = self._scope.includes(groups), self._meant.includes(groups)
        # all that the verdict and the sums depend on
        key = (
            row["enabled"],
            row["password_login"],
            row["local_password"],
            row["backend"],
            row["admin"],
            in_scope,
            meant,
            tuple([named.isdisjoint(groups) for named in self._named]),
            tuple(row["providers"].items()),
            bool(row["backup_codes"]),
            tuple([(entry["app"], bool(entry["id"]), entry["enabled"]) for entry in row["secsign_ids"]]),
        )
        kind = self._kinds.get(key)
        if kind is None:
            user = User.from_row(row)
            login_outcome = self._factors.classify(user, self._scope, meant)
            kind = self._kinds[key] = _Kind(
                len(self._kinds), user, login_outcome, in_scope, self._factors.working(user)
            )
        return kind

    def summary(self) -> dict[str, t.Any]:
        """How many users there are and, of those who are not disabled, how many have what."""
        summary: dict[str, t.Any] = {
            "total": self._total,
            "enabled": 0,
            "disabled": 0,
            "admins": 0,
            "with_second_factor": 0,
            "without_second_factor": 0,
            "with_secsign_id": 0,
            "with_backup_codes": 0,
            "admins_with_password": 0,
            "providers": {},
            "backends": {},
            "login": dict.fromkeys(CLASSES, 0),
        }
        for kind in self._kinds.values():
            user, users = kind.user, kind.users
            summary["login"][kind.verdict["login"]] += users
            summary["backends"][user.backend] = summary["backends"].get(user.backend, 0) + users
            if not user.enabled:
                summary["disabled"] += users
                continue
            # from here on only users who could log in
            factors = [provider for provider, enabled in user.providers.items() if enabled and provider != BACKUP_CODES]
            for provider in factors:
                summary["providers"][provider] = summary["providers"].get(provider, 0) + users
            counted = {
                "enabled": True,
                "admins": user.admin,
                "admins_with_password": keeps_a_way_in(user, str(kind.verdict["login"])),
                "with_second_factor" if factors else "without_second_factor": True,
                "with_secsign_id": any(entry.usable for entry in user.secsign_ids),
                "with_backup_codes": bool(user.backup_codes),
            }
            for name, counts in counted.items():
                summary[name] += users * counts
        return summary


def info(nextcloud: Nextcloud, params: t.Mapping[str, t.Any], check_mode: bool) -> dict[str, t.Any]:
    """The module's result."""
    for option, least in (("limit", 1), ("offset", 0)):
        if params[option] < least:
            raise NextcloudError("too_small", option=option, value=params[option], least=least)
    app_id = check_app_id(params["app_id"])
    query = Query(
        apps=app_candidates(app_id) | {SAML_APP},
        packages={BUNDLED_APP: (bundled.VERSION, bundled.DIGEST)},
        settings=app_candidates(app_id) | {STORE, SAML_APP},
        members=set(MANAGED_GROUPS),
        providers=True,
        users=params["users"] != "none",
        saml=True,
    )
    state, users = read_apart(nextcloud, query)
    packer = Packer() if params["users"] == "packed" else None
    reader = UserReader(state, params["limit"], params["offset"], params["show_ids"], packer)
    for record in users:
        reader.add(record)
    app = state.apps[state.server.secsign_app(app_id)]
    result: dict[str, t.Any] = {
        "nextcloud": _server(state),
        "app": _app(app),
        "settings": _settings(state, app.app_id),
        "enforcement": policy_view(state),
        "exemptions": exemptions_view(state),
        "saml": info_view(state),
        "providers": None if state.providers is None else [_provider(provider, state) for provider in state.providers],
    }
    if params["users"] != "none":
        result["users_summary"] = reader.summary()
    if packer is not None:
        result["users_packed"] = reader.packed()
    if params["users"] == "list":
        result["users"] = reader.page
        result["users_total"] = result["users_summary"]["total"]
    return result


def _server(state: State) -> dict[str, t.Any]:
    server = state.server
    return {
        "path": server.root,
        "release": server.release,
        "version": server.version,
        "php": server.php,
        "database": server.database,
        "config_writable": server.config_writable,
        "pending_upgrades": list(server.pending_upgrades),
        "time": state.now,
    }


def _app(app: App) -> dict[str, t.Any]:
    return {
        "app_id": app.app_id,
        "path": app.path,
        "version": app.version,
        "code": app.code_state,
        "enabled": app.enabled,
        "groups": list(app.groups),
        "supports": None if app.info is None else [app.info.nextcloud_min, app.info.nextcloud_max],
    }


def _settings(state: State, app_id: str) -> dict[str, t.Any]:
    """Every setting as the option that sets it; null where nothing is stored and the app's own default holds."""
    stored = state.settings.get(app_id, {})
    kinds: tuple[type[Settings], ...] = (IdServer, UserPermissions, Onboarding)
    return {
        kind.title: {
            entry.option: entry.form.read(stored[entry.key]) if entry.key in stored else None for entry in kind.table
        }
        for kind in kinds
    }


def _provider(provider: Provider, state: State) -> dict[str, t.Any]:
    return {
        "id": provider.id,
        "app": provider.app,
        "loads": provider.loads,
        "error": provider.error,
        "set_up_at_login": provider.set_up_at_login,
        "enabled_by_admin": provider.enabled_by_admin,
        "disabled_by_admin": provider.disabled_by_admin,
        "users": state.enrolled.get(provider.id or "", 0),
    }
