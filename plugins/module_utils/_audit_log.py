# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit log of unlocks: a file of JSON lines on the managed node."""

from __future__ import annotations

import json
import os
import pwd
import stat
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError


def whoever() -> str:
    """Who became the user that runs this."""
    return os.environ.get("SUDO_USER") or pwd.getpwuid(os.getuid()).pw_name


def append_line(path: str, line: t.Mapping[str, t.Any]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as stream:
        stream.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")


def check_writable(path: str) -> None:
    try:
        good = not stat.S_ISDIR(os.stat(path).st_mode) and os.access(path, os.W_OK)
    except FileNotFoundError:
        good = bool(path) and os.access(os.path.dirname(path) or ".", os.W_OK)
    except OSError:
        good = False
    if not good:
        raise NextcloudError("audit_log", detail=path)
