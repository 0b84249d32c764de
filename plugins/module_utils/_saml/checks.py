# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of SAML settings is refused, and what is warned of."""

from __future__ import annotations

import hashlib
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.metadata import parse_metadata, verified_mark
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.options import (
    BY_KEY,
    CERTIFICATE,
    DAY,
    FROM_METADATA,
    NEEDED,
    NEEDS_OWN_KEY,
    PROVIDER,
    SECURITY,
    Option,
    bad_option,
    check_url,
    option_name,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.views import certificates
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import SAML_APP, Saml, State
from ansible_collections.secsign.nextcloud.plugins.module_utils._text import stamp


def check_options(params: t.Mapping[str, t.Any], wanted: t.Sequence[t.Mapping[str, t.Any]]) -> None:
    numbers = [provider["id"] for provider in wanted]
    for number in numbers:
        if number < 1 or numbers.count(number) > 1:
            raise bad_option(
                "identity_providers",
                "the id {} {}".format(number, "appears twice" if number > 0 else "is not valid; use 1 or more"),
            )
    if params["prune"] and params.get("identity_providers") is None:
        raise bad_option("prune", "needs identity_providers, or it would take all of them away")
    if params["certificate_warn_days"] < 0:
        raise bad_option("certificate_warn_days", "must be 0 or more")
    for provider in wanted:
        for name in ("sso_url", "slo_url", "slo_response_url"):
            if provider.get(name):
                check_url(option_name(provider, name), provider[name])
        pair = provider.get("service_provider") or {}
        if bool(pair.get("certificate")) != bool(pair.get("private_key")):
            raise bad_option(
                option_name(provider, "service_provider"), "certificate and private_key belong together; give both"
            )
        mark = provider.get("metadata_certificate")
        if mark is not None and mark != verified_mark(provider.get("metadata") or ""):
            # the action plugin, which verifies, reads a list of dictionaries only
            problem = "the metadata was not verified on the control node"
            detail = problem + "; give identity_providers as a list of dictionaries"
            raise NextcloudError("saml_signature", option=option_name(provider, "metadata_certificate"), detail=detail)


def check_certificates(
    state: State,
    values_of: t.Mapping[int, t.Mapping[Option, str]],
    wanted: t.Sequence[t.Mapping[str, t.Any]],
    validate: bool,
) -> None:
    saml = t.cast(Saml, state.saml)
    for number, values in values_of.items():
        for option, text in values.items():
            if option.form is not CERTIFICATE or not text:
                continue
            name = f"identity_providers[id={number}].{option.name}"
            facts = saml.certificate(text)
            if facts is None:
                raise NextcloudError(
                    "saml_certificate",
                    option=name,
                    detail="cannot be read as an X.509 certificate; give its PEM text",
                )
            if validate and facts.not_after <= state.now:
                detail = (
                    f"({facts.subject}) expired on {stamp(facts.not_after)}; take the new one from the identity"
                    " provider"
                )
                raise NextcloudError("saml_certificate", option=name, detail=detail)
            if validate and facts.not_before > state.now:
                detail = (
                    f"({facts.subject}) is not valid before {stamp(facts.not_before)}; look at the clock of this host"
                )
                raise NextcloudError("saml_certificate", option=name, detail=detail)
    for provider in wanted:
        pair = provider.get("service_provider") or {}
        found = saml.pairs.get((pair.get("certificate") or "", pair.get("private_key") or ""), "fits")
        if pair.get("private_key") and found != "fits":
            detail = (
                "cannot be read; give it as PEM without a passphrase"
                if found == "unreadable"
                else "does not belong to the certificate beside it"
            )
            raise NextcloudError(
                "saml_certificate", option=option_name(provider, "service_provider.private_key"), detail=detail
            )


def check_keys(saml: Saml, providers: t.Mapping[int, t.Mapping[str, t.Any] | None], version: str | None) -> None:
    """user_saml drops what it does not know without a word."""
    if saml.keys is None:
        return
    unknown = sorted(
        {
            BY_KEY[key].name
            for changes in providers.values()
            for key, value in (changes or {}).items()
            if value and key not in saml.keys
        }
    )
    if unknown:
        raise NextcloudError("saml_app_old", version=version, detail="it does not take {}".format(", ".join(unknown)))


def check_complete(after: State, named: set[int]) -> None:
    providers = t.cast(Saml, after.saml).providers
    for number in sorted(named):
        lacking = [o.name for o in PROVIDER if o.name in NEEDED and not providers[number].get(o.key, "").strip()]
        if lacking:
            raise NextcloudError("saml_incomplete", who=f"identity provider {number}", detail=", ".join(lacking))
        unsigned = [name for name in NEEDS_OWN_KEY if providers[number].get("security-" + SECURITY[name]) == "1"]
        if unsigned and not providers[number].get("sp-privateKey"):
            detail = "service_provider (certificate and private_key), which {} needs,".format(", ".join(unsigned))
            raise NextcloudError("saml_incomplete", who=f"identity provider {number}", detail=detail)
    if after.settings[SAML_APP].get("type") == "saml" and not any(is_complete(values) for values in providers.values()):
        raise NextcloudError("saml_incomplete", who="SAML", detail="an identity provider")


def provider_warnings(state: State, wanted: t.Sequence[t.Mapping[str, t.Any]]) -> list[str]:
    warnings = []
    for provider in wanted:
        if provider["state"] == "absent":
            continue
        values = t.cast(Saml, state.saml).providers[provider["id"]]
        for key in ("idp-singleSignOnService.url", "idp-singleLogoutService.url"):
            if values.get(key, "").startswith("http://"):
                warnings.append(
                    "identity provider {}: {} is not encrypted; use https.".format(provider["id"], values[key])
                )
        if provider.get("metadata") and values.get("security-authnRequestsSigned") != "1":
            read = parse_metadata(provider["metadata"], provider.get("entity_id"), state.now)
            if read.wants_signed_requests:
                text = (
                    "identity provider {0} wants signed requests: set security.authn_requests_signed, and a key in"
                    " service_provider."
                )
                warnings.append(text.format(provider["id"]))
    return warnings


def trust_warnings(
    changes: t.Mapping[int, t.Mapping[str, t.Any] | None], wanted: t.Sequence[t.Mapping[str, t.Any]]
) -> tuple[str, ...]:
    """One for all: what is trusted where a value comes from metadata that nobody has verified."""
    names, pinned = [], True
    for provider in wanted:
        if not provider.get("metadata") or provider.get("metadata_certificate"):
            continue
        of_metadata = {o.key for o in PROVIDER if o.name in FROM_METADATA and provider.get(o.name) is None}
        if of_metadata & set(changes.get(provider["id"]) or ()):
            names.append(option_name(provider, "metadata"))
            pinned = pinned and provider.get("certificate") is not None
    if not names:
        return ()
    risk = "can send users to another login page" if pinned else "can log in as any user"
    text = "{0}: the signature was not verified. An attacker who controls the source of the metadata {1}. {2}"
    return (text.format(", ".join(names), risk, "Set metadata_certificate."),)


def certificate_warnings(state: State, warn_days: int) -> tuple[str, ...]:
    """Of every certificate that is stored, whoever stored it: with the day on which it ends, nobody logs in
    through it any more."""
    warnings = []
    for number, key, _text, facts in certificates(state):
        whose = (
            f"identity provider {number}: its certificate"
            if key == "idp-x509cert"
            else f"identity provider {number}: Nextcloud's own certificate"
        )
        if facts is None:
            warnings.append(f"{whose} cannot be read as one.")
        elif facts.not_after <= state.now:
            warnings.append(f"{whose} expired on {stamp(facts.not_after)}.")
        elif facts.not_after < state.now + warn_days * DAY:
            warnings.append(
                f"{whose} expires in {(facts.not_after - state.now) // DAY} days, on {stamp(facts.not_after)}."
            )
        if facts is not None and facts.rsa_bits is not None and facts.rsa_bits < 2048:
            warnings.append(f"{whose} has an RSA key of {facts.rsa_bits} bits only.")
    return tuple(warnings)


def is_complete(values: t.Mapping[str, str]) -> bool:
    return all(values.get(key, "").strip() for key in ("idp-entityId", "idp-singleSignOnService.url"))


def is_known(saml: Saml, text: str) -> bool:
    return hashlib.sha256(text.encode()).hexdigest() in saml.certificates
