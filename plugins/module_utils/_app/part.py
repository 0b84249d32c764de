# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An app on the server: its code, whether it is enabled and for whom.

Order of a change: everything that can be refused is refused from the package and the state alone; then the new code is
put in place by rename, the database is upgraded, the app is enabled; what is there afterwards is read, and only when
the app's providers really load is the earlier version let go. Any failure in between brings the earlier version back.
"""

from __future__ import annotations

import base64
import json
import os
import tempfile
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._app import bundled
from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import (
    Bridge,
    ConfigImport,
    Context,
    NeedsMoreState,
    Occ,
    Part,
    Plan,
    Step,
    Upgrade,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.info_xml import (
    AppInfo,
    PackageError,
    fits,
    parse_info,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import (
    BUNDLED_APP,
    SECSIGN_APPS,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import (
    App,
    Code,
    Provider,
    Query,
    State,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import (
    app_candidates,
    check_app_id,
    check_groups,
    unique,
)

# Types that Nextcloud never limits to groups (its AppManager: protected app types).
_FOR_EVERYONE_ONLY = ("filesystem", "prelogin", "authentication", "logging", "prevent_group_restriction")
_DATABASE_NAMES = {"sqlite3": "sqlite"}
_STORE = "store"

if t.TYPE_CHECKING:
    from ansible_collections.secsign.nextcloud.plugins.module_utils._app.package import Package


class PackageWanted(Exception):
    """The plan needs the files of a package that is still on the control machine."""


class AppPart(Part):
    title = "app"
    verify_immediately = True

    SPEC: t.ClassVar[dict[str, t.Any]] = {
        "state": {"type": "str", "choices": ["enabled", "disabled", "present", "absent"], "default": "enabled"},
        "source": {"type": "str"},
        "remote_src": {"type": "bool", "default": False},
        "sha256": {"type": "str"},
        "version": {"type": "str"},
        "groups": {"type": "list", "elements": "str"},
        "force": {"type": "bool", "default": False},
        "validate_certs": {"type": "bool", "default": True},
        "brought": {"type": "dict"},
    }

    # only the way back to a snapshot may take an older version
    may_downgrade = False

    def __init__(self, params: t.Mapping[str, t.Any], context: Context) -> None:
        self._app_id = check_app_id(params["app_id"])
        self._state: str = params["state"]
        self._source: str | None = params.get("source")
        self._sha256: str | None = params.get("sha256")
        self._version: str | None = params.get("version")
        self._groups = unique(params.get("groups"))
        self._force: bool = params["force"]
        # what the control machine has in store, not sent along before it is needed
        self._brought: t.Mapping[str, t.Any] | None = params.get("brought")
        if self._brought is not None and not {"app_id", "version", "bundled"} <= set(self._brought):
            raise NextcloudError("bad_option", option="brought", detail="is for the collection's own use; leave it out")
        self._is_bundled = bool(self._brought and self._brought["bundled"])
        self._context = context
        self._validate_certs: bool = params["validate_certs"]
        self._package: Package | None = None
        self._check_options()

    def _check_options(self) -> None:
        def bad(option: str, detail: str) -> NextcloudError:
            return NextcloudError("bad_option", option=option, detail=detail)

        source = self._source
        if source is not None and source != _STORE:
            if source.startswith("http://"):
                raise bad("source", "an archive is only loaded over https; use an https address")
            if not source.startswith(("https://", "/")):
                raise bad("source", f"'{source[:120]}' is neither 'store', an https address nor an absolute path")
            if source.startswith("/") and not os.path.exists(source):
                raise bad("source", f"{source} does not exist on the host; copy the archive or folder there first")
            if not os.path.isdir(source) and not self._sha256:
                raise bad("sha256", "is required when source is an archive; give the checksum that its publisher names")
        elif self._sha256:
            raise bad("sha256", "has nothing to check without an archive in source")
        if self._state == "absent" and any((source, self._version, self._groups)):
            raise bad("state", "absent takes neither source, version nor groups; leave them out")
        if self._state != "enabled" and self._groups:
            raise bad("groups", "only matter when state is enabled; leave them out")

    # ------------------------------------------------------------------ the part

    def declare_reads(self, query: Query) -> None:
        candidates = app_candidates(self._app_id)
        query.apps |= candidates
        query.groups |= set(self._groups or ())
        query.providers = True
        if self._brought is not None and self._is_bundled:
            # the package itself, once it is known, decides: a checkout may be ahead of what was generated from it
            version = self._brought["version"]
            digest = self._brought.get("digest", bundled.DIGEST if version == bundled.VERSION else None)
            if digest is not None:
                query.packages[self._brought["app_id"]] = (version, digest)
        elif (self._source and self._source != _STORE) or self._brought:
            query.digests |= candidates

    def finalized(self, state: State) -> State:
        app = state.apps[state.server.secsign_app(self._app_id)]
        return state.with_app(app._replace(interrupted=False), state.providers)

    def may_be_pending(self, state: State) -> tuple[str, ...]:
        return (state.server.secsign_app(self._app_id),)

    def view(self, state: State) -> dict[str, t.Any]:
        app = state.apps[state.server.secsign_app(self._app_id)]
        if app.path is None and not app.enabled:
            return {"app_id": app.app_id, "state": "absent"}
        shown: dict[str, t.Any] = {
            "app_id": app.app_id,
            "state": "enabled" if app.enabled else "disabled",
            "version": app.version,
            "groups": sorted(app.groups),
        }
        if app.digest:
            shown["content"] = app.digest
        if app.code is not None:
            shown["code"] = app.code_state
        if app.enabled and app.installed_version not in (None, app.version):
            shown["state"] = "waiting for its upgrade, " + shown["state"]
        if app.interrupted:
            shown["state"] = "interrupted installation, " + shown["state"]
        return shown

    def plan(self, state: State) -> Plan:
        app = state.apps[state.server.secsign_app(self._app_id)]
        check_groups("groups", self._groups, state)
        if self._state == "absent":
            return self._plan_absent(app, state)

        package = self._find_package(app)
        steps: list[Step] = []
        finalize: list[Step] = []
        warnings: tuple[str, ...] = ()
        wanted = app
        if package is not None and self._differs(app, package):
            self._check_package(app, package.info, state)
            _check_open(app)
            if not package.files and not self._context.check_mode:
                raise PackageWanted()
            if self._brought is not None and _is_changed(app):
                # here, since hardly any run needs it
                from ansible_collections.secsign.nextcloud.plugins.module_utils._app.changed_files import describe

                warnings = (describe(app, self._brought["files"]) + " The run restores the package.",)
            steps.append(_place(app, package))
            finalize.append(Bridge("keep_app", {"app": app.app_id}))
            wanted = wanted._replace(
                path=app.path or "",
                version=package.info.version,
                installed_version=package.info.version,
                digest=None if self._is_bundled else package.digest,
                code=app.code and Code(True),
                info_xml=package.info_xml,
                interrupted=False,
            )
        elif self._source == _STORE and (app.path is None or self._version not in (None, app.version)):
            steps.append(self._from_store(app))
            wanted = wanted._replace(
                path=app.path or "", version=self._version or "newest in the app store", info_xml=None
            )
        elif app.interrupted:
            # the folder is whole, or the one to go back to is: one step tidies up, the next plan goes on from there
            steps.append(_revert(app) if app.path is None else Bridge("keep_app", {"app": app.app_id}))
            wanted = wanted._replace(interrupted=False)
        elif app.path is None:
            raise NextcloudError("app_missing", app=app.app_id)
        elif self._version not in (None, app.version):
            raise NextcloudError("app_version", app=app.app_id, version=app.version, wanted=self._version)
        elif self._state == "enabled" and not app.enabled and app.info is not None:
            self._check_fit(app.info, state)

        placed = package is not None and bool(finalize) and package.info.version != app.installed_version
        if (
            package is not None
            and placed
            and app.installed_version
            and _older(package.info.version, app.installed_version)
        ):
            # Nextcloud has no way to take an app back: the older code just has to be the one it knows
            steps.append(ConfigImport({app.app_id: {"installed_version": package.info.version}}))
            placed = False
        if app.enabled and self._state != "disabled" and (placed or app.app_id in state.server.pending_upgrades):
            steps.append(_upgrade(app))
            wanted = wanted._replace(installed_version=wanted.version)
        switch, wanted = self._switch(app, wanted, state)
        steps.extend(switch)

        providers = _expected_providers(state, wanted)
        after = state.with_app(wanted, providers)
        if app.app_id == BUNDLED_APP and wanted.enabled and not app.enabled:
            # here, since a host with nothing to do needs none of it
            from ansible_collections.secsign.nextcloud.plugins.module_utils._users.migration import taken_over

            after = taken_over(after)
        if not steps and app.enabled:
            _check_loads(app.app_id, state)
        return Plan(steps=tuple(steps), after=after, finalize=tuple(finalize), warnings=warnings)

    # ------------------------------------------------------------------ refusing

    def _check_package(self, app: App, info: AppInfo, state: State) -> None:
        if self._version is not None and info.version != self._version:
            raise NextcloudError("app_version", app=app.app_id, version=info.version, wanted=self._version)
        # of an app that is gone only the number is left, and an older one may take its place
        if (
            app.path is not None
            and app.installed_version
            and _older(info.version, app.installed_version)
            and not self.may_downgrade
        ):
            raise NextcloudError("app_downgrade", app=app.app_id, version=info.version, installed=app.installed_version)
        self._check_fit(info, state)

    def _check_fit(self, info: AppInfo, state: State) -> None:
        server = state.server
        if not fits(server.version, info.nextcloud_min, info.nextcloud_max):
            if self._force and state.policy.is_enforced:
                raise NextcloudError("app_force")
            if not self._force:
                raise NextcloudError(
                    "app_range",
                    app=info.app_id,
                    version=info.version,
                    range=_range(info.nextcloud_min, info.nextcloud_max),
                    server=server.release,
                    remedy=_remedy(info.app_id),
                )
        if not fits(server.php, info.php_min, info.php_max):
            need = f"PHP {_range(info.php_min, info.php_max)} and the host has {server.php}"
            raise NextcloudError("app_needs", app=info.app_id, version=info.version, detail=need)
        lacking = sorted(lib for lib in info.libs if lib.lower() not in server.php_extensions)
        if lacking:
            raise NextcloudError(
                "app_needs", app=info.app_id, version=info.version, detail="the PHP extension " + ", ".join(lacking)
            )
        database = _DATABASE_NAMES.get(server.database, server.database)
        if info.databases and database not in info.databases:
            need = "one of the databases {} and this server uses {}".format(", ".join(info.databases), database)
            raise NextcloudError("app_needs", app=info.app_id, version=info.version, detail=need)
        known = SECSIGN_APPS.get(info.app_id)
        if known is not None and known.databases and database not in known.databases:
            need = "MariaDB, MySQL or PostgreSQL: its migration fails on SQLite"
            raise NextcloudError("app_needs", app=info.app_id, version=info.version, detail=need)

    def _check_removal(self, app: App, state: State) -> None:
        """Taking a provider away from users who are enrolled with it locks them out."""
        ids = {provider.id for provider in state.providers or () if provider.app == app.app_id and provider.id}
        # one that does not load has no known id; then the app's own name is the best guess
        for provider_id in sorted(ids or {app.app_id}):
            count = state.enrolled.get(provider_id, 0)
            if count:
                raise NextcloudError("app_enrolled", app=app.app_id, provider=provider_id, count=count)
        others = [provider for provider in state.factors() if provider.app != app.app_id]
        mine = [provider for provider in state.factors() if provider.app == app.app_id]
        if state.policy.is_enforced and mine and not others:
            raise NextcloudError("app_last_provider", app=app.app_id)
        if state.policy.is_enforced and mine:
            self._check_who_is_left(app, state)

    @staticmethod
    def _check_who_is_left(app: App, state: State) -> None:
        """Users may not be enrolled yet, and have only this provider to enrol with."""
        # here, since only an app that goes needs it
        from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.guard import (
            count_users,
            factors_of,
            name_some,
        )
        from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import current_scope
        from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.login import LOCKED_OUT

        if state.users is None:
            raise NeedsMoreState(users=True, settings=set(SECSIGN_APPS))
        scope, now = current_scope(state), factors_of(state, accept_insecure=True)
        then = factors_of(state._replace(providers=_without(state, app.app_id)), accept_insecure=True)
        shut = [
            p.uid for p in state.users if then.classify(p, scope) == LOCKED_OUT and now.classify(p, scope) != LOCKED_OUT
        ]
        if shut:
            raise NextcloudError("guard_locked_out", who=count_users(len(shut)), names=name_some(shut))

    # ------------------------------------------------------------------ planning

    def _plan_absent(self, app: App, state: State) -> Plan:
        steps: list[Step] = [Bridge("keep_app", {"app": app.app_id})] if app.interrupted else []
        if app.path is None and not app.enabled:
            return Plan(steps=tuple(steps), after=state.with_app(app._replace(interrupted=False), state.providers))
        self._check_removal(app, state)
        if app.path is not None:
            _check_open(app)
        if app.enabled:
            # while it is enabled, its own clean-up steps run too
            steps.append(Occ(("app:remove" if app.path is not None else "app:disable", app.app_id)))
        if app.path is not None:
            steps.append(Bridge("remove_app", {"app": app.app_id}))
        gone = App(app.app_id, None, None, app.installed_version, False, ())
        return Plan(steps=tuple(steps), after=state.with_app(gone, _without(state, app.app_id)))

    def _differs(self, app: App, package: Package) -> bool:
        # what an interrupted run put in place was never proven: again, so that the version before it stays for an undo
        if app.path is None or app.interrupted or app.version != package.info.version:
            return True
        return _is_changed(app) if self._is_bundled else app.digest != package.digest

    def _from_store(self, app: App) -> Occ:
        if app.path is None:
            undo = (Bridge("remove_app", {"app": app.app_id}),)
            return Occ(("app:install", "--keep-disabled", app.app_id), undo=undo, failure="app_store")
        return Occ(("app:update", app.app_id), failure="app_store")

    def _switch(self, app: App, wanted: App, state: State) -> tuple[list[Step], App]:
        """Enables or disables, for everyone or for groups."""
        if self._state == "present":
            return [], wanted
        if self._state == "disabled":
            if not app.enabled:
                return [], wanted
            self._check_removal(app, state)
            return [Occ(("app:disable", app.app_id))], wanted._replace(enabled=False, groups=())
        groups = tuple(self._groups) if self._groups is not None else app.groups
        if groups and wanted.info is not None:
            special = [kind for kind in wanted.info.types if kind in _FOR_EVERYONE_ONLY]
            if special:
                raise NextcloudError("app_groups", app=app.app_id, detail=", ".join(special))
        wanted = wanted._replace(enabled=True, groups=groups)
        if app.enabled and sorted(groups) == sorted(app.groups):
            return [], wanted
        if app.enabled and not groups:
            # occ of releases up to 31 leaves an enabled app limited as it was
            return [ConfigImport({app.app_id: {"enabled": "yes"}})], wanted
        argv = (
            ["app:enable"]
            + ["--groups=" + group for group in groups]
            + (["--force"] if self._force else [])
            + [app.app_id]
        )
        undo: tuple[Step, ...] = () if app.enabled else (Occ(("app:disable", app.app_id)),)
        return [Occ(tuple(argv), undo=undo)], wanted

    # ------------------------------------------------------------------ the package

    def _find_package(self, app: App) -> Package | None:
        """The package that is to be there: read whole, or, of one on the control machine, what is known about it."""
        if self._brought is not None and self._is_bundled:
            # nobody asked for it: it serves where nothing newer is there, and only under its own name
            is_older = app.version is None or _older(app.version, self._brought["version"])
            if app.app_id != self._brought["app_id"] or not (is_older or _is_changed(app)):
                return None
        if self._source and self._source != _STORE:
            return self._load_package(self._source, app.app_id)
        if self._brought is None or self._source == _STORE:
            return None
        app_id = self._brought["app_id"]
        if app.app_id != app_id:
            raise NextcloudError(
                "package", detail=f"the package is of the app {app_id} and not of {app.app_id}; name the right one."
            )
        if "digest" not in self._brought:
            raise PackageWanted()
        # here, since a host whose app is as it should be needs none of it
        from ansible_collections.secsign.nextcloud.plugins.module_utils._app.package import Package

        xml = base64.b64decode(self._brought["info"])
        return Package(parse_info(xml), (), self._brought["digest"], 0, xml)

    def _load_package(self, source: str, app_id: str) -> Package:
        if self._package is None:
            # here, since a host whose app is as it should be needs none of it
            from ansible_collections.secsign.nextcloud.plugins.module_utils._app.package import read_package

            with tempfile.TemporaryDirectory(prefix="nextcloud-app-") as folder:
                path = source
                if source.startswith("https://"):
                    path = os.path.join(folder, "archive")
                    self._context.download(source, path, self._validate_certs)
                try:
                    self._package = read_package(path, app_id, None if os.path.isdir(path) else self._sha256)
                except PackageError as error:
                    raise NextcloudError("package", detail=str(error).replace(path, os.path.basename(source)))
        return self._package


def _is_changed(app: App) -> bool:
    return app.code is not None and not app.code.unchanged


def _check_open(app: App) -> None:
    if app.unwritable_dir is not None:
        raise NextcloudError("apps_not_writable", detail=app.unwritable_dir)


def _place(app: App, package: Package) -> Bridge:
    files = [{"path": item.path, "mode": item.mode, "size": len(item.data)} for item in package.files]
    request = {"app": app.app_id, "version": package.info.version, "files": files}
    return Bridge("place_app", request, payload=b"".join(item.data for item in package.files), undo=(_revert(app),))


def _revert(app: App) -> Bridge:
    return Bridge(
        "revert_app",
        {
            "app": app.app_id,
            "was_absent": app.path is None and not app.interrupted,
            "installed_version": app.installed_version,
        },
    )


def _upgrade(app: App) -> Upgrade:
    """occ upgrade of an app that fails may leave maintenance mode on and the app disabled."""
    apps = {app.app_id: json.dumps(list(app.groups)) if app.groups else "yes"}
    return Upgrade(apps=apps, undo=(Upgrade("end_upgrade"),))


def _expected_providers(state: State, wanted: App) -> tuple[Provider, ...] | None:
    """What will load afterwards; proven when it is done."""
    if state.apps[wanted.app_id] == wanted:
        return state.providers
    # nothing of a package in the store is known yet: a forecast, proven before anything relies on it
    classes = wanted.info.two_factor_providers if wanted.info is not None else ("",)
    # the best that can be hoped for, or the guard of a policy that follows in the same plan would refuse it too early
    known = {p.cls: p for p in state.providers or () if p.app == wanted.app_id and p.loads}
    hoped_for = (
        known.get(cls) or Provider(wanted.app_id, cls, wanted.app_id, True, set_up_at_login=True) for cls in classes
    )
    mine = tuple(hoped_for) if wanted.enabled else ()
    return (_without(state, wanted.app_id) or ()) + mine


def _without(state: State, app_id: str) -> tuple[Provider, ...] | None:
    return None if state.providers is None else tuple(p for p in state.providers if p.app != app_id)


def _check_loads(app_id: str, state: State) -> None:
    for provider in state.broken_providers():
        if provider.app == app_id:
            raise NextcloudError("app_broken", app=app_id, detail=provider.error)


def _older(version: str, than: str) -> bool:
    return not fits(version, than, None)


def _range(minimum: str | None, maximum: str | None) -> str:
    if minimum and maximum:
        return f"{minimum} to {maximum}"
    return f"{minimum} and newer" if minimum else "up to {}".format(maximum or "any version")


def _remedy(app_id: str) -> str:
    app = SECSIGN_APPS.get(app_id)
    return "take a version of the app that supports this release" if app is None else app.remedy
