# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts that lead back to a snapshot: what the module rollback does."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.secsign.nextcloud.plugins.module_utils._app.part import AppPart
from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Part, first_read
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.run import downloader
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.part import RestoreSaml
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import SAML_APP, SECSIGN_APPS, Query
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.transport import Nextcloud
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import APP_ID_SPEC, check_app_id
from ansible_collections.secsign.nextcloud.plugins.module_utils._snapshot import Restore, app_options, id_options, load
from ansible_collections.secsign.nextcloud.plugins.module_utils._users.secsign_ids import SecSignIds

SPEC: dict[str, t.Any] = dict(
    {
        "snapshot_dir": {"type": "path", "default": "/var/lib/secsign-nextcloud"},
        "snapshot": {"type": "str", "default": "latest"},
    },
    **APP_ID_SPEC,
)


def roll_back(module: AnsibleModule, nextcloud: Nextcloud) -> list[Part]:
    """The parts that lead back to a snapshot."""
    state, _taken_up = first_read(nextcloud, Query(users=True, apps=set(SECSIGN_APPS)), module.check_mode)
    snapshot = load(module.params["snapshot_dir"], state.server.root, module.params["snapshot"])
    app_id = state.server.secsign_app(check_app_id(module.params["app_id"]))
    restore = Restore(snapshot)
    parts: list[Part] = []
    if snapshot["users"]:
        defaults: dict[str, t.Any] = {
            "pattern": None,
            "pattern_groups": [],
            "prune": False,
            "unknown_users": "report",
            "allow_shared_ids": True,
            "guard": "off",
        }
        parts.append(SecSignIds(dict(defaults, **id_options(snapshot, app_id))))
    if app_id in snapshot["apps"]:
        parts.append(AppPart(app_options(snapshot, app_id), downloader(module, {}), module.check_mode))
    restores: list[Part] = [restore]
    if snapshot.get("saml") is not None:
        was = snapshot["apps"].get(SAML_APP, {})
        app = AppPart(app_options(snapshot, SAML_APP), downloader(module, {}), module.check_mode)
        saml = RestoreSaml(snapshot)
        # the app has to be there for its settings; one that was off before is switched off after them
        restores += [app, saml] if was.get("enabled") else [saml, app]
    # who need not use a second factor then must be free of it before the provider goes, and the other way round
    return [*parts, *restores] if snapshot["policy"]["enforced"] == "true" else [*restores, *parts]
