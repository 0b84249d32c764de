# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import MESSAGES, NextcloudError
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._action_module import NextcloudAction

_SPEC: dict[str, t.Any] = {
    "error": {"type": "str", "required": True},
    "facts": {"type": "dict", "default": {}},
}


class ActionModule(NextcloudAction):
    """Runs on the control node alone, and needs no connection to a managed node."""

    _requires_connection = False

    def perform(self, options: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        options = self.validate_argument_spec(argument_spec=_SPEC)[1]
        if options["error"] not in MESSAGES:
            raise NextcloudError("bad_option", option="error", detail=f"'{options['error']}' does not exist")
        raise NextcloudError(options["error"], **options["facts"])
