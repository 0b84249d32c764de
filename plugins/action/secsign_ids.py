# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._csv import merge
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._display import announce, run


class ActionModule(ActionBase):
    """The module secsign_ids, after its CSV list has been read on the control machine."""

    _requires_connection = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        options = merge(self, self._task.args)
        announce(self, len(options.get("ids") or ()), "SecSign IDs", task_vars)
        result.update(run(self, options, task_vars))
        return result
