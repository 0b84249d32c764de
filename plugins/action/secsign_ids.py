# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._action_module import NextcloudAction
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._csv import merge
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._display import announce


class ActionModule(NextcloudAction):
    """The module secsign_ids, with the CSV list from the control node."""

    def perform(self, options: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        options = merge(self, options)
        announce(self, len(options.get("ids") or ()), "SecSign IDs", task_vars)
        return super().perform(options, task_vars)
