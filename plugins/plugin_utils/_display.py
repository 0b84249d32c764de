# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What -v, -vv and -vvv show of a task of this collection.

-v: what was planned and done, a line for each step. -vv: besides, each start of PHP and how long it took. -vvv:
besides, the whole occ command or question to the bridge and how much went to and fro. Secrets are in none of them. The
whole result, which -v of Ansible prints in JSON, comes with -vvvv. Control characters are escaped in all of it.
"""

from __future__ import annotations

import json
import typing as t

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.secsign.nextcloud.plugins.module_utils._text import printable
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._answers import received, shown

_MANY = 1000  # entries from which on it is said beforehand that it will take its time
_SHORT = 100  # characters of a call at -vv

display = Display()


def display_result(action: ActionBase, answer: t.Mapping[str, t.Any], task_vars: t.Any) -> dict[str, t.Any]:
    """The result as Ansible may have it, less what was only asked for to be shown."""
    result = received(answer, action._task.action.rpartition(".")[2])
    trace = result.pop("trace", [])
    if display.verbosity < 1 or _silent(action):
        return result
    host = _host(task_vars)
    for line in _steps(result, action._task.check_mode):
        display.v(printable(line), host=host)
    for number, call in enumerate(trace, 1):
        what = call["what"] if display.verbosity > 2 else _shortened(call["what"])
        sizes = (
            " (sent {}, received {} bytes, exit {})".format(call["sent"], call["received"], call["rc"])
            if display.verbosity > 2
            else ""
        )
        display.vv("PHP {} of {}: {:.2f} s  {}{}".format(number, len(trace), call["seconds"], what, sizes), host=host)
    if trace:
        display.vv(
            "PHP started {}, {:.2f} s in all".format(_times(len(trace)), sum(call["seconds"] for call in trace)),
            host=host,
        )
    if display.verbosity > 3 and not result.get("failed"):
        # Ansible itself would print it as it is
        display.vvvv(json.dumps(shown(result), default=str, ensure_ascii=False, indent=4, sort_keys=True), host=host)
    result["_ansible_verbose_override"] = True
    return result


def announce(action: ActionBase, count: int, what: str, task_vars: t.Any) -> None:
    """Before long work: how much of it there is."""
    if count >= _MANY and not _silent(action):
        display.display(f"[{printable(_host(task_vars))}] {count:,} {what}, in one go")


def _steps(result: t.Mapping[str, t.Any], check_mode: bool) -> t.Iterator[str]:
    commands = result.get("commands")
    if result.get("failed"):
        for number, command in enumerate(commands or (), 1):
            yield f"done before it failed, {number}: {command}"
        return
    if commands is not None and not commands:
        yield "nothing to do"
    for number, command in enumerate(commands or (), 1):
        yield "{} {} of {}: {}".format("would do" if check_mode else "did", number, len(commands or ()), command)
    users = result.get("users_summary")
    if users:
        yield "read Nextcloud {} with {:,} users".format(result["nextcloud"]["release"], users["total"])


def _shortened(text: str) -> str:
    return text if len(text) <= _SHORT else text[: _SHORT - 3] + "..."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _silent(action: ActionBase) -> bool:
    return bool(action._task.no_log)


def _host(task_vars: t.Any) -> str:
    return str((task_vars or {}).get("inventory_hostname", "?"))
