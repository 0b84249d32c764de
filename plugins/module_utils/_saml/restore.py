# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back of SAML settings to how a snapshot has them."""

from __future__ import annotations

import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Context, Part, Plan
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.changes import state_after, write_step
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.views import provider_view
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import SAML_APP, Query, Saml, State


class RestoreSaml(Part):
    """As a snapshot has it.

    It holds no private key, so a pair of Nextcloud's own that has been changed since stays as it is.
    """

    title = "restore_saml"
    verify_immediately = True

    def __init__(self, params: t.Mapping[str, t.Any], context: Context) -> None:
        """``params``: a snapshot."""
        self._providers: dict[int, t.Mapping[str, str]] = {
            int(number): values for number, values in params["saml"]["providers"].items()
        }
        self._settings: t.Mapping[str, str] = params["settings"].get(SAML_APP, {})

    def declare_reads(self, query: Query) -> None:
        query.saml = True
        query.apps.add(SAML_APP)
        query.settings.add(SAML_APP)

    def plan(self, state: State) -> Plan:
        saml = t.cast(Saml, state.saml)
        warnings = []
        providers: dict[int, dict[str, str | None] | None] = {
            n: None for n in saml.providers if n not in self._providers
        }
        for number, wanted in self._providers.items():
            there = saml.providers.get(number, {})
            changes: dict[str, str | None] = {key: None for key in there if key not in wanted}
            changes.update({key: text for key, text in wanted.items() if there.get(key) != text})
            if changes.get("sp-privateKey") is not None:
                # of a key that was there only the sum is known
                changes = {key: text for key, text in changes.items() if key not in ("sp-privateKey", "sp-x509cert")}
                warnings.append(
                    f"identity provider {number}: its service_provider key is not kept in a snapshot and stays as it is"
                    " now."
                )
            if changes or number not in saml.providers:
                providers[number] = changes
        stored = state.settings.get(SAML_APP, {})
        settings: dict[str, str | None] = {key: None for key in stored if key not in self._settings}
        settings.update({key: text for key, text in self._settings.items() if stored.get(key) != text})
        if not providers and not settings:
            return Plan((), state, warnings=tuple(warnings))
        if not state.apps[SAML_APP].enabled:
            raise NextcloudError("saml_app", detail="not enabled")
        return Plan(
            (write_step(providers, settings),), state_after(state, providers, settings), warnings=tuple(warnings)
        )

    def view(self, state: State) -> dict[str, t.Any]:
        numbers = sorted(t.cast(Saml, state.saml).providers)
        return {
            "settings": dict(state.settings.get(SAML_APP, {})),
            "identity_providers": {str(n): provider_view(state, n) for n in numbers},
        }
