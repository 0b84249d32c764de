# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Login through an identity provider: the app user_saml, its identity providers and its general settings.

Whoever comes in that way has shown everything to the identity provider; Nextcloud asks for no second factor, enforced
or not. And once the login page sends everybody there, an administrator without a password of Nextcloud's own gets in no
more when the identity provider, its certificate or the attribute mapping fails. So a change is refused that leaves no
such administrator, or no form.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Context, NeedsMoreState, Part, Plan
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import MANAGED_GROUPS, STORE
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.changes import (
    changes_of,
    differs,
    result_facts,
    state_after,
    write_step,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.checks import (
    certificate_warnings,
    check_certificates,
    check_complete,
    check_keys,
    check_options,
    is_known,
    provider_warnings,
    trust_warnings,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.metadata import (
    Metadata,
    MetadataError,
    parse_metadata,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.options import (
    FORM_APP,
    FORM_MAJOR,
    GENERAL,
    OLDEST_APP,
    PROVIDER,
    SPEC,
    Option,
    check_url,
    option_name,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.views import (
    admins_with_password,
    knows_form,
    provider_view,
    shows_form,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.info_xml import fits
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import SECSIGN_APPS
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import SAML_APP, Query, Saml, State
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import TEXT


class SamlPart(Part):
    title = "saml"

    SPEC = SPEC

    def __init__(self, params: t.Mapping[str, t.Any], context: Context) -> None:
        self._general = {o: o.form.write(params[o.name]) for o in GENERAL if params.get(o.name) is not None}
        if params.get("type") == "none":
            self._general[GENERAL[0]] = ""
        self._wanted: list[t.Mapping[str, t.Any]] = list(params.get("identity_providers") or ())
        self._prune: bool = params["prune"]
        self._guard: str = params["guard"]
        self._validate: bool = params["validate_certificates"]
        self._warn_days: int = params["certificate_warn_days"]
        check_options(params, self._wanted)

    # ------------------------------------------------------------------ the part

    def declare_reads(self, query: Query) -> None:
        query.saml = True
        query.apps.add(SAML_APP)
        query.settings |= {SAML_APP, STORE} | set(SECSIGN_APPS)
        # for the snapshot, which puts the policy back too
        query.members |= set(MANAGED_GROUPS)
        query.providers = True
        for provider in self._wanted:
            pair = provider.get("service_provider") or {}
            for text in (provider.get("certificate"), pair.get("certificate")):
                if text:
                    query.certificates.add(text)
            if pair.get("private_key"):
                query.pairs.add((pair["certificate"], pair["private_key"]))

    def plan(self, state: State) -> Plan:
        saml = t.cast(Saml, state.saml)
        app = state.apps[SAML_APP]
        values = [
            (provider["id"], self._values(provider, state))
            for provider in self._wanted
            if provider["state"] == "present"
        ]
        check_certificates(state, dict(values), self._wanted, self._validate)
        providers: dict[int, dict[str, str | None] | None] = {}
        for number, wanted in values:
            changes = changes_of(saml.providers.get(number, {}), wanted)
            if changes or number not in saml.providers:
                providers[number] = changes
        kept = {number for number, _wanted in values}
        gone = {p["id"] for p in self._wanted if p["state"] == "absent"} | (
            set(saml.providers) - kept if self._prune else set()
        )
        providers.update((number, None) for number in sorted(gone & set(saml.providers)))
        stored = state.settings.get(SAML_APP, {})
        settings: dict[str, str | None] = {
            o.key: text
            for o, text in self._general.items()
            if (stored.get(o.key) != text if o.form is TEXT else o.key not in stored or differs(o, stored[o.key], text))
        }
        if settings.get("type") == "" and "type" not in stored:
            del settings["type"]  # off is off
        if not providers and not settings:
            # an app that is only switched on brings back what is stored
            plan = Plan((), state, facts=result_facts(state))
            switched_on = saml.keys is None and app.enabled
            return (
                self._guarded(plan, state, switched_on)
                if switched_on
                else plan._replace(warnings=certificate_warnings(state, self._warn_days))
            )
        if not app.enabled or app.path is None:
            raise NextcloudError("saml_app", detail="not enabled" if app.path is not None else "not on this server")
        if app.version and re.match(r"\d", app.version) and not fits(app.version, OLDEST_APP, None):
            raise NextcloudError("saml_app_old", version=app.version, detail=f"this needs version {OLDEST_APP}")
        check_keys(saml, providers, app.version)
        if settings.get("general-nextcloud_login_form") == "1" and not knows_form(state):
            detail = f"nextcloud_login_form needs version {FORM_APP} on Nextcloud {FORM_MAJOR}"
            raise NextcloudError("saml_app_old", version=app.version, detail=detail)
        after = state_after(state, providers, settings)
        check_complete(after, kept)
        plan = self._guarded(Plan((write_step(providers, settings),), after, facts=result_facts(state)), state)
        return plan._replace(warnings=plan.warnings + trust_warnings(providers, self._wanted))

    def _values(self, provider: t.Mapping[str, t.Any], state: State) -> dict[Option, str]:
        """The text to store for each option that is given, or that the metadata contain."""
        given: dict[str, t.Any] = dict(provider)
        if provider.get("metadata"):
            given = dict(given, **self._read_metadata(provider, state))
        values: dict[Option, str] = {}
        for option in PROVIDER:
            value: t.Any = given
            for name in option.path:
                value = value.get(name) if value else None
            if value is not None:
                values[option] = option.form.write(value)
        return values

    def _read_metadata(self, provider: t.Mapping[str, t.Any], state: State) -> dict[str, t.Any]:
        """What an option says besides has the last word."""
        try:
            read = parse_metadata(
                provider["metadata"], provider.get("entity_id"), state.now, bool(provider.get("request_by_post"))
            )
        except MetadataError as error:
            raise NextcloudError("saml_metadata", option=option_name(provider, "metadata"), detail=str(error))
        found: dict[str, t.Any] = {"entity_id": read.entity_id, "sso_url": read.sso_url}
        found.update(slo_url=read.slo_url or "", slo_response_url=read.slo_response_url or "")
        for name, url in list(found.items()):
            if url and name != "entity_id":
                check_url(option_name(provider, "metadata"), url)
        if provider.get("certificate") is None:
            found["certificate"] = self._choose_certificate(provider, read, state)
        return {name: value for name, value in found.items() if provider.get(name) is None}

    def _choose_certificate(self, provider: t.Mapping[str, t.Any], read: Metadata, state: State) -> str:
        """user_saml takes one: the first that holds now, since a provider lists the one that it signs with first."""
        if not read.certificates:
            raise NextcloudError(
                "saml_metadata",
                option=option_name(provider, "metadata"),
                detail="has no certificate for signing; give it in certificate",
            )
        saml = t.cast(Saml, state.saml)
        unknown = {text for text in read.certificates if not is_known(saml, text)}
        if unknown:
            raise NeedsMoreState(certificates=unknown)
        for text in read.certificates:
            facts = saml.certificate(text)
            if facts is not None and facts.not_before <= state.now < facts.not_after:
                return text
        return read.certificates[0]

    # ------------------------------------------------------------------ refusing

    # ------------------------------------------------------------------ the guard

    def _guarded(self, plan: Plan, before: State, switched_on: bool = False) -> Plan:
        state = plan.after
        warnings = list(certificate_warnings(state, self._warn_days)) + provider_warnings(state, self._wanted)
        kind = state.settings.get(SAML_APP, {}).get("type", "")
        if not kind:
            return plan._replace(warnings=tuple(warnings))
        if state.users is None:
            raise NeedsMoreState(users=True)
        admins = admins_with_password(state)
        form = shows_form(state)
        address = "/login?direct=1"
        if self._guard != "off" and not admins:
            raise NextcloudError("guard_saml_admin")
        if self._guard == "strict" and not form:
            raise NextcloudError("guard_saml_form", address=address)
        if not admins:
            warnings.append(
                "guard=off: no administrator could log in if the identity provider fails, because none has a password"
                " of Nextcloud's own."
            )
        elif not form:
            warnings.append(
                "The login page has no password form any more: {} log in at {}.".format(", ".join(admins[:5]), address)
            )
        if state.policy.is_enforced and (switched_on or before.settings.get(SAML_APP, {}).get("type", "") != kind):
            warnings.append(
                "Two-factor authentication is enforced here, but Nextcloud asks nobody for a second factor who logs in"
                " through {}: that is now up to the identity provider.".format(
                    "SAML" if kind == "saml" else "an environment variable"
                )
            )
        return plan._replace(warnings=tuple(warnings))

    def view(self, state: State) -> dict[str, t.Any]:
        stored = state.settings.get(SAML_APP, {})
        shown: dict[str, t.Any] = {
            o.name: o.form.read(stored[o.key]) if o.key in stored else None for o in self._general
        }
        if "type" in shown:
            shown["type"] = shown["type"] or "none"
        if self._wanted or self._prune:
            numbers = sorted(t.cast(Saml, state.saml).providers) if self._prune else [p["id"] for p in self._wanted]
            shown["identity_providers"] = {
                str(n): provider_view(state, n) for n in numbers if n in t.cast(Saml, state.saml).providers
            }
        return shown
