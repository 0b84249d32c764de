# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._action_module import NextcloudAction
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._source import execute, find


class ActionModule(NextcloudAction):
    """The module app. A package on the control node is sent when the managed node needs it."""

    def perform(self, options: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        brought = find(self, options, str(options.get("app_id", "auto")))
        return self.take(execute(self, brought, lambda package: {**options, **package}, task_vars), task_vars)
