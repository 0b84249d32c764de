# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: progress
type: notification
short_description: Show the wave of a rollout and the progress of long tasks
version_added: 1.0.0
description:
  - If a play runs in waves (C(serial)), shows the number of each wave, its hosts and the number of later hosts at the
    start. Shows the result at the end of the wave. After a failed wave, lists the hosts that the run did not begin.
  - If a task takes longer than O(interval), shows the number of finished hosts (or loop items), the remaining hosts and
    the elapsed time.
  - Works with any other output callback. Colors are Ansible's own, so the output has none without a terminal or with
    E(NO_COLOR).
options:
  interval:
    description: Seconds between two progress lines of a running task. 0 means no progress lines.
    type: int
    default: 15
    env:
      - name: SECSIGN_PROGRESS_INTERVAL
    ini:
      - section: callback_secsign_progress
        key: interval
requirements:
  - Enabled in ansible.cfg, C(callbacks_enabled = secsign.nextcloud.progress), or with E(ANSIBLE_CALLBACKS_ENABLED).
author:
  - SecSign Nextcloud collection contributors (@secsign)
"""

import threading
import time
import typing as t

from ansible import constants as C
from ansible.plugins.callback import CallbackBase

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._progress import Task, Wave, wave_of


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "secsign.nextcloud.progress"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, display: t.Any = None, options: t.Any = None) -> None:
        super().__init__(display=display, options=options)
        self._lock = threading.Lock()
        self._wave: Wave | None = None
        self._hosts: set[str] = set()  # of the play, without those that failed
        self._task: Task | None = None
        self._ended = threading.Event()
        self._watch: threading.Thread | None = None

    # ------------------------------------------------------------------ waves

    def v2_playbook_on_start(self, playbook: t.Any) -> None:
        interval = self.get_option("interval")
        if interval > 0:
            self._watch = threading.Thread(target=self._beat, args=(interval,), name="secsign-progress", daemon=True)
            self._watch.start()

    def v2_playbook_on_play_start(self, play: t.Any) -> None:
        self._end_wave()
        self._forget_task()
        facts = play.get_variable_manager().get_vars(play=play)
        hosts, batch = list(facts["ansible_play_hosts_all"]), list(facts["ansible_play_batch"])
        self._hosts = set(batch)
        wave = wave_of(hosts, batch, list(play.serial or ()), time.monotonic())
        if wave is None:
            return
        self._wave = wave
        # with a log file, ansible-core accepts only the colours that have a log level
        self._display.display(wave.begin(), color=C.COLOR_VERBOSE)

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        self._ended.set()
        self._forget_task()
        self._end_wave()
        if self._watch is not None:
            self._watch.join(timeout=5)

    def _end_wave(self) -> None:
        wave, self._wave = self._wave, None
        if wave is not None:
            self._display.display(wave.end(time.monotonic()), color=C.COLOR_ERROR if wave.failed else C.COLOR_VERBOSE)

    # ------------------------------------------------------------------ long tasks

    def v2_playbook_on_task_start(self, task: t.Any, is_conditional: bool) -> None:
        with self._lock:
            self._task = self._begun(task)

    def _begun(self, task: t.Any) -> Task:
        return Task(task._uuid, task.get_name(), time.monotonic(), 1 if task.run_once else len(self._hosts))

    def v2_playbook_on_handler_task_start(self, task: t.Any) -> None:
        self.v2_playbook_on_task_start(task, False)

    def v2_runner_on_start(self, host: t.Any, task: t.Any) -> None:
        with self._lock:
            if self._task is None or self._task.uuid != task._uuid:
                # with strategy free, several tasks run at once: the newest one is shown
                self._task = self._begun(task)
            self._task.waits_for.append(host.get_name())

    def _done(self, result: t.Any, failed: bool = False, changed: bool = False) -> None:
        host = result._host.get_name()
        with self._lock:
            task = self._task
            if task is not None and task.uuid == result._task._uuid and host in task.waits_for:
                task.waits_for.remove(host)
                task.done += 1
                task.failed += failed
            if failed:
                self._hosts.discard(host)
            else:
                self._hosts.add(host)
            if self._wave is not None:
                self._wave.note(host, failed, changed)

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._done(result, changed=bool(result._result.get("changed")))

    def v2_runner_on_skipped(self, result: t.Any) -> None:
        self._done(result)

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._done(result, failed=not ignore_errors)

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._done(result, failed=not result._task.ignore_unreachable)

    def _item(self, result: t.Any) -> None:
        with self._lock:
            if self._task is not None and self._task.uuid == result._task._uuid:
                self._task.items += 1

    v2_runner_item_on_ok = v2_runner_item_on_skipped = v2_runner_item_on_failed = _item

    def _forget_task(self) -> None:
        with self._lock:
            self._task = None

    def _beat(self, interval: int) -> None:
        while not self._ended.wait(1):
            with self._lock:
                task, now = self._task, time.monotonic()
                line = task.line(now, interval) if task is not None else None
            if line:
                self._display.display(line, color=C.COLOR_SKIP)
