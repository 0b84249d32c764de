# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts that lead back to a snapshot: what the module rollback does."""

from __future__ import annotations

import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._app.restore import RestoreApp
from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Context, Part, first_read
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.restore import RestoreSaml
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import SECSIGN_APPS
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import SAML_APP, Query
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.transport import Nextcloud
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import APP_ID_SPEC, check_app_id
from ansible_collections.secsign.nextcloud.plugins.module_utils._snapshot import Restore, load
from ansible_collections.secsign.nextcloud.plugins.module_utils._users.restore import RestoreIds

SPEC: dict[str, t.Any] = dict(
    {
        "snapshot_dir": {"type": "path", "default": "/var/lib/secsign-nextcloud"},
        "snapshot": {"type": "str", "default": "latest"},
    },
    **APP_ID_SPEC,
)


def roll_back(params: t.Mapping[str, t.Any], context: Context) -> list[Part]:
    """The parts that lead back to a snapshot."""
    nextcloud = t.cast(Nextcloud, context.nextcloud)
    state, _taken_up = first_read(nextcloud, Query(users=True, apps=set(SECSIGN_APPS)), context.check_mode)
    snapshot = load(params["snapshot_dir"], state.server.root, params["snapshot"])
    app_id = state.server.secsign_app(check_app_id(params["app_id"]))
    of_app, of_saml = dict(snapshot, app_id=app_id), dict(snapshot, app_id=SAML_APP)
    parts: list[Part] = []
    if snapshot["users"]:
        parts.append(RestoreIds(of_app, context))
    if app_id in snapshot["apps"]:
        parts.append(RestoreApp(of_app, context))
    restores: list[Part] = [Restore(snapshot, context)]
    if snapshot.get("saml") is not None:
        app, saml = RestoreApp(of_saml, context), RestoreSaml(snapshot, context)
        # the app has to be there for its settings; one that was off before is switched off after them
        restores += [app, saml] if snapshot["apps"].get(SAML_APP, {}).get("enabled") else [saml, app]
    # who need not use a second factor then must be free of it before the provider goes, and the other way round
    return [*parts, *restores] if snapshot["policy"]["enforced"] == "true" else [*restores, *parts]
