# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._csv import merge
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._source import carry


class ActionModule(ActionBase):
    """The module twofactor, after what lies on the control machine (archive of the app, list of IDs) has been brought along."""

    _requires_connection = True

    def run(self, tmp: t.Optional[str] = None, task_vars: t.Optional[t.Dict[str, t.Any]] = None) -> t.Dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        options = dict(self._task.args)
        try:
            if isinstance(options.get("app"), dict):
                options["app"] = carry(self, options["app"])
            if isinstance(options.get("secsign_ids"), dict):
                options["secsign_ids"] = merge(self, options["secsign_ids"])
            result.update(self._execute_module(module_args=options, task_vars=task_vars))
        finally:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return result
