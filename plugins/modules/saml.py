#!/usr/bin/python
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: saml
short_description: Let users log in through an identity provider
version_added: 1.0.0
description:
  - Sets up Nextcloud's app C(user_saml) for SecSign ID, or for any other SAML 2.0 identity provider.
  - An omitted option is not changed. An empty text removes a setting.
  - B(Warning:) Nextcloud asks users of an identity provider for no second factor, even if two-factor authentication
    (2FA) is enforced. The identity provider must ask for the second factor.
  - A change is refused if no administrator could log in without the identity provider, see O(guard).
options:
  app:
    description:
      - Options of M(secsign.nextcloud.app) for the app C(user_saml), for example C(source=store).
      - If omitted, the app must be enabled already.
    type: dict
  type:
    description:
      - Type of the login.
      - V(saml) - SAML 2.0.
      - V(environment-variable) - The web server logs users in (with Kerberos, for example) and passes the user ID in a
        variable.
      - V(none) - Neither. The configuration is kept and not used.
    type: str
    choices: [saml, environment-variable, none]
  multiple_user_back_ends:
    description:
      - Whether the login page offers the password form in addition to the identity provider. If no value is stored, the
        app uses no.
      - Without this setting, only C(/login?direct=1) shows the password form. The address is open to all users.
    type: bool
  require_provisioned_account:
    description: Whether only users with an existing account can log in, for example from LDAP. Otherwise, the first
      login creates an account.
    type: bool
  direct_login_name:
    description: Label of the button for the password form.
    type: str
  nextcloud_login_form:
    description:
      - Whether the login page is Nextcloud's own form with a button for each identity provider.
      - Requires Nextcloud 34 and user_saml 8.2.
    type: bool
  identity_providers:
    description: List of identity providers. An identity provider that is not in the list is not changed unless
      O(prune=true).
    type: list
    elements: dict
    suboptions:
      id:
        description: Number of the identity provider in user_saml, at least 1.
        type: int
        default: 1
      state:
        description: Whether the identity provider exists.
        type: str
        choices: [present, absent]
        default: present
      metadata:
        description:
          - Metadata of the identity provider as the text of an XML document, for example from
            C(lookup('ansible.builtin.file', 'idp.xml')) or
            C(lookup('ansible.builtin.url', 'https://idp.example.com/metadata', split_lines=false)).
          - The metadata supply entity ID, addresses and certificate for options that are omitted. Of several
            certificates, the first valid one is used.
          - A document type, and with it every entity, is refused. The signature is verified only with
            O(identity_providers[].metadata_certificate).
        type: str
      metadata_certificate:
        description:
          - X.509 certificate of the signer of O(identity_providers[].metadata), as PEM text, for example from
            C(lookup('ansible.builtin.file', 'metadata-signer.pem')).
          - Without this option the signature is not verified. B(Warning:) An attacker who controls the source of the
            metadata can log in as any user. The task warns when values of such metadata are applied, in check mode too.
          - The signature is verified on the control node before the managed node is reached, in check mode too. Only
            the signed text is sent to the managed node.
          - The signature must cover the whole document. SHA-1 is refused.
          - The certificate is trusted as it is. A certificate authority and a revocation list are not used.
            O(validate_certificates) applies to its dates.
          - Metadata without C(validUntil) never expires. B(Warning:) An attacker can replace such metadata with an
            older version that has a valid signature.
          - Requires the Python library C(signxml) on the control node.
        type: str
      display_name:
        description: Label of the button on the login page. If no value is stored, the app uses C(SSO & SAML log in).
        type: str
      uid_mapping:
        description:
          - Name of the attribute that contains the user ID, for example C(uid). Required for a new identity provider.
          - B(Warning:) The identity provider can log in any user ID as that account, including accounts with a
            password.
        type: str
      entity_id:
        description: Entity ID of the identity provider. With O(identity_providers[].metadata) of several identity
          providers, this option selects one.
        type: str
      sso_url:
        description: Address for logins (SingleSignOnService, binding HTTP-Redirect).
        type: str
      slo_url:
        description: Address for logouts (SingleLogoutService). If no value is stored, only Nextcloud is logged out.
        type: str
      slo_response_url:
        description: Address for answers to logouts, if the address differs from O(identity_providers[].slo_url).
        type: str
      certificate:
        description: X.509 certificate with which the identity provider signs, as PEM text with or without the lines
          around it.
        type: str
      request_by_post:
        description: Whether the browser sends the login request by POST. Otherwise, the request is part of the address.
          Requires user_saml 7.
        type: bool
      passthrough_parameters:
        description: Names of URL parameters of the login page that Nextcloud passes to the identity provider.
        type: list
        elements: str
      attribute_mapping:
        description: Names of the attributes that update the account at each login. Several names, separated by spaces,
          are joined.
        type: dict
        suboptions:
          display_name:
            description: Attribute with the display name.
            type: str
          email:
            description: Attribute with the e-mail address.
            type: str
          quota:
            description: Attribute with the quota, as in C(5 GB).
            type: str
          groups:
            description: Attribute with the groups.
            type: str
          group_prefix:
            description: Prefix of the IDs of these groups. If no value is stored, the app uses C(SAML_). Requires
              user_saml 6.2.
            type: str
          home:
            description: Attribute with the home folder.
            type: str
          mfa:
            description: Attribute with the second factor of the login, for rules of the app files_accesscontrol.
              Requires user_saml 6.
            type: str
          user_id_ldap:
            description: Attribute that identifies a user in LDAP. Requires user_saml 8.
            type: str
      security:
        description: Signatures and encryption. A response without any valid signature is always refused.
        type: dict
        suboptions:
          name_id_encrypted:
            description: Whether to encrypt the name in logout requests.
            type: bool
          authn_requests_signed:
            description: Whether to sign login requests.
            type: bool
          logout_request_signed:
            description: Whether to sign logout requests.
            type: bool
          logout_response_signed:
            description: Whether to sign answers to logout requests.
            type: bool
          sign_metadata:
            description: Whether to sign the metadata of Nextcloud.
            type: bool
          want_messages_signed:
            description: Whether to refuse a message without a signature of the whole message.
            type: bool
          want_assertions_signed:
            description: Whether to refuse an assertion without a signature of its own.
            type: bool
          want_assertions_encrypted:
            description: Whether to refuse an assertion without encryption.
            type: bool
          want_name_id:
            description: Whether to refuse an assertion without a NameID.
            type: bool
          want_name_id_encrypted:
            description: Whether to refuse a NameID without encryption.
            type: bool
          want_xml_validation:
            description: Whether to validate each document against the schemas.
            type: bool
          lowercase_urlencoding:
            description: Whether to use the URL encoding of ADFS.
            type: bool
          slo_web_server_decode:
            description: Whether to take the parameters of logout requests from the web server without changes.
            type: bool
          signature_algorithm:
            description: URI of the signature algorithm, as in C(http://www.w3.org/2001/04/xmldsig-more#rsa-sha256).
            type: str
      service_provider:
        description: Settings of Nextcloud as service provider. Certificate and key are only needed to sign requests or
          to read encrypted assertions.
        type: dict
        suboptions:
          entity_id:
            description: Entity ID of this Nextcloud, if the ID differs from the address of its metadata. Requires
              user_saml 6.6.
            type: str
          certificate:
            description: X.509 certificate of Nextcloud, as PEM text.
            type: str
          private_key:
            description:
              - Private key of Nextcloud, as PEM text without a passphrase. Store the key in a vault.
              - The key reaches the managed node on standard input. Results and differences show its SHA-256 only.
            type: str
          name_id_format:
            description: Requested NameID format, as in C(urn:oasis:names:tc:SAML:2.0:nameid-format:persistent).
            type: str
      user_filter:
        description: Filter of users by groups of the identity provider. Requires user_saml 5.1, and accounts that
          user_saml creates.
        type: dict
        suboptions:
          reject_groups:
            description: Names of groups whose members cannot log in.
            type: list
            elements: str
          require_groups:
            description: Names of groups. Only their members can log in.
            type: list
            elements: str
  prune:
    description: Whether to remove identity providers that O(identity_providers) does not name. Requires
      O(identity_providers).
    type: bool
    default: false
  guard:
    description:
      - Required login of an administrator without the identity provider, unless O(type=none).
      - V(strict) - An enabled administrator has a password of Nextcloud's own and can pass the second factor if 2FA is
        enforced. The login page shows a password form.
      - V(direct_login) - Such an administrator logs in at C(/login?direct=1).
      - V(off) - No requirement. The change is applied with a warning.
    type: str
    choices: [strict, direct_login, "off"]
    default: strict
  validate_certificates:
    description:
      - Whether to refuse a certificate that has expired or is not valid yet. Otherwise, the task warns.
      - This applies to O(identity_providers[].metadata_certificate) as well.
    type: bool
    default: true
  certificate_warn_days:
    description: Number of days before the end of a certificate from which each run warns, at least 0.
    type: int
    default: 30
author:
  - SecSign Nextcloud collection contributors (@secsign)
extends_documentation_fragment:
  - secsign.nextcloud.nextcloud
  - secsign.nextcloud.nextcloud.snapshot
  - secsign.nextcloud.nextcloud.attributes
requirements:
  - On the control node, the Python library C(signxml) 4.0 or newer, for O(identity_providers[].metadata_certificate)
    only.
notes:
  - Requires user_saml 5 or newer, which exists for Nextcloud 21 and newer. Version 8 supports Nextcloud 32 to 34,
    version 7 supports 30 to 33, version 6 supports 28 to 32.
  - A private key that was changed since a snapshot is not restored by M(secsign.nextcloud.rollback), which warns.
seealso:
  - module: secsign.nextcloud.rollback
  - module: secsign.nextcloud.twofactor_info
"""

EXAMPLES = r"""
---
- name: Use SecSign ID as identity provider
  secsign.nextcloud.saml:
    app: {source: store}
    type: saml
    multiple_user_back_ends: true
    identity_providers:
      - display_name: SecSign ID
        metadata: "{{ lookup('ansible.builtin.file', 'secsign-idp.xml') }}"
        uid_mapping: uid
        attribute_mapping:
          display_name: displayName
          email: mail
        security: {want_assertions_signed: true}
    snapshot_dir: /var/lib/secsign-nextcloud

- name: Use metadata from the network and verify their signature
  secsign.nextcloud.saml:
    type: saml
    multiple_user_back_ends: true
    identity_providers:
      - display_name: SecSign ID
        metadata: "{{ lookup('ansible.builtin.url', 'https://idp.example.com/metadata', split_lines=false) }}"
        metadata_certificate: "{{ lookup('ansible.builtin.file', 'metadata-signer.pem') }}"
        uid_mapping: uid

- name: Set up without metadata, only for users of LDAP
  secsign.nextcloud.saml:
    type: saml
    multiple_user_back_ends: true
    require_provisioned_account: true
    identity_providers:
      - display_name: SecSign ID
        entity_id: https://idp.example.com/metadata
        sso_url: https://idp.example.com/sso
        slo_url: https://idp.example.com/slo
        certificate: "{{ lookup('ansible.builtin.file', 'idp.pem') }}"
        uid_mapping: uid

- name: Switch back to passwords at once
  secsign.nextcloud.saml:
    type: none
"""

RETURN = r"""
service_provider:
  description: Addresses of this Nextcloud for the identity provider, from C(overwrite.cli.url) in config.php.
  returned: when user_saml is enabled; in check mode when user_saml was enabled before
  type: dict
  contains:
    entity_id:
      description: Entity ID, which is also the address of the metadata.
      type: str
      sample: https://cloud.example.com/index.php/apps/user_saml/saml/metadata
    acs_url:
      description: Address for answers to logins (AssertionConsumerService, binding HTTP-POST).
      type: str
      sample: https://cloud.example.com/index.php/apps/user_saml/saml/acs
    slo_url:
      description: Address for logouts.
      type: str
      sample: https://cloud.example.com/index.php/apps/user_saml/saml/sls
# Below: generated by tools/return_docs.py
commands:
  description:
    - Commands that were run on the managed node, in order. In check mode, commands that would be run.
    - Values travel on standard input and are shown behind C(<).
  returned: success, and failure after a change
  type: list
  elements: str
  sample:
    - 'bridge write_saml sets=type=saml; provider 1: general-uid_mapping idp-entityId idp-singleSignOnService.url
      idp-x509cert'
nextcloud:
  description: The Nextcloud server that was found.
  returned: success
  type: dict
  contains:
    path:
      description: Folder of the Nextcloud.
      type: str
      sample: /var/www/nextcloud
    release:
      description: Release name, as C(occ status) shows it.
      type: str
      sample: 34.0.1
    version:
      description: Version in four numbers.
      type: str
      sample: 34.0.1.2
code:
  description: Code of the error message. C(docs/errors.md) lists cause and remedy of each code.
  returned: failure
  type: str
  sample: NC409
"""

from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.run import run
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.saml import SPEC, compose_saml
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.twofactor import snapshot_keeper


def main() -> None:
    run(SPEC, compose_saml, before_change=snapshot_keeper)


if __name__ == "__main__":
    main()
