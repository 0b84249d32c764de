# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import stat
import typing as t

from ansible.parsing.vault import VaultLib

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._action_module import NextcloudAction
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._answers import CODES, AnswerError, check


class ActionModule(NextcloudAction):
    """The module backup_codes. The codes go from its result into the file, and nowhere else."""

    def perform(self, options: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        path = os.path.expanduser(str(options.get("path") or ""))
        vault = self._vault() if options.get("vault") else None
        _check_path(path)
        # at -vvv the ssh connection shows all that comes back over it, unless it may not log
        self._connection._play_context.no_log = True
        answer = dict(self._execute_module(module_args=options, task_vars=task_vars))
        codes = answer.pop("codes", None)
        # what came over the wire is not kept either
        answer.pop("stdout", None)
        answer.pop("stdout_lines", None)
        result = self.take(answer, task_vars)
        if codes is not None:
            try:
                check(codes, CODES, "codes")
            except AnswerError as error:
                return {**result, **error.result()}
        if codes:
            text = "".join(code + "\n" for code in codes)
            _write(path, vault.encrypt(text) if vault else text.encode())
            result["path"] = path
        return result

    def _vault(self) -> VaultLib:
        secrets = getattr(getattr(self._loader, "_vault", None), "secrets", None)
        if not secrets:
            raise NextcloudError("no_vault_password")
        return VaultLib(secrets)


def _check_path(path: str) -> None:
    """Before codes are made: afterwards they could not be shown any more."""
    if not path:
        raise NextcloudError("codes_path_missing")
    if os.path.lexists(path):
        raise NextcloudError("codes_path_exists", path=path)
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder) or not os.access(folder, os.W_OK):
        raise NextcloudError("unwritable_folder", option="path", path=folder)
    found = os.stat(folder)
    if found.st_uid not in (0, os.geteuid()) or (found.st_mode & stat.S_IWOTH and not found.st_mode & stat.S_ISVTX):
        raise NextcloudError("codes_path_unsafe", path=folder)


def _write(path: str, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as handle:
        handle.write(content)
