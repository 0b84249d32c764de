# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small SAML identity provider for tests: it signs any assertion for any user, without a login."""

from __future__ import annotations

import base64
import datetime
import html
import secrets
import threading
import urllib.parse
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.signer import XMLSigner

SAML = "urn:oasis:names:tc:SAML:2.0:"
NAMES = {"samlp": SAML + "protocol", "saml": SAML + "assertion"}


class Pair:
    """A self-signed certificate and its key, as PEM."""

    def __init__(self, name: str, days: float = 365, begins: int = -1, bits: int = 2048) -> None:
        now = datetime.datetime.now(datetime.timezone.utc)
        key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now + datetime.timedelta(days=begins)).not_valid_after(
            now + datetime.timedelta(days=days)
        )
        certificate = builder.sign(key, hashes.SHA256())
        self.ends = (
            certificate.not_valid_after_utc
            if hasattr(certificate, "not_valid_after_utc")
            else certificate.not_valid_after
        )
        self.certificate = certificate.public_bytes(serialization.Encoding.PEM).decode()
        plain = serialization.NoEncryption()
        self.key = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()

    @property
    def body(self) -> str:
        return "".join(line for line in self.certificate.splitlines() if "-----" not in line)


def metadata(
    entity_id: str, base: str, certificates: Sequence[Pair], role: str = "", entity: str = "", slo: bool = True
) -> str:
    """``role`` and ``entity``: more attributes of these elements."""
    keys = "".join(
        '<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>'
        f"{pair.body}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        for pair in certificates
    )
    logout = (
        f'<md:SingleLogoutService Binding="{SAML}bindings:HTTP-Redirect" Location="{base}/slo"'
        f' ResponseLocation="{base}/slo/done"/>'
        if slo
        else ""
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" '
        f'xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{entity_id}" {entity}>'
        f'<md:IDPSSODescriptor protocolSupportEnumeration="{SAML}protocol" {role}>{keys}{logout}'
        f'<md:SingleSignOnService Binding="{SAML}bindings:SOAP" Location="{base}/soap"/>'
        f'<md:SingleSignOnService Binding="{SAML}bindings:HTTP-POST" Location="{base}/sso/post"/>'
        f'<md:SingleSignOnService Binding="{SAML}bindings:HTTP-Redirect" Location="{base}/sso"/>'
        "</md:IDPSSODescriptor></md:EntityDescriptor>"
    )


class _AnySigner(XMLSigner):
    """Signs with SHA-1 too, as old identity providers do."""

    def check_deprecated_methods(self) -> None:
        pass


def sign(text: str, pair: Pair, element_id: str | None = "signed", **how: Any) -> str:
    """The metadata with a signature of the root element, which gets ``element_id``; None: of the document."""
    root = etree.fromstring(text.encode())
    if element_id is not None:
        root.set("ID", element_id)
    placeholder = "{http://www.w3.org/2000/09/xmldsig#}Signature"
    root.insert(0, etree.Element(placeholder, Id="placeholder", nsmap={"ds": "http://www.w3.org/2000/09/xmldsig#"}))
    signer = _AnySigner(**{"c14n_algorithm": "http://www.w3.org/2001/10/xml-exc-c14n#", **how})
    signed = signer.sign(root, key=pair.key, cert=pair.certificate, reference_uri=element_id, id_attribute="ID")
    return etree.tostring(signed, xml_declaration=True, encoding="UTF-8").decode()


class IdentityProvider:
    def __init__(self, base: str, pair: Pair) -> None:
        self.base = base
        self.entity_id = base + "/metadata"
        self.pair = pair
        self.requests: list[str] = []
        self.attributes: dict[str, list[str]] = {}  # of whoever logs in next

    def metadata(self) -> str:
        return metadata(self.entity_id, self.base, [self.pair])

    def answer(self, request: str, signed_by: Pair | None = None) -> dict[str, str]:
        """The fields that the browser posts to the service provider, and under ``to`` where to; ``signed_by`` None:
        by its own key."""
        asked = etree.fromstring(zlib.decompress(base64.b64decode(request), -15))
        service, to = (
            str(asked.findtext("saml:Issuer", namespaces=NAMES)),
            str(asked.get("AssertionConsumerServiceURL")),
        )
        response = self._response(str(asked.get("ID")), service, to, self.attributes)
        pair = signed_by or self.pair
        signer = XMLSigner(c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#")
        assertion = response.find("saml:Assertion", namespaces=NAMES)
        # its place is after the issuer
        placed = etree.Element(
            "{http://www.w3.org/2000/09/xmldsig#}Signature",
            Id="placeholder",
            nsmap={"ds": "http://www.w3.org/2000/09/xmldsig#"},
        )
        assertion.insert(1, placed)
        signed = signer.sign(
            assertion, key=pair.key, cert=pair.certificate, reference_uri=assertion.get("ID"), id_attribute="ID"
        )
        response.replace(assertion, signed)
        return {"to": to, "SAMLResponse": base64.b64encode(etree.tostring(response)).decode()}

    def _response(self, request_id: str, service: str, to: str, attributes: Mapping[str, Sequence[str]]) -> Any:
        now = datetime.datetime.now(datetime.timezone.utc)

        def at(minutes: int) -> str:
            return (now + datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")

        reported = "".join(
            f'<saml:Attribute Name={quoteattr(name)} NameFormat="{SAML}attrname-format:basic">'
            + "".join(f"<saml:AttributeValue>{escape(value)}</saml:AttributeValue>" for value in values)
            + "</saml:Attribute>"
            for name, values in attributes.items()
        )
        text = (
            f'<samlp:Response xmlns:samlp="{NAMES["samlp"]}" xmlns:saml="{NAMES["saml"]}" ID="_{secrets.token_hex(16)}"'
            ' Version="2.0" '
            f'IssueInstant="{at(0)}" Destination={quoteattr(to)}'
            f' InResponseTo="{request_id}"><saml:Issuer>{self.entity_id}</saml:Issuer>'
            f'<samlp:Status><samlp:StatusCode Value="{SAML}status:Success"/></samlp:Status>'
            f'<saml:Assertion ID="_{secrets.token_hex(16)}" Version="2.0"'
            f' IssueInstant="{at(0)}"><saml:Issuer>{self.entity_id}</saml:Issuer>'
            f"<saml:Subject><saml:NameID>{escape(attributes['uid'][0])}</saml:NameID>"
            f'<saml:SubjectConfirmation Method="{SAML}cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{at(5)}"'
            f" Recipient={quoteattr(to)} "
            f'InResponseTo="{request_id}"/></saml:SubjectConfirmation></saml:Subject>'
            f'<saml:Conditions NotBefore="{at(-1)}"'
            f' NotOnOrAfter="{at(5)}"><saml:AudienceRestriction><saml:Audience>{escape(service)}</saml:Audience>'
            "</saml:AudienceRestriction></saml:Conditions>"
            f'<saml:AuthnStatement AuthnInstant="{at(0)}"'
            f' SessionIndex="_{secrets.token_hex(8)}"><saml:AuthnContext><saml:AuthnContextClassRef>'
            f"{SAML}ac:classes:MobileTwoFactorContract</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
            f"<saml:AttributeStatement>{reported}</saml:AttributeStatement></saml:Assertion></samlp:Response>"
        )
        return etree.fromstring(text)


@contextmanager
def serving(pair: Pair) -> Iterator[IdentityProvider]:
    """At an address of its own: /metadata, and /sso, which answers with the form that a browser posts on."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urllib.parse.urlsplit(self.path)
            query = dict(urllib.parse.parse_qsl(address.query))
            if address.path == "/sso":
                provider.requests.append(self.path)
                fields = provider.answer(query["SAMLRequest"])
                to = fields.pop("to")
                hidden = "".join(
                    f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
                    for name, value in fields.items()
                )
                body = f'<form method="post" action="{html.escape(to)}">{hidden}</form>'
            else:
                body = provider.metadata()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider = IdentityProvider(f"http://127.0.0.1:{server.server_port}", pair)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
