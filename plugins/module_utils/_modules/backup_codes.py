# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A set of backup codes for one user, which nobody but the operator gets to see."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._audit_log import (
    append_line,
    check_writable,
    invoking_user,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import Query, read
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.transport import Nextcloud
from ansible_collections.secsign.nextcloud.plugins.module_utils._text import printable, stamp

SPEC: dict[str, t.Any] = {
    "user": {"type": "str", "required": True},
    "path": {"type": "path", "required": True},
    "vault": {"type": "bool", "default": False},
    "replace": {"type": "bool", "default": False},
    "reason": {"type": "str", "required": True},
    "requested_by": {"type": "str"},
    "audit_log": {"type": "path", "default": "/var/log/secsign-nextcloud-audit.jsonl"},
}


def issue(nextcloud: Nextcloud, params: t.Mapping[str, t.Any], check_mode: bool) -> dict[str, t.Any]:
    """The module's result.

    ``codes`` in it are for the action plugin, which writes them to the file and takes them out.
    """
    user, reason = params["user"], params["reason"].strip()
    requested_by = params["requested_by"] or invoking_user()
    if not reason:
        raise NextcloudError("reason_missing")
    check_writable(params["audit_log"])
    state = read(nextcloud, Query(some_users={user}, names={user}))
    user = state.find("user", [user])[user]
    left = state.users[0].backup_codes if state.users else None
    result: dict[str, t.Any] = {
        "changed": not left or params["replace"],
        "diff": {
            "before": {"user": user, "backup_codes": left or 0},
            "after": {"user": user, "backup_codes": left or 10},
        },
    }
    if not result["changed"] or check_mode:
        return result
    result["codes"] = nextcloud.ask("make_backup_codes", user=user).data["codes"]
    again = read(nextcloud, Query(some_users={user})).users
    count = again[0].backup_codes if again else None
    if count != len(result["codes"]):
        raise NextcloudError("nothing_changed_as_asked", detail=f"backup_codes: {user} has {count}")
    result["diff"]["after"]["backup_codes"] = count
    nextcloud.ask("write_log", message=printable(f"{requested_by} issued backup codes for {user}: {reason}"))
    line = {
        "time": stamp(int(time.time())),
        "nextcloud": nextcloud.root,
        "who": requested_by,
        "whom": user,
        "what": "backup_codes",
        "why": reason,
    }
    append_line(params["audit_log"], line)
    return result
