# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._display import told
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._source import execute, find


class ActionModule(ActionBase):
    """The module app; a package on the control machine is sent when it is needed."""

    _requires_connection = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        options = dict(self._task.args)
        brought = find(self, options, str(options.get("app_id", "auto")))
        done = execute(self, brought, lambda package: {**options, **package}, task_vars)
        result.update(told(self, done, task_vars))
        return result
