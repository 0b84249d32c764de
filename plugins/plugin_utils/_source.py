# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries an app's archive or folder from the control machine to the host, next to the module that reads it.

It travels in the task's own temporary folder, which Ansible removes again: nothing is left on the host, in check mode neither.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import tempfile
import typing as t

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase

from ansible_collections.secsign.nextcloud.plugins.module_utils._package import PackageError, parse_info


def stays(options: t.Mapping[str, t.Any]) -> bool:
    """Whether there is nothing to carry: no source, the store, an address, or a path that is the host's own."""
    source = options.get("source")
    return not source or source == "store" or "://" in str(source) or boolean(options.get("remote_src", False), strict=False)


def carry(action: ActionBase, options: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    """The options with a source that the host can read."""
    options = dict(options)
    if stays(options):
        return options
    try:
        path = action._find_needle("files", str(options["source"]))
    except AnsibleError:
        raise AnsibleActionFail(
            "source: {0} does not exist on the control machine: correct the path, or set remote_src=true if it is on the host. [NC201]".format(
                options["source"]
            )
        )
    with tempfile.TemporaryDirectory() as folder:
        if os.path.isdir(path):
            packed = _pack(path)
            path = os.path.join(folder, "app.tar")
            with open(path, "wb") as handle:
                handle.write(packed)
            options["sha256"] = hashlib.sha256(packed).hexdigest()
        if not action._connection._shell.tmpdir:
            action._make_tmp_path()
        there = action._connection._shell.join_path(action._connection._shell.tmpdir, os.path.basename(path))
        action._transfer_file(path, there)
        action._fixup_perms2((action._connection._shell.tmpdir, there))
    options.update(source=there, remote_src=True)
    return options


def _pack(folder: str) -> bytes:
    """A folder as an archive, with its one top folder named as in appinfo/info.xml; the module checks the rest."""
    memory = io.BytesIO()
    with tarfile.open(fileobj=memory, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.add(folder, arcname=_app_id(folder), filter=_plain)
    return memory.getvalue()


def _plain(member: tarfile.TarInfo) -> t.Optional[tarfile.TarInfo]:
    parts = member.name.split("/")
    if len(parts) > 1 and parts[1] in (".git", "node_modules"):
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _app_id(folder: str) -> str:
    try:
        with open(os.path.join(folder, "appinfo", "info.xml"), "rb") as handle:
            return parse_info(handle.read()).app_id
    except (OSError, PackageError) as error:
        raise AnsibleActionFail(
            "source: {0} is not the folder of a Nextcloud app ({1}): name the folder that holds appinfo/info.xml. [NC301]".format(folder, error)
        )
