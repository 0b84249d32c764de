# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How users log in through user_saml, in the words of the options, and which administrators need it."""

from __future__ import annotations

import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.guard import factors_of
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import current_scope
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.login import (
    EXEMPT,
    NOT_IN_SCOPE,
    READY,
    WILL_ENROL,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.options import (
    CERTIFICATE,
    DAY,
    FORM_APP,
    FORM_MAJOR,
    GENERAL,
    PROVIDER,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.info_xml import fits
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import (
    SAML_APP,
    Certificate,
    Saml,
    State,
    User,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import SWITCH
from ansible_collections.secsign.nextcloud.plugins.module_utils._text import stamp


def admins_with_password(state: State) -> list[str]:
    """Administrators who get in whatever becomes of an identity provider: by a password of Nextcloud's own, and past
    the second factor."""
    scope, factors = current_scope(state), factors_of(state, accept_insecure=True)
    return [user.uid for user in state.users or () if keeps_a_way_in(user, factors.classify(user, scope))]


def keeps_a_way_in(user: User, login_outcome: str) -> bool:
    return user.admin and user.local_password and login_outcome in (READY, WILL_ENROL, EXEMPT, NOT_IN_SCOPE)


def shows_form(state: State) -> bool:
    """Whether the login page still has a way to the password form. At /login?direct=1 it is there in any case."""
    stored = state.settings.get(SAML_APP, {})
    kind = stored.get("type", "")
    if kind != "saml":
        return not kind
    form = knows_form(state) and SWITCH.read(stored.get("general-nextcloud_login_form", ""))
    return bool(form or SWITCH.read(stored.get("general-allow_multiple_user_back_ends", "")))


def knows_form(state: State) -> bool:
    version = state.apps[SAML_APP].version
    return state.server.major >= FORM_MAJOR and (
        version is None or not version[:1].isdigit() or fits(version, FORM_APP, None)
    )


def certificates(state: State) -> t.Iterator[tuple[int, str, str, Certificate | None]]:
    """Of each identity provider: its number, the key, the text and what it says."""
    saml = t.cast(Saml, state.saml)
    for number, values in sorted(saml.providers.items()):
        for key in ("idp-x509cert", "sp-x509cert"):
            if values.get(key):
                yield number, key, values[key], saml.certificate(values[key])


def provider_view(state: State, number: int) -> dict[str, t.Any]:
    """An identity provider in the words of the options; of a certificate what it says, of a private key its sum."""
    saml = t.cast(Saml, state.saml)
    shown: dict[str, t.Any] = {}
    for option in PROVIDER:
        text = saml.providers[number].get(option.key)
        if not text:
            continue
        value: t.Any = (
            certificate_view(saml.certificate(text)) if option.form is CERTIFICATE else option.form.read(text)
        )
        group = shown
        for name in option.path[:-1]:
            group = group.setdefault(name, {})
        group[option.path[-1]] = value
    return shown


def info_view(state: State) -> dict[str, t.Any] | None:
    """How users log in where the app is enabled; None where it is not."""
    app = state.apps[SAML_APP]
    if not app.enabled or app.path is None:
        return None
    shown: dict[str, t.Any] = {"version": app.version, "password_form": shows_form(state)}
    stored = state.settings.get(SAML_APP, {})
    for option in GENERAL:
        shown[option.name] = option.form.read(stored[option.key]) if option.key in stored else None
    shown["type"] = shown["type"] or "none"
    saml = t.cast(Saml, state.saml)
    shown["identity_providers"] = []
    for number in sorted(saml.providers):
        facts = saml.certificate(saml.providers[number].get("idp-x509cert", ""))
        days = None if facts is None else (facts.not_after - state.now) // DAY
        shown["identity_providers"].append(dict(provider_view(state, number), id=number, certificate_days_left=days))
    return shown


def certificate_view(facts: Certificate | None) -> t.Any:
    if facts is None:
        return "not a certificate"
    return {"subject": facts.subject, "not_after": stamp(facts.not_after), "sha256": facts.sha256}
