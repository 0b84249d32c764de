# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._action_module import NextcloudAction
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._saml_signature import verify_options
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._source import execute_with_app


class ActionModule(NextcloudAction):
    """The module saml, with verified metadata, and with a package of user_saml from the control node."""

    def perform(self, options: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        return self.take(execute_with_app(self, verify_options(options), "user_saml", task_vars), task_vars)
