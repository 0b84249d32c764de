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

import hashlib
import re
import typing as t
from dataclasses import dataclass
from urllib.parse import urlsplit

from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Bridge, NeedsMoreState, Part, Plan, Step
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.guard import factors_of
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import (
    MANAGED_GROUPS,
    STORE,
    current_scope,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.login import (
    EXEMPT,
    NOT_IN_SCOPE,
    READY,
    WILL_ENROL,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.metadata import (
    Metadata,
    MetadataError,
    parse_metadata,
    verified_mark,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.info_xml import fits
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import (
    SAML_APP,
    SECSIGN_APPS,
    Certificate,
    Query,
    Saml,
    State,
    User,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import SWITCH, TEXT, Form
from ansible_collections.secsign.nextcloud.plugins.module_utils._text import stamp

# Since then an identity provider is a row of a table, and no longer a set of app settings.
_OLDEST_APP = "5.0.0"
# Nextcloud's own form, with a button for each identity provider.
_FORM_APP, _FORM_MAJOR = "8.2.0", 34
_DAY = 24 * 60 * 60

_FLAG = Form(write=lambda value: "1" if value else "0", read=SWITCH.read)
_LIST = Form(write=",".join, read=lambda text: [item.strip() for item in text.split(",") if item.strip()])
# a certificate counts by what it is, however its text is broken into lines
_CERTIFICATE = Form(write=str, read=lambda text: re.sub(r"-----[^-]*-----|\s+", "", text))
_KEY = Form(write=str, read=lambda text: text if text.startswith("sha256:") or not text else key_sum(text))


def key_sum(text: str) -> str:
    """As the bridge tells a stored private key."""
    return "sha256:" + hashlib.sha256(re.sub(r"\s+", "", text).encode()).hexdigest()


@dataclass(frozen=True)
class _Option:
    """An option, by its path, and the key under which the app stores it."""

    path: tuple[str, ...]
    key: str
    form: Form = TEXT

    @property
    def name(self) -> str:
        return ".".join(self.path)


_GENERAL = (
    _Option(("type",), "type"),
    _Option(("multiple_user_back_ends",), "general-allow_multiple_user_back_ends", _FLAG),
    _Option(("require_provisioned_account",), "general-require_provisioned_account", _FLAG),
    _Option(("direct_login_name",), "directLoginName"),
    _Option(("nextcloud_login_form",), "general-nextcloud_login_form", _FLAG),
)
_MAPPED = {
    "display_name": "displayName_mapping",
    "email": "email_mapping",
    "quota": "quota_mapping",
    "groups": "group_mapping",
    "group_prefix": "group_mapping_prefix",
    "home": "home_mapping",
    "mfa": "mfa_mapping",
    "user_id_ldap": "user_id_ldap_mapping",
}
_SECURITY = {
    "name_id_encrypted": "nameIdEncrypted",
    "authn_requests_signed": "authnRequestsSigned",
    "logout_request_signed": "logoutRequestSigned",
    "logout_response_signed": "logoutResponseSigned",
    "sign_metadata": "signMetadata",
    "want_messages_signed": "wantMessagesSigned",
    "want_assertions_signed": "wantAssertionsSigned",
    "want_assertions_encrypted": "wantAssertionsEncrypted",
    "want_name_id": "wantNameId",
    "want_name_id_encrypted": "wantNameIdEncrypted",
    "want_xml_validation": "wantXMLValidation",
    "lowercase_urlencoding": "lowercaseUrlencoding",
    "slo_web_server_decode": "sloWebServerDecode",
}
_PROVIDER = (
    _Option(("display_name",), "general-idp0_display_name"),
    _Option(("uid_mapping",), "general-uid_mapping"),
    _Option(("entity_id",), "idp-entityId"),
    _Option(("sso_url",), "idp-singleSignOnService.url"),
    _Option(("slo_url",), "idp-singleLogoutService.url"),
    _Option(("slo_response_url",), "idp-singleLogoutService.responseUrl"),
    _Option(("certificate",), "idp-x509cert", _CERTIFICATE),
    _Option(("request_by_post",), "general-is_saml_request_using_post", _FLAG),
    _Option(("passthrough_parameters",), "idp-passthroughParameters", _LIST),
    *(_Option(("attribute_mapping", name), "saml-attribute-mapping-" + key) for name, key in _MAPPED.items()),
    *(_Option(("security", name), "security-" + key, _FLAG) for name, key in _SECURITY.items()),
    _Option(("security", "signature_algorithm"), "security-signatureAlgorithm"),
    _Option(("service_provider", "entity_id"), "sp-entityId"),
    _Option(("service_provider", "certificate"), "sp-x509cert", _CERTIFICATE),
    _Option(("service_provider", "private_key"), "sp-privateKey", _KEY),
    _Option(("service_provider", "name_id_format"), "sp-name-id-format"),
    _Option(("user_filter", "reject_groups"), "saml-user-filter-reject_groups", _LIST),
    _Option(("user_filter", "require_groups"), "saml-user-filter-require_groups", _LIST),
)
_OF_METADATA = ("entity_id", "sso_url", "slo_url", "slo_response_url", "certificate")
_BY_KEY = {option.key: option for option in _PROVIDER}
# without one of these nobody can log in through it, and user_saml of some releases shows an error to everybody
_NEEDED = ("entity_id", "sso_url", "certificate", "uid_mapping")
_NEEDS_OWN_KEY = (
    "authn_requests_signed",
    "logout_request_signed",
    "logout_response_signed",
    "sign_metadata",
    "want_assertions_encrypted",
)


def _suboptions(names: t.Iterable[str], kind: str) -> dict[str, t.Any]:
    return {name: {"type": kind} for name in names}


PROVIDER_SPEC: dict[str, t.Any] = {
    "id": {"type": "int", "default": 1},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "metadata": {"type": "str"},
    "metadata_certificate": {"type": "str"},
    "display_name": {"type": "str"},
    "uid_mapping": {"type": "str"},
    "entity_id": {"type": "str"},
    "sso_url": {"type": "str"},
    "slo_url": {"type": "str"},
    "slo_response_url": {"type": "str"},
    "certificate": {"type": "str"},
    "request_by_post": {"type": "bool"},
    "passthrough_parameters": {"type": "list", "elements": "str", "no_log": False},  # the name sounds like a secret's
    "attribute_mapping": {"type": "dict", "options": _suboptions(_MAPPED, "str")},
    "security": {"type": "dict", "options": dict(_suboptions(_SECURITY, "bool"), signature_algorithm={"type": "str"})},
    "service_provider": {
        "type": "dict",
        "options": {
            "entity_id": {"type": "str"},
            "certificate": {"type": "str"},
            "private_key": {"type": "str", "no_log": True},
            "name_id_format": {"type": "str"},
        },
    },
    "user_filter": {
        "type": "dict",
        "options": {
            "reject_groups": {"type": "list", "elements": "str"},
            "require_groups": {"type": "list", "elements": "str"},
        },
    },
}


class SamlPart(Part):
    title = "saml"

    SPEC: t.ClassVar[dict[str, t.Any]] = {
        "type": {"type": "str", "choices": ["saml", "environment-variable", "none"]},
        "multiple_user_back_ends": {"type": "bool"},
        "require_provisioned_account": {"type": "bool"},
        "direct_login_name": {"type": "str"},
        "nextcloud_login_form": {"type": "bool"},
        "identity_providers": {"type": "list", "elements": "dict", "options": PROVIDER_SPEC},
        "prune": {"type": "bool", "default": False},
        "guard": {"type": "str", "choices": ["strict", "direct_login", "off"], "default": "strict"},
        "validate_certificates": {"type": "bool", "default": True},
        "certificate_warn_days": {"type": "int", "default": 30},
    }

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self._general = {o: o.form.write(params[o.name]) for o in _GENERAL if params.get(o.name) is not None}
        if params.get("type") == "none":
            self._general[_GENERAL[0]] = ""
        self._wanted: list[t.Mapping[str, t.Any]] = list(params.get("identity_providers") or ())
        self._prune: bool = params["prune"]
        self._guard: str = params["guard"]
        self._validate: bool = params["validate_certificates"]
        self._warn_days: int = params["certificate_warn_days"]
        self._check_options(params)

    def _check_options(self, params: t.Mapping[str, t.Any]) -> None:
        numbers = [provider["id"] for provider in self._wanted]
        for number in numbers:
            if number < 1 or numbers.count(number) > 1:
                raise _bad(
                    "identity_providers",
                    "the id {} {}".format(number, "stands there twice" if number > 0 else "is no number from 1 on"),
                )
        if self._prune and params.get("identity_providers") is None:
            raise _bad("prune", "needs identity_providers, or it would take all of them away")
        if self._warn_days < 0:
            raise _bad("certificate_warn_days", "must be 0 or more")
        for provider in self._wanted:
            for name in ("sso_url", "slo_url", "slo_response_url"):
                if provider.get(name):
                    _check_url(_named(provider, name), provider[name])
            pair = provider.get("service_provider") or {}
            if bool(pair.get("certificate")) != bool(pair.get("private_key")):
                raise _bad(
                    _named(provider, "service_provider"), "certificate and private_key belong together; give both"
                )
            mark = provider.get("metadata_certificate")
            if mark is not None and mark != verified_mark(provider.get("metadata") or ""):
                # the action plugin, which verifies, reads a list of dictionaries only
                problem = "the metadata was not verified on the control node"
                detail = problem + "; give identity_providers as a list of dictionaries"
                raise NextcloudError("saml_signature", option=_named(provider, "metadata_certificate"), detail=detail)

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
        self._check_certificates(state, dict(values))
        providers: dict[int, dict[str, str | None] | None] = {}
        for number, wanted in values:
            changes = _changes(saml.providers.get(number, {}), wanted)
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
            if (
                stored.get(o.key) != text if o.form is TEXT else o.key not in stored or _differs(o, stored[o.key], text)
            )
        }
        if settings.get("type") == "" and "type" not in stored:
            del settings["type"]  # off is off
        if not providers and not settings:
            # an app that is only switched on brings back what is stored
            plan = Plan((), state, facts=_facts(state))
            switched_on = saml.keys is None and app.enabled
            return (
                self._guarded(plan, state, switched_on)
                if switched_on
                else plan._replace(warnings=self._certificate_warnings(state))
            )
        if not app.enabled or app.path is None:
            raise NextcloudError("saml_app", detail="not enabled" if app.path is not None else "not on this server")
        if app.version and re.match(r"\d", app.version) and not fits(app.version, _OLDEST_APP, None):
            raise NextcloudError("saml_app_old", version=app.version, detail=f"this needs version {_OLDEST_APP}")
        self._check_keys(saml, providers, app.version)
        if settings.get("general-nextcloud_login_form") == "1" and not _knows_form(state):
            detail = f"nextcloud_login_form needs version {_FORM_APP} on Nextcloud {_FORM_MAJOR}"
            raise NextcloudError("saml_app_old", version=app.version, detail=detail)
        after = _after(state, providers, settings)
        self._check_complete(after, kept)
        plan = self._guarded(Plan((_step(providers, settings),), after, facts=_facts(state)), state)
        return plan._replace(warnings=plan.warnings + self._trust_warnings(providers))

    def _values(self, provider: t.Mapping[str, t.Any], state: State) -> dict[_Option, str]:
        """The text to store for each option that is given, or that the metadata tell."""
        given: dict[str, t.Any] = dict(provider)
        if provider.get("metadata"):
            given = dict(given, **self._told_by_metadata(provider, state))
        values: dict[_Option, str] = {}
        for option in _PROVIDER:
            value: t.Any = given
            for name in option.path:
                value = value.get(name) if value else None
            if value is not None:
                values[option] = option.form.write(value)
        return values

    def _told_by_metadata(self, provider: t.Mapping[str, t.Any], state: State) -> dict[str, t.Any]:
        """What an option says besides has the last word."""
        try:
            read = parse_metadata(
                provider["metadata"], provider.get("entity_id"), state.now, bool(provider.get("request_by_post"))
            )
        except MetadataError as error:
            raise NextcloudError("saml_metadata", option=_named(provider, "metadata"), detail=str(error))
        told: dict[str, t.Any] = {"entity_id": read.entity_id, "sso_url": read.sso_url}
        told.update(slo_url=read.slo_url or "", slo_response_url=read.slo_response_url or "")
        for name, url in list(told.items()):
            if url and name != "entity_id":
                _check_url(_named(provider, "metadata"), url)
        if provider.get("certificate") is None:
            told["certificate"] = self._choose_certificate(provider, read, state)
        return {name: value for name, value in told.items() if provider.get(name) is None}

    def _choose_certificate(self, provider: t.Mapping[str, t.Any], read: Metadata, state: State) -> str:
        """user_saml takes one: the first that holds now, since a provider lists the one that it signs with first."""
        if not read.certificates:
            raise NextcloudError(
                "saml_metadata",
                option=_named(provider, "metadata"),
                detail="has no certificate for signing; give it in certificate",
            )
        saml = t.cast(Saml, state.saml)
        unknown = {text for text in read.certificates if not _known(saml, text)}
        if unknown:
            raise NeedsMoreState(certificates=unknown)
        for text in read.certificates:
            facts = saml.certificate(text)
            if facts is not None and facts.not_before <= state.now < facts.not_after:
                return text
        return read.certificates[0]

    # ------------------------------------------------------------------ refusing

    def _check_certificates(self, state: State, wanted: t.Mapping[int, t.Mapping[_Option, str]]) -> None:
        saml = t.cast(Saml, state.saml)
        for number, values in wanted.items():
            for option, text in values.items():
                if option.form is not _CERTIFICATE or not text:
                    continue
                name = f"identity_providers[id={number}].{option.name}"
                facts = saml.certificate(text)
                if facts is None:
                    raise NextcloudError(
                        "saml_certificate",
                        option=name,
                        detail="cannot be read as an X.509 certificate; give its PEM text",
                    )
                if self._validate and facts.not_after <= state.now:
                    detail = (
                        f"({facts.subject}) is over since {stamp(facts.not_after)}; take the new one from the identity"
                        " provider"
                    )
                    raise NextcloudError("saml_certificate", option=name, detail=detail)
                if self._validate and facts.not_before > state.now:
                    detail = (
                        f"({facts.subject}) holds only from {stamp(facts.not_before)} on; look at the clock of this"
                        " host"
                    )
                    raise NextcloudError("saml_certificate", option=name, detail=detail)
        for provider in self._wanted:
            pair = provider.get("service_provider") or {}
            found = saml.pairs.get((pair.get("certificate") or "", pair.get("private_key") or ""), "fits")
            if pair.get("private_key") and found != "fits":
                detail = (
                    "cannot be read; give it as PEM without a passphrase"
                    if found == "unreadable"
                    else "does not belong to the certificate beside it"
                )
                raise NextcloudError(
                    "saml_certificate", option=_named(provider, "service_provider.private_key"), detail=detail
                )

    def _check_keys(
        self, saml: Saml, providers: t.Mapping[int, t.Mapping[str, t.Any] | None], version: str | None
    ) -> None:
        """user_saml drops what it does not know without a word."""
        if saml.keys is None:
            return
        unknown = sorted(
            {
                _BY_KEY[key].name
                for changes in providers.values()
                for key, value in (changes or {}).items()
                if value and key not in saml.keys
            }
        )
        if unknown:
            raise NextcloudError(
                "saml_app_old", version=version, detail="it does not take {}".format(", ".join(unknown))
            )

    def _check_complete(self, after: State, named: set[int]) -> None:
        providers = t.cast(Saml, after.saml).providers
        for number in sorted(named):
            lacking = [o.name for o in _PROVIDER if o.name in _NEEDED and not providers[number].get(o.key, "").strip()]
            if lacking:
                raise NextcloudError("saml_incomplete", who=f"identity provider {number}", detail=", ".join(lacking))
            unsigned = [name for name in _NEEDS_OWN_KEY if providers[number].get("security-" + _SECURITY[name]) == "1"]
            if unsigned and not providers[number].get("sp-privateKey"):
                detail = "service_provider (certificate and private_key), which {} needs,".format(", ".join(unsigned))
                raise NextcloudError("saml_incomplete", who=f"identity provider {number}", detail=detail)
        if after.settings[SAML_APP].get("type") == "saml" and not any(
            _complete(values) for values in providers.values()
        ):
            raise NextcloudError("saml_incomplete", who="SAML", detail="an identity provider")

    # ------------------------------------------------------------------ the guard

    def _guarded(self, plan: Plan, before: State, switched_on: bool = False) -> Plan:
        state = plan.after
        warnings = list(self._certificate_warnings(state)) + self._other_warnings(state)
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
                "Two-factor login is enforced here, but Nextcloud asks nobody for a second factor who logs in through"
                " {}: that is now up to the identity provider.".format(
                    "SAML" if kind == "saml" else "an environment variable"
                )
            )
        return plan._replace(warnings=tuple(warnings))

    def _other_warnings(self, state: State) -> list[str]:
        warnings = []
        for provider in self._wanted:
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

    def _trust_warnings(self, changes: t.Mapping[int, t.Mapping[str, t.Any] | None]) -> tuple[str, ...]:
        """One for all: what is trusted where a value comes from metadata that nobody has verified."""
        names, pinned = [], True
        for provider in self._wanted:
            if not provider.get("metadata") or provider.get("metadata_certificate"):
                continue
            of_metadata = {o.key for o in _PROVIDER if o.name in _OF_METADATA and provider.get(o.name) is None}
            if of_metadata & set(changes.get(provider["id"]) or ()):
                names.append(_named(provider, "metadata"))
                pinned = pinned and provider.get("certificate") is not None
        if not names:
            return ()
        risk = "can send users to another login page" if pinned else "can log in as any user"
        text = "{0}: the signature was not verified. An attacker who controls the source of the metadata {1}. {2}"
        return (text.format(", ".join(names), risk, "Set metadata_certificate."),)

    def _certificate_warnings(self, state: State) -> tuple[str, ...]:
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
                warnings.append(f"{whose} is over since {stamp(facts.not_after)}.")
            elif facts.not_after < state.now + self._warn_days * _DAY:
                warnings.append(
                    f"{whose} is over in {(facts.not_after - state.now) // _DAY} days, on {stamp(facts.not_after)}."
                )
            if facts is not None and facts.rsa_bits is not None and facts.rsa_bits < 2048:
                warnings.append(f"{whose} has an RSA key of {facts.rsa_bits} bits only.")
        return tuple(warnings)

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


# ---------------------------------------------------------------------- what others ask about SAML too


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
    form = _knows_form(state) and SWITCH.read(stored.get("general-nextcloud_login_form", ""))
    return bool(form or SWITCH.read(stored.get("general-allow_multiple_user_back_ends", "")))


def _knows_form(state: State) -> bool:
    version = state.apps[SAML_APP].version
    return state.server.major >= _FORM_MAJOR and (
        version is None or not version[:1].isdigit() or fits(version, _FORM_APP, None)
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
    for option in _PROVIDER:
        text = saml.providers[number].get(option.key)
        if not text:
            continue
        value: t.Any = (
            certificate_view(saml.certificate(text)) if option.form is _CERTIFICATE else option.form.read(text)
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
    for option in _GENERAL:
        shown[option.name] = option.form.read(stored[option.key]) if option.key in stored else None
    shown["type"] = shown["type"] or "none"
    saml = t.cast(Saml, state.saml)
    shown["identity_providers"] = []
    for number in sorted(saml.providers):
        facts = saml.certificate(saml.providers[number].get("idp-x509cert", ""))
        days = None if facts is None else (facts.not_after - state.now) // _DAY
        shown["identity_providers"].append(dict(provider_view(state, number), id=number, certificate_days_left=days))
    return shown


def certificate_view(facts: Certificate | None) -> t.Any:
    if facts is None:
        return "not a certificate"
    return {"subject": facts.subject, "not_after": stamp(facts.not_after), "sha256": facts.sha256}


def _complete(values: t.Mapping[str, str]) -> bool:
    return all(values.get(key, "").strip() for key in ("idp-entityId", "idp-singleSignOnService.url"))


def _known(saml: Saml, text: str) -> bool:
    return hashlib.sha256(text.encode()).hexdigest() in saml.certificates


def _bad(option: str, detail: str) -> NextcloudError:
    return NextcloudError("bad_option", option=option, detail=detail)


def _named(provider: t.Mapping[str, t.Any], option: str) -> str:
    return "identity_providers[id={}].{}".format(provider["id"], option)


def _check_url(option: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("https", "http") and bool(parts.hostname) and not any(c.isspace() for c in url)
    except ValueError:
        good = False
    if not good:
        raise _bad(option, f"'{url[:120]}' is not an address of the form https://HOST/PATH")


def _differs(option: _Option, stored: str, wanted: str) -> bool:
    return bool(option.form.read(stored) != option.form.read(wanted))


def _changes(stored: t.Mapping[str, str], wanted: t.Mapping[_Option, str]) -> dict[str, str | None]:
    """None takes a key away, as an empty text does in the app's own form."""
    changes: dict[str, str | None] = {}
    for option, text in wanted.items():
        if not text:
            if stored.get(option.key):
                changes[option.key] = None
        elif option.key not in stored or _differs(option, stored[option.key], text):
            changes[option.key] = text
    return changes


def _step(providers: t.Mapping[int, t.Any], settings: t.Mapping[str, str | None]) -> Step:
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


def _after(state: State, providers: t.Mapping[int, t.Any], settings: t.Mapping[str, str | None]) -> State:
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
    kept = dict(state.settings.get(SAML_APP, {}))
    for key, text in settings.items():
        if text is None:
            kept.pop(key, None)
        else:
            kept[key] = text
    return state._replace(saml=saml._replace(providers=then), settings=dict(state.settings, **{SAML_APP: kept}))


def _facts(state: State) -> dict[str, t.Any]:
    addresses = t.cast(Saml, state.saml).addresses
    return {} if addresses is None else {"service_provider": dict(addresses)}


class RestoreSaml(Part):
    """As a snapshot has it.

    It holds no private key, so a pair of Nextcloud's own that has been changed since stays as it is.
    """

    title = "restore_saml"
    verify_immediately = True

    def __init__(self, snapshot: t.Mapping[str, t.Any]) -> None:
        self._providers: dict[int, t.Mapping[str, str]] = {
            int(number): values for number, values in snapshot["saml"]["providers"].items()
        }
        self._settings: t.Mapping[str, str] = snapshot["settings"].get(SAML_APP, {})

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
        return Plan((_step(providers, settings),), _after(state, providers, settings), warnings=tuple(warnings))

    def view(self, state: State) -> dict[str, t.Any]:
        numbers = sorted(t.cast(Saml, state.saml).providers)
        return {
            "settings": dict(state.settings.get(SAML_APP, {})),
            "identity_providers": {str(n): provider_view(state, n) for n in numbers},
        }
