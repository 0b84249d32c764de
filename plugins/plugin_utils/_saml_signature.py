# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verifies the signature of SAML metadata on the control node, with the certificate that the operator names.

The managed node receives the text that was signed, as signxml returns it, and nothing else of the document. So nothing
else takes effect, wherever an attacker puts the signature or the signed element.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime
import re
import typing as t

from ansible.module_utils.parsing.convert_bool import boolean
from ansible.utils.display import Display

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._saml.metadata import (
    MetadataError,
    read_xml,
    verified_mark,
)

if t.TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from signxml.verifier import VerifyResult

_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_ROOTS = (_MD + "EntityDescriptor", _MD + "EntitiesDescriptor")
_PEM = re.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
_AGAIN = "Get the metadata again from the identity provider"

display = Display()


class SignatureError(Exception):
    """What is wrong and the remedy, as a part of an error message."""


class CertificateError(SignatureError):
    """The same about the certificate of the signer."""


def verify_options(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The options of the module saml, with verified metadata in place of the metadata that was given.

    ``metadata_certificate`` becomes a mark, which the module accepts for exactly this text. The module refuses anything
    else there, so metadata that has not passed through this function is never taken for verified.
    """
    providers = options.get("identity_providers")
    if not isinstance(providers, (list, tuple)):
        return dict(options)
    validate = options.get("validate_certificates")
    validate = validate is None or boolean(validate, strict=False)
    return dict(options, identity_providers=[_verify_provider(provider, validate) for provider in providers])


def _verify_provider(provider: t.Any, validate: bool) -> t.Any:
    if not isinstance(provider, t.Mapping) or provider.get("metadata_certificate") is None:
        return provider
    if provider.get("state") == "absent":
        # removal needs nothing of the metadata, and must work when the metadata is forged
        return dict(provider, metadata=None, metadata_certificate=None)
    prefix = "identity_providers[id={}].".format(provider.get("id") or 1)
    option = prefix + "metadata_certificate"
    if not provider.get("metadata"):
        raise NextcloudError("needs_option", option=option, other=prefix + "metadata")
    try:
        signer = load_certificate(str(provider["metadata_certificate"]))
        problem = validity_problem(signer)
        if problem and validate:
            remedy = "Get the current certificate of the signer, or set validate_certificates=false"
            raise CertificateError(f"{problem}. {remedy}")
        if problem:
            display.warning(f"{option}: the value {problem}.")
        text = verify(str(provider["metadata"]), signer)
    except (ImportError, AttributeError) as error:
        # the latter from releases of signxml and cryptography that do not fit each other
        remedy = "pip install signxml" if isinstance(error, ImportError) else "pip install --upgrade signxml"
        problem = f"the Python library signxml cannot be loaded on the control node ({error})"
        raise NextcloudError("saml_signature", option=option, detail=f"{problem}. Run '{remedy}' there")
    except MetadataError as error:
        raise NextcloudError("saml_metadata", option=prefix + "metadata", detail=str(error))
    except CertificateError as error:
        raise NextcloudError("saml_certificate", option=option, detail=str(error))
    except SignatureError as error:
        raise NextcloudError("saml_signature", option=option, detail=str(error))
    return dict(provider, metadata=text, metadata_certificate=verified_mark(text))


def load_certificate(text: str) -> Certificate:
    """From PEM, with or without the lines around it."""
    # here and below, since the libraries are needed by this option only
    from cryptography import x509

    blocks = _PEM.findall(text)
    if len(blocks) > 1:
        raise CertificateError(f"contains {len(blocks)} certificates. Give the certificate of the signer only")
    try:
        if blocks:
            return x509.load_pem_x509_certificate(blocks[0].encode())
        return x509.load_der_x509_certificate(base64.b64decode("".join(text.split()), validate=True))
    except ValueError:
        remedy = "Give the PEM text, for example with lookup('ansible.builtin.file', ...)"
        raise CertificateError(f"cannot be read as an X.509 certificate. {remedy}")


def validity_problem(signer: Certificate) -> str:
    now = datetime.datetime.now(datetime.timezone.utc)
    if now > signer.not_valid_after_utc:
        return f"({_name(signer)}) expired on {signer.not_valid_after_utc:%Y-%m-%d}"
    if now < signer.not_valid_before_utc:
        return f"({_name(signer)}) is not valid before {signer.not_valid_before_utc:%Y-%m-%d}"
    return ""


def verify(metadata: str, signer: Certificate) -> str:
    """The text that the signature covers: the whole document without the signature."""
    from lxml import etree
    from signxml.exceptions import InvalidDigest, InvalidSignature

    # refuses a document type, and with it every entity, before a second parser reads the text
    if read_xml(metadata).tag not in _ROOTS:
        raise MetadataError("is not SAML metadata. Its root element must be EntityDescriptor or EntitiesDescriptor")
    data = metadata.lstrip("\ufeff \t\r\n").encode()
    try:
        root = etree.fromstring(data, etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True))
        _check_reference(root)
        return _signed_text(root, signer)
    except (ImportError, SignatureError):
        raise
    except InvalidDigest:
        raise SignatureError(f"the metadata was changed after it was signed. {_AGAIN}")
    except InvalidSignature:
        problem = f"the metadata is not signed with the key of this certificate ({_name(signer)})"
        raise SignatureError(f"{problem}. Get the certificate of the signer, but not from the metadata")
    except Exception as error:
        # a hostile document makes the libraries fail in many ways, and each of them is a refusal
        problem = "the signature cannot be verified ({})".format(str(error)[:200].rstrip(".") or type(error).__name__)
        raise SignatureError(f"{problem}. Get metadata that is signed with this certificate and SHA-256")


def _check_reference(root: t.Any) -> None:
    """A signature counts where it belongs to the root element and covers the root element."""
    signature = root.find(_DS + "Signature")
    if signature is None:
        remedy = "Get signed metadata, or remove metadata_certificate"
        raise SignatureError(f"the root element of the metadata is not signed. {remedy}")
    root_id = root.get("ID")
    whole = ("", "#" + root_id) if root_id else ("",)
    uris = [reference.get("URI") for reference in signature.findall(f"{_DS}SignedInfo/{_DS}Reference")]
    if len(uris) != 1 or uris[0] not in whole:
        raise SignatureError(f"the signature does not cover the whole metadata, which may be forged. {_AGAIN}")


def _signed_text(root: t.Any, signer: Certificate) -> str:
    from signxml.verifier import SignatureConfiguration, XMLVerifier

    # the signature that _check_reference has seen; the algorithms are those that signxml takes for safe
    config = SignatureConfiguration(location="./", expect_references=1)
    if hasattr(config, "verification_time"):
        # signxml 5.1 and newer checks the dates as well, and knows nothing of validate_certificates
        config = dataclasses.replace(config, verification_time=signer.not_valid_after_utc)
    results = XMLVerifier().verify(root, x509_cert=signer, expect_config=config, id_attribute="ID")
    result = t.cast("VerifyResult", results)  # a list where more than one reference is expected
    if result.signed_xml is None or result.signed_xml.tag != root.tag:
        raise SignatureError(f"the signature does not cover the root element. {_AGAIN}")
    return result.signed_data.decode()


def _name(signer: Certificate) -> str:
    return signer.subject.rfc4514_string() or f"serial number {signer.serial_number}"
