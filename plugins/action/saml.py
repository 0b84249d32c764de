# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._display import told
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._saml_signature import verify_options
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._source import execute, find


class ActionModule(ActionBase):
    """The module saml, with metadata that was verified and a package of user_saml that lies on the control node."""

    _requires_connection = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        try:
            options = verify_options(self._task.args)
        except NextcloudError as error:
            result.update({"failed": True, "changed": False, "msg": error.message, "code": error.code})
            return result
        app = options.get("app")
        brought = find(self, app, "user_saml") if isinstance(app, dict) else None
        done = execute(
            self,
            brought,
            lambda package: {**options, "app": {**app, **package}} if isinstance(app, dict) else options,
            task_vars,
        )
        result.update(told(self, done, task_vars))
        return result
