# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a SecSign app: ID server, who may edit, onboarding.

Both apps keep them in Nextcloud's app configuration under the same keys and in the same text forms: numbers as digits,
booleans as ``1`` or the empty text, lists of groups as JSON. Forms that the app reads alike count as equal here.
"""

from __future__ import annotations

import collections
import json
import re
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import ConfigImport, Context, Part, Plan
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import SECSIGN_APPS
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import Query, State

# In a list of groups: users who are in no group at all. A word of the app, not a group of Nextcloud.
NO_GROUP = "no group"

APP_ID_SPEC: dict[str, t.Any] = {"app_id": {"type": "str", "default": "auto"}}

_APP_ID = re.compile(r"^[a-z][a-z0-9_]{0,63}\Z")


def check_app_id(app_id: str) -> str:
    if not _APP_ID.match(app_id):
        raise NextcloudError("invalid_app_id", value=app_id)
    return app_id


def app_candidates(app_id: str) -> set[str]:
    """Which app ``auto`` means is known only once the server's version is read."""
    return set(SECSIGN_APPS) if app_id == "auto" else {app_id}


def check_groups(option: str, wanted: t.Sequence[str] | None, state: State, extra: t.Sequence[str] = ()) -> None:
    unknown = sorted(group for group in wanted or () if group not in extra and not state.groups.get(group))
    if any(state.groups.get(group, False) is None for group in unknown):
        raise NextcloudError("user_backend", detail=state.failed_backends())
    if unknown:
        if len(unknown) == 1:
            raise NextcloudError("unknown_group", option=option, group=unknown[0])
        raise NextcloudError("unknown_groups", option=option, detail=", ".join(f"'{group}'" for group in unknown))


def check_once(option: str, names: t.Sequence[str]) -> None:
    """Refuses names that are listed more than once, all of them in one message."""
    if len(set(names)) < len(names):
        twice = [name for name, count in collections.Counter(names).items() if count > 1]
        raise NextcloudError("duplicate", option=option, detail=", ".join(twice[:20]))


def unique(values: t.Sequence[str] | None) -> list[str] | None:
    """Once each, in the given order."""
    return None if values is None else list(dict.fromkeys(values))


class Form(t.NamedTuple):
    """How a value is written as text, and read, and what an option of that form takes."""

    write: t.Callable[[t.Any], str]
    read: t.Callable[[str], t.Any]
    spec: tuple[tuple[str, str], ...] = ()


def _read_list(text: str) -> t.Any:
    try:
        value = json.loads(text or "[]")
    except ValueError:
        return text
    if value in (None, {}):
        return []
    return sorted(str(item) for item in value) if isinstance(value, list) else text


_STRINGS = (("type", "list"), ("elements", "str"))
TEXT = Form(str, str, (("type", "str"),))
NUMBER = Form(str, lambda text: int(text) if text.isdigit() else text, (("type", "int"),))
SWITCH = Form(lambda value: "1" if value else "", lambda text: text not in ("", "0"), (("type", "bool"),))
# the text that PHP's own encoder makes, so that what is stored equals what the app's page stores
LIST = Form(lambda value: json.dumps(value, separators=(",", ":")).replace("/", "\\/"), _read_list, _STRINGS)


class Setting(t.NamedTuple):
    """A setting of the provider app: said here once, and tested against documentation, surveys and the app itself."""

    option: str
    key: str  # in Nextcloud's configuration of the app
    form: Form
    survey: str = ""  # name of the question that answers it, without the prefix; empty: no survey asks
    default: t.Any = None  # what the app uses where nothing is stored; None: nothing


def options_of(table: t.Sequence[Setting]) -> dict[str, t.Any]:
    """The argument spec of these settings."""
    return {setting.option: dict(setting.form.spec) for setting in table}


class Settings(Part):
    """Some settings of the app, as the options of one module name them. An option that is not given is left alone."""

    table: tuple[Setting, ...]
    group_options: tuple[str, ...] = ()

    def __init__(self, params: t.Mapping[str, t.Any], context: Context) -> None:
        self._app_id = check_app_id(params["app_id"])
        self._given = {s: params[s.option] for s in self.table if params.get(s.option) is not None}
        self._wanted_groups: dict[str, list[str]] = {}
        for setting in list(self._given):
            if setting.option in self.group_options:
                self._given[setting] = unique(self._given[setting])
                self._wanted_groups[setting.option] = self._given[setting]
        self.check_options(params)

    def check_options(self, params: t.Mapping[str, t.Any]) -> None:
        """Refuses what can be refused before the server is asked."""

    def check_state(self, values: t.Mapping[str, t.Any], state: State) -> tuple[str, ...]:
        """Refuses what would not work on this server; returns warnings.

        ``values``: options as they would be afterwards.
        """
        return ()

    def declare_reads(self, query: Query) -> None:
        query.settings |= app_candidates(self._app_id)
        query.groups |= {group for groups in self._wanted_groups.values() for group in groups} - {NO_GROUP}

    def plan(self, state: State) -> Plan:
        app_id = state.server.secsign_app(self._app_id)
        for option, groups in self._wanted_groups.items():
            check_groups(option, groups, state, extra=(NO_GROUP,))
        stored = state.settings.get(app_id, {})
        changes = {}
        for setting, value in self._given.items():
            text = setting.form.write(value)
            if setting.key not in stored or setting.form.read(stored[setting.key]) != setting.form.read(text):
                changes[setting.key] = text
        after = state.with_settings(app_id, changes)
        warnings = self.check_state(self._values(after), after)
        steps = (ConfigImport({app_id: changes}),) if changes else ()
        return Plan(steps=steps, after=after, warnings=warnings)

    def _values(self, state: State) -> dict[str, t.Any]:
        stored = state.settings.get(state.server.secsign_app(self._app_id), {})
        return {s.option: s.form.read(stored[s.key]) if s.key in stored else None for s in self.table}

    def view(self, state: State) -> dict[str, t.Any]:
        values = self._values(state)
        return dict({s.option: values[s.option] for s in self._given}, app_id=state.server.secsign_app(self._app_id))


class UserPermissions(Settings):
    title = "user_permissions"
    table = (
        Setting("allow_edit", "allowEdit", SWITCH, "allow_edit"),
        Setting("allow_groups", "allowGroups", SWITCH, "allow_groups"),
        Setting("allow_edit_groups", "allowEditGroups", LIST, "allow_edit_groups"),
    )
    group_options = ("allow_edit_groups",)
    SPEC = options_of(table)

    def check_state(self, values: t.Mapping[str, t.Any], state: State) -> tuple[str, ...]:
        if values["allow_groups"] and not values["allow_edit_groups"]:
            raise NextcloudError("edit_groups_missing")
        return ()


class Onboarding(Settings):
    title = "onboarding"
    table = (
        Setting("enabled", "onboarding_enabled", SWITCH, "onboarding"),
        Setting("suffix", "onboarding_suffix", TEXT, "suffix"),
        Setting("choice_enabled", "choice_enabled", SWITCH, "choice_enabled"),
        Setting("choice_groups", "choice_groups", LIST, "choice_groups"),
    )
    group_options = ("choice_groups",)
    SPEC = options_of(table)

    def check_options(self, params: t.Mapping[str, t.Any]) -> None:
        suffix = params.get("suffix")
        if suffix and not re.match(r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?\Z", suffix):
            raise NextcloudError("invalid_suffix", value=suffix[:80])

    def check_state(self, values: t.Mapping[str, t.Any], state: State) -> tuple[str, ...]:
        if values["enabled"] and not values["suffix"]:
            # left empty, the app proposes NAME@test to everybody
            raise NextcloudError("suffix_missing")
        return ()
