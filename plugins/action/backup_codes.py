# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import stat
import typing as t

from ansible.parsing.vault import VaultLib
from ansible.plugins.action import ActionBase

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._answers import CODES, AnswerError, check
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._display import told
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._files import Refusal


class ActionModule(ActionBase):
    """The module backup_codes; the codes go from its result into the file, and nowhere else."""

    _requires_connection = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        path = os.path.expanduser(str(self._task.args.get("path") or ""))
        vault = self._vault() if self._task.args.get("vault") else None
        self._check_path(path)
        # at -vvv the ssh connection tells all that comes back over it, unless it may not log
        self._connection._play_context.no_log = True
        found = self._execute_module(module_args=dict(self._task.args), task_vars=task_vars)
        codes = found.pop("codes", None)
        # what came over the wire is not kept either
        found.pop("stdout", None)
        found.pop("stdout_lines", None)
        result.update(told(self, found, task_vars))
        if codes is not None:
            try:
                check(codes, CODES, "codes")
            except AnswerError as error:
                return {**result, **error.result()}
        if codes:
            text = "".join(code + "\n" for code in codes)
            self._write(path, vault.encrypt(text) if vault else text.encode())
            result["path"] = path
        return result

    @staticmethod
    def _check_path(path: str) -> None:
        """Before codes are made: afterwards they could not be told any more."""
        folder = os.path.dirname(path) or "."
        if not path or os.path.exists(path):
            raise Refusal("path: {} exists already: name a new file for the codes. [NC201]".format(path or "''"))
        if not os.access(folder, os.W_OK):
            raise Refusal(
                f"path: {folder} is no folder on the control machine that can be written to: name another file. [NC201]"
            )
        found = os.stat(folder)
        if found.st_uid not in (0, os.geteuid()) or (found.st_mode & stat.S_IWOTH and not found.st_mode & stat.S_ISVTX):
            raise Refusal(
                f"path: others may replace what is in {folder}. Name a file in a folder that belongs to you and is not"
                " writable for everybody. [NC201]"
            )

    def _vault(self) -> VaultLib:
        secrets = getattr(getattr(self._loader, "_vault", None), "secrets", None)
        if not secrets:
            raise Refusal(
                "vault: no vault password is known: start ansible-playbook with --vault-password-file or"
                " --ask-vault-pass. [NC201]"
            )
        return VaultLib(secrets)

    @staticmethod
    def _write(path: str, content: bytes) -> None:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as handle:
            handle.write(content)
