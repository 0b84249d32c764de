# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the module saml, and the keys under which the app user_saml stores them."""

from __future__ import annotations

import hashlib
import re
import typing as t
from dataclasses import dataclass
from urllib.parse import urlsplit

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import SWITCH, TEXT, Form

# Since then an identity provider is a row of a table, and no longer a set of app settings.
OLDEST_APP = "5.0.0"
# Nextcloud's own form, with a button for each identity provider.
FORM_APP, FORM_MAJOR = "8.2.0", 34
DAY = 24 * 60 * 60

_FLAG = Form(write=lambda value: "1" if value else "0", read=SWITCH.read)
_LIST = Form(write=",".join, read=lambda text: [item.strip() for item in text.split(",") if item.strip()])
# a certificate counts by what it is, however its text is broken into lines
CERTIFICATE = Form(write=str, read=lambda text: re.sub(r"-----[^-]*-----|\s+", "", text))
_KEY = Form(write=str, read=lambda text: text if text.startswith("sha256:") or not text else key_sum(text))


def key_sum(text: str) -> str:
    """As the bridge returns a stored private key."""
    return "sha256:" + hashlib.sha256(re.sub(r"\s+", "", text).encode()).hexdigest()


@dataclass(frozen=True)
class Option:
    """An option, by its path, and the key under which the app stores it."""

    path: tuple[str, ...]
    key: str
    form: Form = TEXT

    @property
    def name(self) -> str:
        return ".".join(self.path)


GENERAL = (
    Option(("type",), "type"),
    Option(("multiple_user_back_ends",), "general-allow_multiple_user_back_ends", _FLAG),
    Option(("require_provisioned_account",), "general-require_provisioned_account", _FLAG),
    Option(("direct_login_name",), "directLoginName"),
    Option(("nextcloud_login_form",), "general-nextcloud_login_form", _FLAG),
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
SECURITY = {
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
PROVIDER = (
    Option(("display_name",), "general-idp0_display_name"),
    Option(("uid_mapping",), "general-uid_mapping"),
    Option(("entity_id",), "idp-entityId"),
    Option(("sso_url",), "idp-singleSignOnService.url"),
    Option(("slo_url",), "idp-singleLogoutService.url"),
    Option(("slo_response_url",), "idp-singleLogoutService.responseUrl"),
    Option(("certificate",), "idp-x509cert", CERTIFICATE),
    Option(("request_by_post",), "general-is_saml_request_using_post", _FLAG),
    Option(("passthrough_parameters",), "idp-passthroughParameters", _LIST),
    *(Option(("attribute_mapping", name), "saml-attribute-mapping-" + key) for name, key in _MAPPED.items()),
    *(Option(("security", name), "security-" + key, _FLAG) for name, key in SECURITY.items()),
    Option(("security", "signature_algorithm"), "security-signatureAlgorithm"),
    Option(("service_provider", "entity_id"), "sp-entityId"),
    Option(("service_provider", "certificate"), "sp-x509cert", CERTIFICATE),
    Option(("service_provider", "private_key"), "sp-privateKey", _KEY),
    Option(("service_provider", "name_id_format"), "sp-name-id-format"),
    Option(("user_filter", "reject_groups"), "saml-user-filter-reject_groups", _LIST),
    Option(("user_filter", "require_groups"), "saml-user-filter-require_groups", _LIST),
)
FROM_METADATA = ("entity_id", "sso_url", "slo_url", "slo_response_url", "certificate")
BY_KEY = {option.key: option for option in PROVIDER}
# without one of these nobody can log in through it, and user_saml of some releases shows an error to everybody
NEEDED = ("entity_id", "sso_url", "certificate", "uid_mapping")
NEEDS_OWN_KEY = (
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
    "security": {"type": "dict", "options": dict(_suboptions(SECURITY, "bool"), signature_algorithm={"type": "str"})},
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

SPEC: dict[str, t.Any] = {
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


def bad_option(option: str, detail: str) -> NextcloudError:
    return NextcloudError("bad_option", option=option, detail=detail)


def option_name(provider: t.Mapping[str, t.Any], option: str) -> str:
    return "identity_providers[id={}].{}".format(provider["id"], option)


def check_url(option: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("https", "http") and bool(parts.hostname) and not any(c.isspace() for c in url)
    except ValueError:
        good = False
    if not good:
        raise bad_option(option, f"'{url[:120]}' is not an address of the form https://HOST/PATH")
