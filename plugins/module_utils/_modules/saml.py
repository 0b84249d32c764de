# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of the app user_saml and the app itself in one plan: what the module saml does."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.secsign.nextcloud.plugins.module_utils._app.part import AppPart
from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Part
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.run import downloader
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.twofactor import validated
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.part import SamlPart
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import SAML_APP
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.transport import Nextcloud

SPEC: dict[str, t.Any] = dict(SamlPart.SPEC, app={"type": "dict"}, snapshot_dir={"type": "path"})


def compose_saml(module: AnsibleModule, nextcloud: Nextcloud) -> list[Part]:
    """The settings, and the app that takes them; an app that goes, goes last."""
    saml = SamlPart(module.params)
    if module.params["app"] is None:
        return [saml]
    options = validated("app", module.params["app"], SAML_APP)
    app = AppPart(options, downloader(module, options), module.check_mode)
    return [app, saml] if options["state"] == "enabled" else [saml, app]
