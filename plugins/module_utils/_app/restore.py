# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back of an app to how a snapshot has it."""

from __future__ import annotations

import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._app.part import AppPart
from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Context
from ansible_collections.secsign.nextcloud.plugins.module_utils._options import with_defaults


class RestoreApp(AppPart):
    """``params``: a snapshot, and the ``app_id`` that is meant."""

    may_downgrade = True

    def __init__(self, params: t.Mapping[str, t.Any], context: Context) -> None:
        was = params["apps"].get(params["app_id"], {"present": False})
        options: dict[str, t.Any] = {"state": "absent"}
        if was["present"]:
            options = {"state": "enabled" if was["enabled"] else "disabled"}
            if was["enabled"]:
                options["groups"] = was["groups"]
            if "archive" in was:
                options.update(source=was["archive"]["path"], sha256=was["archive"]["sha256"])
        super().__init__(dict(with_defaults(self.SPEC, **options), app_id=params["app_id"]), context)
