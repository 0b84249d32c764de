# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all action plugins of the collection do around their own work."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._display import display_result


class NextcloudAction(ActionBase):
    """Calls the module of the same name. A subclass overrides ``perform`` where it has to do more."""

    _requires_connection = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        try:
            result.update(self.perform(dict(self._task.args), task_vars or {}))
        except NextcloudError as error:
            # as a result, which has the code; an exception would be shown with a traceback
            result.update(error.result(), changed=False)
        return _censored(result) if self._task.no_log is True else result

    def perform(self, options: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        """The result of the task. Raises NextcloudError where nothing was changed."""
        return self.take(self._execute_module(module_args=options, task_vars=task_vars), task_vars)

    def take(self, answer: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """What a module returned, checked and shown. Every answer of a managed node passes through here."""
        return display_result(self, answer, task_vars)


def _censored(result: dict[str, t.Any]) -> dict[str, t.Any]:
    """Ansible hides the result of a task with ``no_log``, but since ansible-core 2.19 it shows the message of a failure
    all the same. The registered result has the message under ``reason``."""
    if not result.get("failed"):
        return result
    code = result.get("code")
    hidden = f"The task failed. The message is hidden, since no_log is set.{f' [{code}]' if code else ''}"
    kept = {key: value for key, value in result.items() if key != "exception"}
    return {**kept, "reason": result.get("msg"), "msg": hidden}
