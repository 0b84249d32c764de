# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._csv import merge
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._source import execute, find
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._tell import announce, told


class ActionModule(ActionBase):
    """The module twofactor, with what lies on the control machine (package of the app, list of IDs)."""

    _requires_connection = True

    def run(self, tmp: t.Optional[str] = None, task_vars: t.Optional[t.Dict[str, t.Any]] = None) -> t.Dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        options = dict(self._task.args)
        if isinstance(options.get("secsign_ids"), dict):
            options["secsign_ids"] = merge(self, options["secsign_ids"])
            announce(self, len(options["secsign_ids"].get("ids") or ()), "SecSign IDs", task_vars)
        app = options.get("app")
        brought = find(self, app, str(options.get("app_id", "auto"))) if isinstance(app, dict) else None
        done = execute(self, brought, lambda package: {**options, "app": {**app, **package}} if isinstance(app, dict) else options, task_vars)
        result.update(told(self, done, task_vars))
        if result.get("failed") and "code" not in result and self._task._role is not None:
            # Ansible's own words about types know the module's options; whoever uses the role has set its variables
            result["msg"] = re.sub(r"^argument '(\w+)'", r"variable 'twofactor_\1'", str(result.get("msg")))
        return result
