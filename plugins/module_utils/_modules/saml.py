# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of the app user_saml and the app itself in one plan: what the module saml does."""

from __future__ import annotations

import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._app.part import AppPart
from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Context, Part
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.twofactor import validated
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.part import SamlPart
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import SAML_APP

SPEC: dict[str, t.Any] = dict(SamlPart.SPEC, app={"type": "dict"}, snapshot_dir={"type": "path"})


def compose_saml(params: t.Mapping[str, t.Any], context: Context) -> list[Part]:
    """The settings, and the app that takes them; an app that goes, goes last."""
    saml = SamlPart(params, context)
    if params["app"] is None:
        return [saml]
    options = validated("app", params["app"], SAML_APP)
    app = AppPart(options, context)
    return [app, saml] if options["state"] == "enabled" else [saml, app]
