#!/usr/bin/python
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: twofactor_info
short_description: Read the two-factor authentication (2FA) state of one Nextcloud
version_added: 1.0.0
description:
  - Reads, in one PHP process, all that the other modules of this collection set, under the names of their options.
    Reads the second factors of users of all user backends.
  - Never returns a secret. Backup codes are counted, not shown.
options:
  users:
    description:
      - Form in which users are returned.
      - V(none) - Users are not read.
      - V(summary) - Users are counted.
      - V(list) - Users are counted and returned page by page.
      - V(packed) - Users are counted and returned as one short text. The filter
        P(secsign.nextcloud.unpack_users#filter) turns this text into the list.
    type: str
    choices: [none, summary, list, packed]
    default: summary
  show_ids:
    description: Whether to return SecSign IDs. Without SecSign IDs, the result still shows which users have one.
    type: bool
    default: true
  limit:
    description: Highest number of users on a page of O(users=list), at least 1.
    type: int
    default: 1000
  offset:
    description: Number of users before the page of O(users=list), at least 0.
    type: int
    default: 0
author:
  - SecSign Nextcloud collection contributors (@secsign)
extends_documentation_fragment:
  - secsign.nextcloud.nextcloud
  - secsign.nextcloud.nextcloud.app_id
  - secsign.nextcloud.nextcloud.attributes_info
"""

EXAMPLES = r"""
---
- name: Read the state and the users
  secsign.nextcloud.twofactor_info:
    users: list
  register: state

- name: Show users without a second factor
  ansible.builtin.debug:
    msg: "{{ state.users | rejectattr('providers') | map(attribute='uid') }}"
"""

RETURN = r"""
app:
  description: The two-factor provider app.
  returned: success
  type: dict
  contains:
    app_id:
      description: ID of the app.
      type: str
      sample: twofactor_secsign
    path:
      description: Folder of the app. Null if the app is not on the server.
      type: str
    version:
      description: Version of the installed code.
      type: str
      sample: 1.0.0
    code:
      description:
        - Whether the files of V(twofactor_secsign) are the files of the package of the same version in this collection.
        - Links, additional files and missing files count as changes. An operator's own C(appinfo/signature.json) does
          not.
        - V(unchanged), V(changed), or V(unknown) if the app is not installed, is another app or has another version.
      type: str
      sample: unchanged
    enabled:
      description: Whether the app is enabled.
      type: bool
    groups:
      description: IDs of the groups to which the app is limited. Empty for all users.
      type: list
      elements: str
    supports:
      description: Oldest and newest Nextcloud that the app declares.
      type: list
      elements: str
      sample: ["30", "34"]
settings:
  description: Settings of the app, for each of the modules id_server, user_permissions and onboarding. A setting is
    null if no value is stored.
  returned: success
  type: dict
  sample: {"id_server": {"server": "https://secsign.example.com", "serverport": 443}}
enforcement:
  description: Nextcloud's policy, as in M(secsign.nextcloud.enforcement).
  returned: success
  type: dict
  sample: {"enforced": true, "groups": [], "excluded_groups": ["service-accounts"]}
exemptions:
  description: Exemptions that are valid, and exemptions that have expired and that no run has ended yet. C(over) is
    true for the latter.
  returned: success
  type: list
  elements: dict
  sample: [{"kind": "user", "name": "alice", "owner": "helpdesk", "reason": "Lost phone", "until":
    "2026-12-31T18:00:00Z", "over": false}]
saml:
  description:
    - Login through an identity provider with the app C(user_saml), under the option names of M(secsign.nextcloud.saml).
      Null if the app is not enabled.
    - C(password_form) is whether users can reach the password form from the login page.
    - C(certificate_days_left) is the number of days until the certificate of an identity provider expires.
    - Nextcloud asks users of an identity provider for no second factor.
  returned: success
  type: dict
  sample: {"type": "saml", "password_form": true, "identity_providers": [{"id": 1, "display_name": "SecSign ID",
    "certificate_days_left": 300}]}
providers:
  description: Two-factor providers of all enabled apps. Null while an upgrade is pending.
  returned: success
  type: list
  elements: dict
  sample: [{"id": "totp", "app": "twofactor_totp", "loads": true, "error": null, "users": 12}]
users_summary:
  description:
    - Number of all users. For enabled users, numbers by role, second factor and user backend.
    - C(admins_with_password) counts administrators with a password of Nextcloud's own, who can log in without an
      identity provider.
  returned: O(users) is not V(none)
  type: dict
  sample: {"login": {"ready": 28, "locked_out": 0}, "total": 31, "enabled": 30, "disabled": 1, "admins": 2,
    "with_second_factor": 28}
users:
  description: One page of users, in a fixed order.
  returned: O(users=list)
  type: list
  elements: dict
  contains:
    uid:
      description: User ID.
      type: str
    backend:
      description: User backend of the user.
      type: str
      sample: Database
    enabled:
      description: Whether the account is enabled.
      type: bool
    admin:
      description: Whether the user is a member of the group admin.
      type: bool
    groups:
      description: IDs of the user's groups.
      type: list
      elements: str
    providers:
      description: IDs of all providers that the user ever had, with true for a provider that is enabled.
      type: dict
      sample: {"totp": true, "backup_codes": false}
    factors:
      description: IDs of the providers with which the user can pass a login, without backup codes.
      type: list
      elements: str
      sample: [totp]
    backup_codes:
      description: Number of unused backup codes. Null if the user never had any.
      type: int
    secsign_ids:
      description: SecSign IDs of the user. Each entry has the app that stores the ID, and whether the ID is enabled.
      type: list
      elements: dict
    in_scope:
      description: Whether Nextcloud's policy requires two-factor authentication (2FA) of the user now.
      type: bool
    login:
      description:
        - Class of the user's next login.
        - C(ready) - The user has a working second factor.
        - C(will_enrol) - The user sets up a second factor at the login.
        - C(backup_codes_only) - The user can log in as often as backup codes exist.
        - C(locked_out) - The user cannot log in.
        - C(exempt) - The user is exempt from the policy.
        - C(not_in_scope) - The policy does not apply to the user.
        - C(disabled), C(no_password_login), C(guest) and C(service_account) are counted separately.
      type: str
      sample: ready
    password_login:
      description: Whether the user's backend checks passwords. SAML, for example, does not.
      type: bool
    local_password:
      description: Whether Nextcloud stores a password of the user, which works without LDAP or an identity provider.
      type: bool
    last_login:
      description: Time of the last login in seconds since 1970. Null if the user never logged in.
      type: int
users_packed:
  description: All users as one short text, for P(secsign.nextcloud.unpack_users#filter).
  returned: O(users=packed)
  type: str
users_total:
  description: Number of users on all pages.
  returned: O(users=list)
  type: int
# Below: generated by tools/return_docs.py
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
    php:
      description: Version of the PHP command line program.
      type: str
      sample: 8.2.30
    database:
      description: Type of the database, as in config.php.
      type: str
      sample: mysql
    config_writable:
      description: Whether occ can change config.php.
      type: bool
    pending_upgrades:
      description: Pending steps of C(occ upgrade), V(core) or IDs of apps.
      type: list
      elements: str
    time:
      description: Time of the server in seconds since 1970.
      type: int
code:
  description: Code of the error message. C(docs/errors.md) lists cause and remedy of each code.
  returned: failure
  type: str
  sample: NC101
"""

from ansible_collections.secsign.nextcloud.plugins.module_utils import (  # pylint: disable=unused-import
    _fast_start,  # noqa: F401
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.info import SPEC, info
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.run import run_info_module
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import APP_ID_SPEC


def main() -> None:
    run_info_module(dict(SPEC, **APP_ID_SPEC), info)


if __name__ == "__main__":
    main()
