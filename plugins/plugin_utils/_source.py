# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An app's archive or folder on the control node, for the module that installs it on the host.

The module gets the facts of the package, and only if it then wants the files, they are sent, into the task's own
temporary folder, which Ansible removes again. A host where nothing is to do gets nothing, and check mode leaves
nothing.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import io
import os
import tarfile
import typing as t
from glob import glob

from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase

from ansible_collections.secsign.nextcloud.plugins.module_utils._app.package import Package, read_package
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.info_xml import (
    INFO_XML,
    PackageError,
    parse_info,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import BUNDLED_APP, VENDOR_APP
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._files import find as find_file

_COLLECTION = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Brought:
    """A package on the control node; ``read`` reads it and sees that it is good."""

    def __init__(self, path: str, read: t.Callable[[], Package], version: str | None = None) -> None:
        """``version``: of the app that comes with the collection, which is only read where it is wanted."""
        self.path = path
        self.version = version
        self._read = read

    @functools.cached_property
    def package(self) -> Package:
        return self._read()

    def name(self) -> dict[str, t.Any]:
        """What the module gets first: nearly every host has the app that comes with the collection, and has no
        use for more.

        The digest of that app's package is part of the module, so changed files are found without more.
        """
        return (
            self.facts() if self.version is None else {"app_id": BUNDLED_APP, "version": self.version, "bundled": True}
        )

    def facts(self) -> dict[str, t.Any]:
        """All that the module gets, but for the files."""
        info = self.package.info
        xml = base64.b64encode(self.package.info_xml).decode()
        facts: dict[str, t.Any] = {
            "app_id": info.app_id,
            "version": info.version,
            "info": xml,
            "digest": self.package.digest,
        }
        facts["bundled"] = self.version is not None
        if self.version is not None:
            # the module names the files that were changed
            facts["files"] = {item.path: hashlib.sha256(item.data).hexdigest() for item in self.package.files}
        return facts

    def archive(self) -> bytes:
        """The bytes to send: the archive as it is, or a folder as one."""
        if not os.path.isdir(self.path):
            with open(self.path, "rb") as handle:
                return handle.read()
        memory = io.BytesIO()
        with tarfile.open(fileobj=memory, mode="w") as archive:
            for item in self.package.files:
                member = tarfile.TarInfo(f"{self.package.info.app_id}/{item.path}")
                member.size, member.mode = len(item.data), item.mode
                archive.addfile(member, io.BytesIO(item.data))
        return memory.getvalue()


def find(action: ActionBase, options: t.Mapping[str, t.Any], app_id: str) -> Brought | None:
    """The package that ``options`` name on this machine; None where they name none, or one that the host gets by
    itself."""
    source = options.get("source")
    if not source:
        return _bundled(options, app_id)
    if source == "store" or "://" in str(source) or boolean(options.get("remote_src", False), strict=False):
        return None
    path = find_file(action, str(source))
    if path is None:
        raise NextcloudError("source_not_found", path=str(source))
    sha256 = options.get("sha256")
    if not os.path.isdir(path) and not sha256:
        raise NextcloudError("sha256_missing")
    package = _read(path, app_id, sha256)
    return Brought(path, lambda: package)


def _bundled(options: t.Mapping[str, t.Any], app_id: str) -> Brought | None:
    """The app that comes with the collection: an archive in a release of it, a folder in a checkout."""
    if app_id not in ("auto", BUNDLED_APP) or options.get("state", "enabled") not in ("enabled", "present"):
        return None
    archives = sorted(glob(os.path.join(_COLLECTION, "roles", "twofactor", "files", BUNDLED_APP + "-*.tar.gz")))
    folder = os.path.join(_COLLECTION, "nextcloud_app", BUNDLED_APP)
    if archives:
        path, version = archives[-1], os.path.basename(archives[-1])[len(BUNDLED_APP + "-") : -len(".tar.gz")]
    elif os.path.exists(folder):
        path = folder
        with open(os.path.join(folder, INFO_XML), "rb") as handle:
            version = parse_info(handle.read()).version
    else:
        return None
    return Brought(path, lambda: _read(path, BUNDLED_APP, None), version)


def _read(path: str, app_id: str, sha256: str | None) -> Package:
    problem: PackageError | None = None
    for candidate in (BUNDLED_APP, VENDOR_APP) if app_id == "auto" else (app_id,):
        try:
            return read_package(path, candidate, None if os.path.isdir(path) else sha256)
        except PackageError as error:
            problem = problem or error
    raise NextcloudError("package", detail=str(problem))


def execute(
    action: ActionBase,
    brought: Brought | None,
    arguments: t.Callable[[dict[str, t.Any]], dict[str, t.Any]],
    task_vars: t.Any,
) -> dict[str, t.Any]:
    """Calls the module; ``arguments`` makes its options from those that say where the package is."""
    if brought is None:
        return dict(action._execute_module(module_args=arguments({}), task_vars=task_vars))

    def ask(brought: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        facts = arguments({"source": None, "sha256": None, "remote_src": True, "brought": brought})
        return dict(action._execute_module(module_args=facts, task_vars=task_vars))

    result = ask(brought.name())
    if result.get("package_wanted") and action._task.check_mode:
        result = ask(brought.facts())
    if not result.pop("package_wanted", False):
        return result
    archive = brought.archive()
    shell = action._connection._shell
    if not shell.tmpdir:
        action._make_tmp_path()
    there = shell.join_path(
        shell.tmpdir,
        os.path.basename(brought.path) if not os.path.isdir(brought.path) else brought.package.info.app_id + ".tar",
    )
    action._transfer_data(there, archive)
    action._fixup_perms2((shell.tmpdir, there))
    known = {} if brought.version is None else {"brought": brought.facts()}
    sent = arguments({"source": there, "sha256": hashlib.sha256(archive).hexdigest(), "remote_src": True, **known})
    try:
        return dict(action._execute_module(module_args=sent, task_vars=task_vars))
    finally:
        action._remove_tmp_path(shell.tmpdir)


def execute_with_app(
    action: ActionBase, options: t.Mapping[str, t.Any], app_id: str, task_vars: t.Any
) -> dict[str, t.Any]:
    """The same for a module that describes the package in its option ``app``."""
    app = options.get("app")
    if not isinstance(app, dict):
        return execute(action, None, lambda _package: dict(options), task_vars)
    brought = find(action, app, app_id)
    return execute(action, brought, lambda package: {**options, "app": {**app, **package}}, task_vars)
