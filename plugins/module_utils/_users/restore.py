# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back of SecSign IDs to how a snapshot has them."""

from __future__ import annotations

import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Context
from ansible_collections.secsign.nextcloud.plugins.module_utils._options import with_defaults
from ansible_collections.secsign.nextcloud.plugins.module_utils._users.secsign_ids import (
    DesiredId,
    SecSignIds,
    check_id,
)


class RestoreIds(SecSignIds):
    """``params``: a snapshot, and the ``app_id`` that is meant. Only the users whom the change touched are in it."""

    def __init__(self, params: t.Mapping[str, t.Any], context: Context) -> None:
        options = with_defaults(self.SPEC, unknown_users="report", allow_shared_ids=True, guard="off")
        super().__init__(dict(options, app_id=params["app_id"]), context)
        for uid, was in params["users"].items():
            entry = next((e for e in was["ids"] if e["app"] == params["app_id"] and e["id"]), None)
            enabled = bool(entry and entry["enabled"] and was["providers"].get(params["app_id"]))
            self._list[uid] = DesiredId(check_id(entry["id"], uid) if entry else None, enabled, absent=entry is None)
