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
  - Sets up Nextcloud's app C(user_saml) for SecSign ID, or any other SAML 2.0 identity provider, as the place where
    users log in.
  - An option that is not given is left as it is. An empty text takes a setting away.
  - Nextcloud asks nobody for a second factor who comes in through an identity provider, whether two-factor login is
    enforced or not. The second factor is then the one that the identity provider asks for.
  - Administrators keep a way in that needs no identity provider, or the change is refused, see O(guard).
options:
  app:
    description:
      - The app C(user_saml) itself, options of M(secsign.nextcloud.app), for example C(source=store). Without it the
        app has to be enabled already.
    type: dict
  type:
    description:
      - V(saml) - SAML 2.0. V(environment-variable) - the web server logs users in (Kerberos and the like) and names
        them in a variable. V(none) - neither; what is configured stays and is not used.
    type: str
    choices: [saml, environment-variable, none]
  multiple_user_back_ends:
    description:
      - Whether the login page offers the password form besides the identity provider. The app's own default is no.
      - Without it the form is at C(/login?direct=1) only, which everybody may open, but has to know.
    type: bool
  require_provisioned_account:
    description: Whether only users may log in who have an account already, for example from LDAP. Otherwise an account
      is made at the first login.
    type: bool
  direct_login_name:
    description: What the button for the password form is called.
    type: str
  nextcloud_login_form:
    description:
      - Whether the login page is Nextcloud's own form with a button for each identity provider.
      - Needs Nextcloud 34 and user_saml 8.2.
    type: bool
  identity_providers:
    description: The identity providers. Those that are not named are left alone unless O(prune=true).
    type: list
    elements: dict
    suboptions:
      id:
        description: Its number in user_saml, from 1 on.
        type: int
        default: 1
      state:
        description: Whether it is there.
        type: str
        choices: [present, absent]
        default: present
      metadata:
        description:
          - The text of its metadata, an XML document, for example from C(lookup('ansible.builtin.file', 'idp.xml')) or
            C(lookup('ansible.builtin.url', 'https://idp.example.com/metadata', split_lines=false)).
          - Entity id, addresses and certificate are taken from it where their own options say nothing. Of several
            certificates the first that holds now.
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
        description: What its button at the login page says. The app's default is C(SSO & SAML log in).
        type: str
      uid_mapping:
        description:
          - Attribute that names the account, for example C(uid). Required for a new identity provider.
          - Whoever the identity provider says has this uid logs in as that account, those of the password form
            included.
        type: str
      entity_id:
        description: Its entity id. Together with O(identity_providers[].metadata) it chooses one of several.
        type: str
      sso_url:
        description: Its address for logins (SingleSignOnService, binding HTTP-Redirect).
        type: str
      slo_url:
        description: Its address for logouts (SingleLogoutService). Without one only Nextcloud is logged out.
        type: str
      slo_response_url:
        description: Its address for answers to logouts, where that is another.
        type: str
      certificate:
        description: The X.509 certificate with which it signs, as PEM, with or without the lines around it.
        type: str
      request_by_post:
        description: Whether the browser posts the login request instead of carrying it in the address. Needs user_saml
          7.
        type: bool
      passthrough_parameters:
        description: Names of parameters of the login page's address that are handed on.
        type: list
        elements: str
      attribute_mapping:
        description: Attributes that fill in the account at each login. Several for one, divided by spaces, are joined.
        type: dict
        suboptions:
          display_name:
            description: Attribute with the name.
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
            description: What stands before the ids of these groups. The app's default is C(SAML_). Needs user_saml 6.2.
            type: str
          home:
            description: Attribute with the home folder.
            type: str
          mfa:
            description: Attribute that says whether a second factor was shown, for rules of the app
              files_accesscontrol. Needs user_saml 6.
            type: str
          user_id_ldap:
            description: Attribute that finds a user in LDAP. Needs user_saml 8.
            type: str
      security:
        description: What is signed and encrypted. A response without any valid signature is refused in any case.
        type: dict
        suboptions:
          name_id_encrypted:
            description: Encrypt the name in logout requests.
            type: bool
          authn_requests_signed:
            description: Sign login requests.
            type: bool
          logout_request_signed:
            description: Sign logout requests.
            type: bool
          logout_response_signed:
            description: Sign answers to logout requests.
            type: bool
          sign_metadata:
            description: Sign Nextcloud's own metadata.
            type: bool
          want_messages_signed:
            description: Refuse a message that is not signed as a whole.
            type: bool
          want_assertions_signed:
            description: Refuse an assertion that is not signed itself.
            type: bool
          want_assertions_encrypted:
            description: Refuse an assertion that is not encrypted.
            type: bool
          want_name_id:
            description: Refuse an assertion without a NameID.
            type: bool
          want_name_id_encrypted:
            description: Refuse a NameID that is not encrypted.
            type: bool
          want_xml_validation:
            description: Check each document against the schemas.
            type: bool
          lowercase_urlencoding:
            description: Encode as ADFS does.
            type: bool
          slo_web_server_decode:
            description: Take the parameters of logout requests from the web server as they are.
            type: bool
          signature_algorithm:
            description: Address of the algorithm, as in C(http://www.w3.org/2001/04/xmldsig-more#rsa-sha256).
            type: str
      service_provider:
        description: Nextcloud's own part. Its certificate and key are only needed to sign requests or to read encrypted
          assertions.
        type: dict
        suboptions:
          entity_id:
            description: Entity id of this Nextcloud, where that is not the address of its metadata. Needs user_saml
              6.6.
            type: str
          certificate:
            description: Its X.509 certificate as PEM.
            type: str
          private_key:
            description:
              - Its private key as PEM without a passphrase. Keep it in a vault.
              - It reaches the host on standard input, and results and differences show its SHA-256 only.
            type: str
          name_id_format:
            description: The NameID format that is asked for, as in
              C(urn:oasis:names:tc:SAML:2.0:nameid-format:persistent).
            type: str
      user_filter:
        description: Whom to let in by groups of the identity provider. Needs user_saml 5.1, and accounts that it makes.
        type: dict
        suboptions:
          reject_groups:
            description: Members of these are refused.
            type: list
            elements: str
          require_groups:
            description: Only members of these are let in.
            type: list
            elements: str
  prune:
    description: Whether identity providers that are not named are removed.
    type: bool
    default: false
  guard:
    description:
      - What an administrator must keep when a change is made and O(type) is not V(none).
      - V(strict) - an enabled administrator with a password of Nextcloud's own who would pass the second factor where
        one is enforced, and a password form at the login page.
      - V(direct_login) - such an administrator, who logs in at C(/login?direct=1).
      - V(off) - neither. Go on, and warn.
    type: str
    choices: [strict, direct_login, "off"]
    default: strict
  validate_certificates:
    description:
      - Whether a certificate that is over, or does not hold yet, is refused. Otherwise it is warned about.
      - This applies to O(identity_providers[].metadata_certificate) as well.
    type: bool
    default: true
  certificate_warn_days:
    description: How many days before its end a certificate is warned about at each run.
    type: int
    default: 30
  snapshot_dir:
    description:
      - Folder on the host in which is written down, before the first change, what there was.
        M(secsign.nextcloud.rollback) puts it back.
      - It holds no private key. A rollback leaves a key that was changed as it is, and says so.
    type: path
author:
  - SecSign Nextcloud collection contributors (@secsign)
extends_documentation_fragment:
  - secsign.nextcloud.nextcloud
  - secsign.nextcloud.nextcloud.attributes
requirements:
  - On the control node, the Python library C(signxml) 4.0 or newer, for O(identity_providers[].metadata_certificate)
    only.
notes:
  - Needs user_saml 5 or newer, which is there for Nextcloud 21 and newer. Version 8 is for Nextcloud 32 to 34, 7 for 30
    to 33, 6 for 28 to 32.
seealso:
  - module: secsign.nextcloud.rollback
  - module: secsign.nextcloud.twofactor_info
"""

EXAMPLES = r"""
---
- name: SecSign ID as identity provider
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

- name: Metadata from the network, whose signature is verified
  secsign.nextcloud.saml:
    type: saml
    multiple_user_back_ends: true
    identity_providers:
      - display_name: SecSign ID
        metadata: "{{ lookup('ansible.builtin.url', 'https://idp.example.com/metadata', split_lines=false) }}"
        metadata_certificate: "{{ lookup('ansible.builtin.file', 'metadata-signer.pem') }}"
        uid_mapping: uid

- name: Without metadata, and only for users whom LDAP knows
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

- name: Back to passwords, at once
  secsign.nextcloud.saml:
    type: none
"""

RETURN = r"""
commands:
  description:
    - What was run on the host, in order; in check mode what would be run.
    - Of the settings it tells the names, and the values of the general ones.
  returned: success
  type: list
  elements: str
  sample: ["bridge write_saml sets=type=saml; provider 1: general-uid_mapping idp-entityId idp-singleSignOnService.url
    idp-x509cert"]
service_provider:
  description: The addresses of this Nextcloud that the identity provider has to know, from C(overwrite.cli.url) in
    config.php.
  returned: when user_saml is enabled; by a check run when it was enabled before
  type: dict
  contains:
    entity_id:
      description: Its entity id, which is the address of its metadata too.
      type: str
      sample: https://cloud.example.com/index.php/apps/user_saml/saml/metadata
    acs_url:
      description: Where the identity provider sends its answer (AssertionConsumerService, binding HTTP-POST).
      type: str
      sample: https://cloud.example.com/index.php/apps/user_saml/saml/acs
    slo_url:
      description: Where the identity provider sends logouts.
      type: str
      sample: https://cloud.example.com/index.php/apps/user_saml/saml/sls
nextcloud:
  description: The server that was found.
  returned: success
  type: dict
  contains:
    path:
      description: Its folder.
      type: str
      sample: /var/www/nextcloud
    release:
      description: Its release, as Nextcloud shows it.
      type: str
      sample: 34.0.1
    version:
      description: Its version in four numbers.
      type: str
      sample: 34.0.1.2
code:
  description: Short code of the error sentence, to look it up.
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
