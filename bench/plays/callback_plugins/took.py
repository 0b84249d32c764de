# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes how many seconds each task took, by name, into the file that BENCH_TOOK names."""

from __future__ import annotations

import json
import os
import time
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: took
type: notification
short_description: Seconds of each task
description: For the benchmark of this collection.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "took"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._took: dict[str, float] = {}
        self._name, self._begin = "", 0.0

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._end()
        self._name, self._begin = task.get_name(), time.perf_counter()

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self._end()
        with open(os.environ["BENCH_TOOK"], "w", encoding="utf-8") as handle:
            json.dump(self._took, handle)

    def _end(self) -> None:
        if self._name:
            self._took[self._name] = time.perf_counter() - self._begin
