# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures of SAML metadata: only text that the named certificate has signed reaches the managed node."""

from __future__ import annotations

import copy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import saml_idp
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from paths import ROOT

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.metadata import parse_metadata, verified_mark
from ansible_collections.secsign.nextcloud.plugins.plugin_utils import _saml_signature
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._saml_signature import verify_options

NOW = 1_800_000_000
ENTITY = "https://idp.example.com/entity"
BASE = "https://idp.example.com"
EVIL = "https://evil.example.com"
MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
OPTION = "identity_providers[id=1].metadata_certificate"

SIGNER, OTHER, IDP = saml_idp.Pair("signer"), saml_idp.Pair("other"), saml_idp.Pair("idp")
PLAIN = saml_idp.metadata(ENTITY, BASE, [IDP])
SIGNED = saml_idp.sign(PLAIN, SIGNER)


def run(metadata: str | None = SIGNED, certificate: Any = SIGNER.certificate, **more: Any) -> dict[str, Any]:
    """The one identity provider as the module receives it."""
    provider = {"metadata_certificate": certificate, "uid_mapping": "uid", **more.pop("provider", {})}
    if metadata is not None:
        provider["metadata"] = metadata
    given = {"identity_providers": [provider], "type": "saml", **more}
    before = copy.deepcopy(given)
    (result,) = verify_options(given)["identity_providers"]
    assert given == before, "the task's own options stay as they are"
    return dict(result)


def refused(code: str, *named: str, option: str = OPTION, **options: Any) -> None:
    with pytest.raises(NextcloudError) as caught:
        run(**options)
    assert caught.value.code == code, caught.value.message
    assert caught.value.message.startswith(option + ": "), caught.value.message
    for text in named:
        assert text in caught.value.message


def test_signed_metadata() -> None:
    result = run()
    read = parse_metadata(result["metadata"], None, NOW)
    assert (read.entity_id, read.sso_url, read.certificates) == (ENTITY, BASE + "/sso", (IDP.body,))
    assert "Signature" not in result["metadata"] and result["uid_mapping"] == "uid"
    assert result["metadata_certificate"] == verified_mark(result["metadata"])


@pytest.mark.parametrize(
    "metadata",
    [
        saml_idp.sign(PLAIN, SIGNER, element_id=None),
        saml_idp.sign(PLAIN, SIGNER, c14n_algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
        saml_idp.sign(PLAIN, SIGNER, signature_algorithm="rsa-sha512", digest_algorithm="sha512"),
        "\ufeff\n" + SIGNED,
        SIGNED.replace("\n", "\r\n"),
        SIGNED.split("?>", 1)[1],
        SIGNED.replace("UTF-8", "ISO-8859-1"),
    ],
    ids=["whole document", "c14n 1.0", "sha512", "byte order mark", "line ends", "no declaration", "encoding"],
)
def test_other_ways_to_sign_and_to_write(metadata: str) -> None:
    assert parse_metadata(run(metadata)["metadata"], None, NOW).entity_id == ENTITY


def test_a_federation_signs_its_list() -> None:
    bodies = [saml_idp.metadata(entity, BASE, [IDP]).split("?>", 1)[1] for entity in ("https://a", "https://b")]
    text = f'<md:EntitiesDescriptor xmlns:md="{MD[1:-1]}">{"".join(bodies)}</md:EntitiesDescriptor>'
    result = run(saml_idp.sign(text, SIGNER))
    assert parse_metadata(result["metadata"], "https://b", NOW).entity_id == "https://b"


@pytest.mark.parametrize(
    "certificate",
    [SIGNER.body, "Subject: CN=signer\n" + SIGNER.certificate, SIGNER.certificate + "\n"],
)
def test_ways_to_write_the_certificate(certificate: str) -> None:
    assert run(certificate=certificate)["metadata_certificate"].startswith("sha256:")


# ---------------------------------------------------------------- refused


def test_not_signed() -> None:
    refused("NC606", "is not signed", "remove metadata_certificate", metadata=PLAIN)


def test_another_certificate() -> None:
    refused("NC606", "not signed with the key of this certificate (CN=other)", certificate=OTHER.certificate)
    # of the metadata's own certificates none is trusted
    refused("NC606", "CN=signer", metadata=saml_idp.sign(PLAIN, OTHER))


@pytest.mark.parametrize(
    "change",
    [
        (BASE + "/sso", EVIL + "/sso"),
        (IDP.body, OTHER.body),
        ("</md:IDPSSODescriptor>", "<md:x/></md:IDPSSODescriptor>"),
    ],
)
def test_changed_after_signing(change: tuple[str, str]) -> None:
    assert change[0] in SIGNED
    refused("NC606", "changed after it was signed", metadata=SIGNED.replace(*change))


def test_a_comment_inside_a_value_is_removed() -> None:
    """The signature does not cover comments, so no comment reaches the managed node."""
    cut = SIGNED.replace(IDP.body, IDP.body[:40] + "<!-- x -->" + IDP.body[40:])
    result = run(cut)
    assert "<!--" not in result["metadata"]
    assert parse_metadata(result["metadata"], None, NOW).certificates == (IDP.body,)


def test_sha1() -> None:
    weak = saml_idp.sign(PLAIN, SIGNER, signature_algorithm="rsa-sha1", digest_algorithm="sha1")
    refused("NC606", "RSA_SHA1", "SHA-256", metadata=weak)
    refused("NC606", "SHA1", metadata=saml_idp.sign(PLAIN, SIGNER, digest_algorithm="sha1"))


def test_a_signature_that_needs_no_key() -> None:
    """HMAC with a key that everybody knows."""
    text = SIGNED.replace("xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256")
    assert text != SIGNED
    refused("NC606", "cannot be verified", metadata=text)


def test_dates_of_the_certificate() -> None:
    """They are checked as the dates of the other certificates: validate_certificates=false warns instead."""
    for days, begins, named in ((-1, -9, "expired on "), (9, 2, "is not valid before ")):
        pair = saml_idp.Pair("dated", days=days, begins=begins)
        signed = saml_idp.sign(PLAIN, pair)
        refused("NC604", "CN=dated", named, "validate_certificates", metadata=signed, certificate=pair.certificate)
        with mock.patch.object(_saml_signature.display, "warning") as warning:
            for off in (False, "no"):
                assert run(signed, pair.certificate, validate_certificates=off)["metadata_certificate"]
        assert OPTION in warning.call_args[0][0] and named in warning.call_args[0][0]


@pytest.mark.parametrize(
    ("certificate", "named"),
    [
        ("", "cannot be read"),
        ("idp.pem", "cannot be read"),
        (5, "cannot be read"),
        (SIGNER.key, "cannot be read"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "cannot be read"),
        (SIGNER.certificate + OTHER.certificate, "2 certificates"),
    ],
)
def test_no_certificate(certificate: Any, named: str) -> None:
    refused("NC604", named, certificate=certificate)


def test_a_certificate_without_metadata() -> None:
    for metadata in (None, ""):
        refused("NC201", "metadata", metadata=metadata)


def test_removal_needs_no_signature() -> None:
    result = run(PLAIN, provider={"state": "absent"})
    assert result["metadata"] is None and result["metadata_certificate"] is None


def test_the_option_names_the_identity_provider() -> None:
    refused("NC606", metadata=PLAIN, provider={"id": 3}, option="identity_providers[id=3].metadata_certificate")


# ---------------------------------------------------------------- attacks


def parsed(text: str = SIGNED) -> Any:
    return etree.fromstring(text.encode())


def forged(**attributes: str) -> Any:
    root = parsed(saml_idp.metadata("https://evil", EVIL, [OTHER]))
    for name, value in attributes.items():
        root.set(name, value)
    return root


def signed_inside() -> Any:
    """The signed document as a part of the forged one."""
    root = forged(ID="forged")
    root.append(parsed())
    return root


def signature_moved(**attributes: str) -> Any:
    """The forged root bears the signature, which still names the signed element inside."""
    root, original = forged(**attributes), parsed()
    extensions = etree.SubElement(root, MD + "Extensions")
    root.insert(0, original.find(DS + "Signature"))
    extensions.append(original)
    return root


def object_in_signature() -> Any:
    root, original = forged(ID="forged"), parsed()
    signature = original.find(DS + "Signature")
    root.insert(0, signature)
    etree.SubElement(signature, DS + "Object").append(original)
    return root


def list_around() -> Any:
    root = etree.Element(MD + "EntitiesDescriptor", ID="forged")
    root.append(forged())
    root.append(parsed())
    return root


def list_with_signature() -> Any:
    root, original = list_around(), parsed()
    root.insert(0, original.find(DS + "Signature"))
    return root


def other_attribute() -> Any:
    """Libraries look for Id before ID."""
    root = signature_moved(ID="signed")
    original = root.find(f"{MD}Extensions/{MD}EntityDescriptor")
    original.set("Id", original.attrib.pop("ID"))
    return root


def no_reference() -> Any:
    root = parsed()
    root.find(f".//{DS}Reference").getparent().remove(root.find(f".//{DS}Reference"))
    return root


def two_references() -> Any:
    root = parsed()
    reference = root.find(f".//{DS}Reference")
    reference.addnext(copy.deepcopy(reference))
    return root


@pytest.mark.parametrize(
    "attack",
    [
        signed_inside,
        signature_moved,
        lambda: signature_moved(ID="signed"),
        lambda: signature_moved(ID="forged"),
        object_in_signature,
        list_around,
        list_with_signature,
        other_attribute,
        no_reference,
        two_references,
    ],
)
def test_wrapping(attack: Callable[[], Any]) -> None:
    """A signature that is valid somewhere makes nothing else trusted."""
    refused("NC606", metadata=etree.tostring(attack()).decode())


def test_even_a_signature_that_is_accepted_passes_on_what_it_covers_alone() -> None:
    """Without the check of the reference as well."""
    text = etree.tostring(signature_moved(ID="forged")).decode()
    with mock.patch.object(_saml_signature, "_check_reference"):
        result = run(text)
    assert "evil" not in result["metadata"] and parse_metadata(result["metadata"], None, NOW).entity_id == ENTITY


def test_nothing_outside_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the-secret", encoding="ascii")
    for declared in (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/dtd">',
        f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "{"&a;" * 9}"><!ENTITY e "{"&b;" * 9}">]>',
    ):
        text = SIGNED.replace("?>", "?>" + declared).replace(ENTITY, "&e;")
        for form in (text, text.split("?>", 1)[1]):
            with mock.patch.object(etree, "fromstring", side_effect=AssertionError("a second parser has seen it")):
                refused("NC603", "document type", metadata=form, option="identity_providers[id=1].metadata")


def test_an_address_outside_is_not_loaded() -> None:
    text = SIGNED.replace('URI="#signed"', 'URI="http://127.0.0.1:9/metadata"')
    refused("NC606", "does not cover", metadata=text)


@pytest.mark.parametrize(
    "text",
    ["<x/>", "<a", "", " ", "x" * (5 << 20)],
    ids=["other root", "not XML", "empty", "blank", "large"],
)
def test_not_metadata(text: str) -> None:
    option = OPTION if not text else "identity_providers[id=1].metadata"
    refused("NC603" if text else "NC201", metadata=text, option=option)


def test_deep_nesting() -> None:
    deep = "<x>" * 300 + "</x>" * 300
    refused("NC606", metadata=SIGNED.replace("</md:IDPSSODescriptor>", deep + "</md:IDPSSODescriptor>"))


@given(st.integers(0, len(SIGNED) - 1), st.text(alphabet="<>/&;!\"'= aA0#:?\0\ud800", max_size=6), st.integers(0, 60))
def test_no_change_gets_through(start: int, new: str, length: int) -> None:
    """Whatever is changed, one clear error, or the text that was signed."""
    try:
        result = run(SIGNED[:start] + new + SIGNED[start + length :])
    except NextcloudError as error:
        assert error.code in ("NC603", "NC606")
    else:
        assert result["metadata"] == run()["metadata"]


# ---------------------------------------------------------------- only where it is asked for


def test_without_the_library() -> None:
    for library in ("signxml", "lxml", "cryptography"):
        loaded = {name for name in sys.modules if name.split(".")[0] == library}
        with mock.patch.dict(sys.modules, dict.fromkeys(loaded)):
            refused("NC606", f"import of {library}", "pip install signxml", "control node")


def test_a_library_that_does_not_fit() -> None:
    with mock.patch.object(_saml_signature, "verify", side_effect=AttributeError("module 'ec' has no attribute 'X'")):
        refused("NC606", "pip install --upgrade signxml", "has no attribute")


def test_nothing_is_loaded_without_the_option() -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from ansible_collections.secsign.nextcloud.plugins.plugin_utils._saml_signature import verify_options\n"
        "given = {'identity_providers': [{'metadata': 'x', 'metadata_certificate': None}, {'metadata': 'y'}]}\n"
        "assert verify_options(given) == given\n"
        "assert not {'signxml', 'lxml', 'cryptography.x509'} & set(sys.modules)\n"
    )
    command = [sys.executable, "-c", program, str(ROOT / "collections")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("providers", [None, [], "id=1", {"id": 1}, ["id=1 metadata_certificate=x"], [5]])
def test_other_values_are_left_to_the_module(providers: Any) -> None:
    given: dict[str, list[Any]] = {"identity_providers": providers}
    assert verify_options(given) == given
    assert verify_options({}) == {}
