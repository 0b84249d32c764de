# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between stored and wanted SAML settings, and the step that writes it."""

from __future__ import annotations

import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Bridge, Step
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.options import Option, key_sum
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import SAML_APP, Saml, State


def differs(option: Option, stored: str, wanted: str) -> bool:
    return bool(option.form.read(stored) != option.form.read(wanted))


def changes_of(stored: t.Mapping[str, str], wanted: t.Mapping[Option, str]) -> dict[str, str | None]:
    """None takes a key away, as an empty text does in the app's own form."""
    changes: dict[str, str | None] = {}
    for option, text in wanted.items():
        if not text:
            if stored.get(option.key):
                changes[option.key] = None
        elif option.key not in stored or differs(option, stored[option.key], text):
            changes[option.key] = text
    return changes


def write_step(providers: t.Mapping[int, t.Any], settings: t.Mapping[str, str | None]) -> Step:
    what = ["{}={}".format(key, settings[key] or "''") for key in sorted(settings)]
    for number, changes in sorted(providers.items()):
        what.append(
            "provider {}: {}".format(number, "removed" if changes is None else " ".join(sorted(changes)) or "made")
        )
    request = {
        "sets": "; ".join(what),
        "providers": {str(number): changes for number, changes in providers.items()},
        "settings": settings,
    }
    return Bridge("write_saml", request)


def state_after(state: State, providers: t.Mapping[int, t.Any], settings: t.Mapping[str, str | None]) -> State:
    saml = t.cast(Saml, state.saml)
    then = {number: dict(values) for number, values in saml.providers.items()}
    for number, changes in providers.items():
        if changes is None:
            del then[number]
            continue
        values = then.setdefault(number, {})
        for key, text in changes.items():
            if text is None:
                values.pop(key, None)
            else:
                values[key] = key_sum(text) if key == "sp-privateKey" and not text.startswith("sha256:") else text
    return state.with_settings(SAML_APP, settings)._replace(saml=saml._replace(providers=then))


def result_facts(state: State) -> dict[str, t.Any]:
    addresses = t.cast(Saml, state.saml).addresses
    return {} if addresses is None else {"service_provider": dict(addresses)}
