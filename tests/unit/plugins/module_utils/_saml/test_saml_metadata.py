# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""SAML metadata from anywhere: what is taken from them, what is refused, and that nothing in them reaches beyond the
text."""

from __future__ import annotations

import http.server
import threading
from pathlib import Path

import pytest
import saml_idp
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.metadata import MetadataError, parse_metadata

NOW = 1_800_000_000  # 2027-01-15
ENTITY = "https://idp.example.com/entity"
BASE = "https://idp.example.com"


@pytest.fixture(scope="module")
def pairs() -> list[saml_idp.Pair]:
    return [saml_idp.Pair("one"), saml_idp.Pair("two")]


def test_what_is_taken(pairs: list[saml_idp.Pair]) -> None:
    read = parse_metadata(saml_idp.metadata(ENTITY, BASE, pairs), None, NOW)
    assert (read.entity_id, read.sso_url) == (ENTITY, BASE + "/sso")
    assert (read.slo_url, read.slo_response_url) == (BASE + "/slo", BASE + "/slo/done")
    assert read.certificates == tuple(pair.body for pair in pairs)
    assert not read.wants_signed_requests
    posted = parse_metadata(saml_idp.metadata(ENTITY, BASE, pairs), None, NOW, by_post=True)
    assert posted.sso_url == BASE + "/sso/post"


def test_other_ways_to_write_the_same(pairs: list[saml_idp.Pair]) -> None:
    plain = saml_idp.metadata(ENTITY, BASE, pairs[:1], role='WantAuthnRequestsSigned="1"', slo=False)
    assert parse_metadata("\ufeff\n" + plain, ENTITY, NOW).wants_signed_requests
    # another prefix, line breaks inside the certificate, no use of the key
    other = plain.replace("md:", "m:").replace(":md=", ":m=").replace(' use="signing"', "")
    other = other.replace(pairs[0].body, "\n  " + pairs[0].body[:64] + "\n  " + pairs[0].body[64:] + "\n")
    read = parse_metadata(other, None, NOW)
    assert read.certificates == (pairs[0].body,) and read.slo_url is None
    encryption = plain.replace(' use="signing"', ' use="encryption"')
    assert parse_metadata(encryption, None, NOW).certificates == ()


def test_several(pairs: list[saml_idp.Pair]) -> None:
    def body(entity: str) -> str:
        return saml_idp.metadata(entity, BASE, pairs[:1]).split("?>", 1)[1]

    service = (
        '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"'
        ' entityID="https://sp"><md:SPSSODescriptor/></md:EntityDescriptor>'
    )
    many = (
        "<md:EntitiesDescriptor"
        f' xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">{service}{body("https://a")}{body("https://b")}</md:EntitiesDescriptor>'
    )
    assert parse_metadata(many, "https://b", NOW).entity_id == "https://b"
    with pytest.raises(MetadataError, match=r"2 identity providers.*https://a, https://b"):
        parse_metadata(many, None, NOW)
    with pytest.raises(MetadataError, match=r"no identity provider 'https://c'"):
        parse_metadata(many, "https://c", NOW)
    with pytest.raises(MetadataError, match="valid until"):
        expired = 'EntitiesDescriptor validUntil="2026-12-31T23:59:59Z"'
        parse_metadata(many.replace("EntitiesDescriptor", expired, 1), "https://b", NOW)
    with pytest.raises(MetadataError, match="not of Nextcloud"):
        parse_metadata(service, None, NOW)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("HTTP-Redirect", "HTTP-Artifact"), None),
        (("urn:oasis:names:tc:SAML:2.0:protocol", "urn:oasis:names:tc:SAML:1.1:protocol"), "SAML 2.0"),
        (("entityID=", 'validUntil="2026-12-31T23:59:59.5Z" entityID='), "valid until"),
        (("entityID=", 'validUntil="soon" entityID='), "not a valid time"),
        (("entityID=", 'validUntil="2027-12-31T23:59:59Z" entityID='), None),
    ],
)
def test_what_does_not_fit(pairs: list[saml_idp.Pair], change: tuple[str, str], named: str) -> None:
    text = saml_idp.metadata(ENTITY, BASE, pairs[:1]).replace(*change)
    if named is None:
        assert parse_metadata(text, None, NOW).entity_id == ENTITY
    else:
        with pytest.raises(MetadataError, match=named):
            parse_metadata(text, None, NOW)


def test_nothing_outside_is_read(tmp_path: Path) -> None:
    """No file, no address, and no text that grows: the document type is refused before any of it counts."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

    secret = tmp_path / "secret"
    secret.write_text("the-secret", encoding="ascii")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for declared in (
            f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>',
            f'<!DOCTYPE x SYSTEM "http://127.0.0.1:{server.server_port}/dtd">',
            (
                '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY e'
                ' "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
            ),
        ):
            text = saml_idp.metadata("&e;", BASE, []).replace("?>", "?>" + declared)
            for form in (text, text.split("?>", 1)[1]):
                with pytest.raises(MetadataError, match="document type") as caught:
                    parse_metadata(form, None, NOW)
                assert "the-secret" not in str(caught.value)
        server.shutdown()
    assert asked == []


def test_large() -> None:
    with pytest.raises(MetadataError, match="4 MiB"):
        parse_metadata("<a>" + "x" * (5 << 20), None, NOW)


@given(st.text(max_size=200) | st.text(alphabet="<>/&;!\"'= abmd:?[]\0\ud800", max_size=80))
def test_any_text_is_metadata_or_one_clear_error(text: str) -> None:
    with pytest.raises(MetadataError) as caught:
        parse_metadata(text, None, NOW)
    assert str(caught.value)
