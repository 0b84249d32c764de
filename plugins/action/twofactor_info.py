# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._action_module import NextcloudAction


class ActionModule(NextcloudAction):
    """For every module that needs nothing of the control node. meta/runtime.yml leads these modules here."""
