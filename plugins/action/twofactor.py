# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.twofactor import SPEC
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.transport import ARGUMENT_SPEC
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._action_module import NextcloudAction
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._csv import merge
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._display import announce
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._source import execute_with_app


class ActionModule(NextcloudAction):
    """The module twofactor, with the package of the app and the list of IDs from the control node."""

    def perform(self, options: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        prefix = options.pop("from_variables", None)
        if prefix is not None:
            options = {**self._variables(str(prefix), task_vars), **options}
        try:
            result = self._configure(options, task_vars)
        except NextcloudError as error:
            result = {**error.result(), "changed": False}
        if result.get("failed"):
            result["msg"] = _with_typed_name(str(result.get("msg")), options, str(prefix or ""))
        return result

    def _configure(self, options: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        if isinstance(options.get("secsign_ids"), dict):
            options = {**options, "secsign_ids": merge(self, options["secsign_ids"])}
            announce(self, len(options["secsign_ids"].get("ids") or ()), "SecSign IDs", task_vars)
        return self.take(execute_with_app(self, options, str(options.get("app_id", "auto")), task_vars), task_vars)

    def _variables(self, prefix: str, task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        """The options that variables hold.

        To say so of each in the task would be a template of its own to compile, for every host anew.
        """
        held = {option: task_vars.get(prefix + option) for option in (*ARGUMENT_SPEC, *SPEC)}
        # ansible-core from 2.19 on leaves out by itself what a template omits
        omitted = (None, task_vars.get("omit"))
        return {option: value for option, value in self._templar.template(held).items() if value not in omitted}


def _with_typed_name(message: str, options: t.Mapping[str, t.Any], prefix: str) -> str:
    """The message with the option's name as the user typed it, for example twofactor_enforcement.groups for groups."""
    # Ansible's own messages about types know the module's options
    message = re.sub(r"^argument '(\w+)'", rf"{'variable' if prefix else 'argument'} '{prefix}\1'", message)
    found = re.match(r"(\w+)(?=\S*: )", message)
    if found is None:
        return message
    name = found.group()
    parts = [part for part, value in options.items() if isinstance(value, dict) and name in value]
    if name in ARGUMENT_SPEC or name in SPEC:
        return prefix + message
    return f"{prefix}{parts[0]}.{message}" if len(parts) == 1 else message
