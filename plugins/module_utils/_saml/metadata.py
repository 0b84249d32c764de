# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The metadata of a SAML identity provider, as far as user_saml can make use of it.

What is read comes from elsewhere and is not trusted: a document type, and with it every entity, is refused before
anything of it takes effect. The signature is verified on the control node, where the operator names the certificate of
the signer.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import typing as t
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from xml.parsers import expat

_MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:"
_SAML2 = "urn:oasis:names:tc:SAML:2.0:protocol"
_MAX_CHARS = 4 << 20  # a federation's whole list is larger, and nobody means that


class MetadataError(Exception):
    """What is wrong with it and the remedy, as a part of a sentence."""


@dataclass(frozen=True)
class Metadata:
    entity_id: str
    sso_url: str
    slo_url: str | None
    slo_response_url: str | None
    certificates: tuple[str, ...]  # for signing, base64 without white space, in the order of the document
    wants_signed_requests: bool


def parse_metadata(text: str, entity_id: str | None, now: int, by_post: bool = False) -> Metadata:
    """``entity_id`` chooses where there are several.

    ``by_post``: the request will be posted, and not be part of the address.
    """
    document = read_xml(text)
    found = document.iter(_MD + "EntityDescriptor")
    entities = [entity for entity in found if entity.find(_MD + "IDPSSODescriptor") is not None]
    known = [entity.get("entityID") or "" for entity in entities]
    if entity_id:
        entities = [entity for entity in entities if entity.get("entityID") == entity_id]
    if not entities:
        other = (
            "it has " + ", ".join(known[:5])
            if known
            else "it has none at all; take the metadata of the identity provider, not of Nextcloud"
        )
        raise MetadataError(
            "describes no identity provider{} ({})".format(f" '{entity_id}'" if entity_id else "", other)
        )
    if len(entities) > 1:
        raise MetadataError(
            "describes {} identity providers; name one of them in entity_id: {}".format(
                len(entities), ", ".join(known[:5])
            )
        )
    entity = entities[0]
    role = next(
        (
            r
            for r in entity.iter(_MD + "IDPSSODescriptor")
            if _SAML2 in (r.get("protocolSupportEnumeration") or "").split()
        ),
        None,
    )
    if role is None:
        raise MetadataError("describes an identity provider that does not speak SAML 2.0")
    for element in (document, entity, role):
        _check_valid(element.get("validUntil"), now)
    sso_url, _none = _endpoint(
        role, "SingleSignOnService", ("HTTP-POST", "HTTP-Redirect") if by_post else ("HTTP-Redirect", "HTTP-POST")
    )
    if sso_url is None:
        raise MetadataError(
            "names no SingleSignOnService with the binding HTTP-Redirect or HTTP-POST, which user_saml needs"
        )
    slo_url, slo_response_url = _endpoint(role, "SingleLogoutService", ("HTTP-Redirect",))
    return Metadata(
        entity_id=(entity.get("entityID") or "").strip(),
        sso_url=sso_url,
        slo_url=slo_url,
        slo_response_url=slo_response_url,
        certificates=_signing_certificates(role),
        wants_signed_requests=role.get("WantAuthnRequestsSigned") in ("true", "1"),
    )


def verified_mark(text: str) -> str:
    """What the control node puts in place of the certificate by which this text was verified."""
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_xml(text: str) -> ET.Element:
    if len(text) > _MAX_CHARS:
        raise MetadataError("is larger than 4 MiB; take the metadata of one identity provider alone")

    def refuse(*_declared: t.Any) -> None:
        raise MetadataError("declares a document type, which SAML metadata never need; remove the DOCTYPE")

    text = text.lstrip("\ufeff \t\r\n")
    try:
        # declarations come first and are seen here, before there is anything that could be expanded
        checker = expat.ParserCreate("utf-8")
        checker.StartDoctypeDeclHandler = refuse
        checker.Parse(text.encode("utf-8"), True)
        return ET.fromstring(re.sub(r"^<\?xml[^>]*\?>", "", text))
    except (expat.ExpatError, ET.ParseError, ValueError) as error:
        raise MetadataError(
            f"is not well-formed XML ({error}); give the text of the file, for example with"
            " lookup('ansible.builtin.file', ...)"
        )


def _check_valid(until: str | None, now: int) -> None:
    if not until:
        return
    found = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)", until)
    if found is None:
        raise MetadataError(f"has the validUntil '{until[:40]}', which is not a valid time")
    moment = datetime.datetime.strptime(found.group(1), "%Y-%m-%dT%H:%M:%S").replace(tzinfo=datetime.timezone.utc)
    if moment.timestamp() < now:
        raise MetadataError(f"was valid until {until} only; get the present one from the identity provider")


def _endpoint(role: ET.Element, name: str, bindings: t.Sequence[str]) -> tuple[str | None, str | None]:
    """Its address, and the one for answers where that is another."""
    for binding in bindings:
        for element in role.findall(_MD + name):
            if element.get("Binding") == _BINDING + binding and element.get("Location"):
                return (element.get("Location") or "").strip(), element.get("ResponseLocation")
    return None, None


def _signing_certificates(role: ET.Element) -> tuple[str, ...]:
    found: list[str] = []
    for key in role.findall(_MD + "KeyDescriptor"):
        if key.get("use", "signing") == "signing":
            found += ["".join((element.text or "").split()) for element in key.iter(_DS + "X509Certificate")]
    return tuple(dict.fromkeys(certificate for certificate in found if certificate))
