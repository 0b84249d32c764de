# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was there before a change, kept on the host, and the way back to it.

A snapshot holds settings, policy, exemptions, the state of the app and, where its code was replaced, that code, and the
SecSign IDs of the users whom the change touches. It holds no secret, and is readable by its owner alone all the same.

Code of the provider app that was changed on the server is kept as evidence only: no rollback installs it again.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import (
    Bridge,
    ConfigImport,
    Context,
    Part,
    Plan,
    Step,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._paths import OwnFolder, UntrustedPath
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import MANAGED_GROUPS, STORE
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import (
    SAML_APP,
    Query,
    State,
    StoredPolicy,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.transport import Nextcloud
from ansible_collections.secsign.nextcloud.plugins.module_utils._text import stamp

_FORMAT = 1
_KEPT = 20
# Changed code may hold anything, such as a file that would fill the disk.
_CHANGED_BYTES_MAX = 32 * 1024 * 1024
_SYSTEM_KEYS = {
    "twofactor_enforced": "enforced",
    "twofactor_enforced_groups": "groups",
    "twofactor_enforced_excluded_groups": "excluded_groups",
}


def folder_of(base: str, root: str) -> str:
    """Each Nextcloud of a host has a folder of its own."""
    return os.path.join(base, hashlib.sha256(root.encode()).hexdigest()[:16])


def write_snapshot(nextcloud: Nextcloud, base: str, before: State, plans: t.Sequence[Plan]) -> str:
    """Writes down what ``plans`` are about to change; returns the path.

    Nothing has been changed yet when this fails.
    """
    after = plans[-1].after
    snapshot: dict[str, t.Any] = {
        "format": _FORMAT,
        "taken": stamp(before.now),
        "nextcloud": before.server.root,
        "release": before.server.release,
        "policy": before.policy._asdict(),
        "settings": {app: dict(values) for app, values in before.settings.items()},
        "members": {
            group: sorted(uids)
            for group, uids in before.members.items()
            if uids is not None and group in MANAGED_GROUPS
        },
        "apps": {
            app.app_id: {
                "present": app.path is not None,
                "enabled": app.enabled,
                "groups": list(app.groups),
                "version": app.version,
            }
            for app in before.apps.values()
        },
        "users": _touched(before, after),
        # of a private key there is only its sum
        "saml": (
            None
            if before.saml is None
            else {"providers": {str(number): dict(values) for number, values in before.saml.providers.items()}}
        ),
    }
    path = folder_of(base, before.server.root)
    name = snapshot["taken"].replace(":", "")
    try:
        with OwnFolder(path, create=True, private=True) as folder:
            for app_id in _replaced_apps(before, plans):
                is_changed = before.apps[app_id].code_state == "changed"
                archive = _pack(nextcloud, app_id, _CHANGED_BYTES_MAX if is_changed else None)
                file = name + "-" + app_id + ".tar"
                folder.write(file, archive)
                kept = {"path": os.path.join(path, file), "sha256": hashlib.sha256(archive).hexdigest()}
                snapshot["apps"][app_id]["changed_code" if is_changed else "archive"] = kept
            folder.write(name + ".json", json.dumps(snapshot, sort_keys=True, ensure_ascii=False).encode())
            _forget_old(folder)
    except UntrustedPath as error:
        raise NextcloudError("snapshot", detail=str(error))
    except OSError as error:
        raise NextcloudError("snapshot", detail=f"{path}: {error.strerror}")
    return os.path.join(path, name + ".json")


def _touched(before: State, after: State) -> dict[str, t.Any]:
    then = {user.uid: user for user in after.users or ()}
    return {
        user.uid: {"ids": [entry._asdict() for entry in user.secsign_ids], "providers": dict(user.providers)}
        for user in before.users or ()
        if then.get(user.uid, user).secsign_ids != user.secsign_ids
        or then.get(user.uid, user).providers != user.providers
    }


def _replaced_apps(before: State, plans: t.Sequence[Plan]) -> list[str]:
    placed = [
        step.request["app"]
        for plan in plans
        for step in plan.steps
        if isinstance(step, Bridge) and step.operation == "place_app"
    ]
    return [app_id for app_id in placed if before.apps[app_id].path is not None]


def _pack(nextcloud: Nextcloud, app_id: str, bytes_max: int | None) -> bytes:
    """The app's code as it is now, as an archive that the module app takes; files beyond ``bytes_max`` are left out."""
    memory = io.BytesIO()
    with tarfile.open(fileobj=memory, mode="w") as archive:
        for item in nextcloud.ask("pack_app", app=app_id, bytes_max=bytes_max).parts():
            member = tarfile.TarInfo(app_id + "/" + item["path"])
            data = bytes.fromhex(item["hex"])
            member.size, member.mode = len(data), item["mode"] & 0o755
            archive.addfile(member, io.BytesIO(data))
    return memory.getvalue()


def _forget_old(folder: OwnFolder) -> None:
    """The first one stays: it is how the server was before all."""
    names = folder.names()
    for name in [name for name in names if name.endswith(".json")][1:-_KEPT]:
        for other in names:
            if other.startswith(name[: -len(".json")]):
                folder.remove(other)


def load(base: str, root: str, which: str) -> dict[str, t.Any]:
    """``latest``, ``first``, or the name of one."""
    path = folder_of(base, root)
    try:
        with OwnFolder(path, private=True) as folder:
            names = [name for name in folder.names() if name.endswith(".json")]
            wanted = {"latest": names[-1:], "first": names[:1]}.get(
                which, [name for name in names if name in (which, which + ".json")]
            )
            if not names:
                raise NextcloudError("no_snapshots")
            if not wanted:
                known = ", ".join(name[: -len(".json")] for name in names)
                raise NextcloudError("no_snapshot", detail=which, root=root, known=known)
            snapshot = t.cast("t.Dict[str, t.Any]", json.loads(folder.read(wanted[0]).decode("utf-8")))
            for app in snapshot["apps"].values():
                if "archive" in app:
                    folder.check(os.path.basename(app["archive"]["path"]))
    except FileNotFoundError:
        raise NextcloudError("no_snapshots")
    except (OSError, UntrustedPath) as error:
        reason = str(error) if isinstance(error, UntrustedPath) else f"{path}: {error.strerror}"
        raise NextcloudError("snapshot_unsafe", detail=reason)
    if snapshot["format"] != _FORMAT:
        raise NextcloudError("snapshot_format", detail=wanted[0][: -len(".json")])
    return snapshot


class Restore(Part):
    """Settings, policy and managed groups exactly as a snapshot has them."""

    title = "restore"

    def __init__(self, params: t.Mapping[str, t.Any], context: Context) -> None:
        """``params``: a snapshot."""
        # SAML has a part of its own
        self._settings: t.Mapping[str, t.Mapping[str, str]] = {
            app: kept for app, kept in params["settings"].items() if app != SAML_APP
        }
        self._policy = StoredPolicy(**params["policy"])
        self._members = {
            group: frozenset(params["members"][group]) if group in params["members"] else None
            for group in MANAGED_GROUPS
        }

    def declare_reads(self, query: Query) -> None:
        query.settings |= set(self._settings) | {STORE}
        query.members |= set(MANAGED_GROUPS)
        query.providers = True

    def plan(self, state: State) -> Plan:
        apps: dict[str, dict[str, str | None]] = {}
        for app_id, wanted in self._settings.items():
            there = state.settings.get(app_id, {})
            changes: dict[str, str | None] = {key: None for key in there if key not in wanted}
            changes.update({key: value for key, value in wanted.items() if there.get(key) != value})
            if changes:
                apps[app_id] = changes
        system = {
            key: getattr(self._policy, field)
            for key, field in _SYSTEM_KEYS.items()
            if getattr(state.policy, field) != getattr(self._policy, field)
        }
        gone = [
            group
            for group, wanted_members in self._members.items()
            if wanted_members is None and state.members.get(group) is not None
        ]
        steps: list[Step] = [
            Bridge("set_members", {"group": group, "members": sorted(members)})
            for group, members in self._members.items()
            if members is not None and state.members.get(group) != members
        ]
        if apps or system:
            steps.append(ConfigImport(apps, system))
        steps += [Bridge("set_members", {"group": group, "members": None}) for group in gone]
        settings = dict(state.settings, **{app: dict(values) for app, values in self._settings.items()})
        return Plan(
            tuple(steps),
            state._replace(policy=self._policy, settings=settings, members=dict(state.members, **self._members)),
        )

    def view(self, state: State) -> dict[str, t.Any]:
        return {
            "policy": state.policy._asdict(),
            "settings": {app: dict(values) for app, values in state.settings.items() if values},
            "managed_groups": {group: sorted(members) for group, members in state.members.items() if members},
        }
