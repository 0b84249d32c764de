#!/usr/bin/python
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: twofactor_info
short_description: Read everything about two-factor login of one Nextcloud
version_added: 1.0.0
description:
  - Reads in one PHP process what the other modules of this collection set, in the words of their options, and which
    users of all user backends have which second factor.
  - Never returns a secret. Backup codes are counted, not shown.
options:
  users:
    description:
      - V(none) leaves users out, V(summary) counts them, V(list) returns them page by page besides, V(packed) returns
        all of them as one short text, which the filter P(secsign.nextcloud.unpack_users#filter) turns into the list
        again.
    type: str
    choices: [none, summary, list, packed]
    default: summary
  show_ids:
    description: Whether SecSign IDs are told. Without them it is still told who has one.
    type: bool
    default: true
  limit:
    description: How many users a page of O(users=list) holds at most.
    type: int
    default: 1000
  offset:
    description: How many users come before the page of O(users=list).
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
- name: Who has no second factor
  secsign.nextcloud.twofactor_info:
    users: list
  register: state

- name: Show them
  ansible.builtin.debug:
    msg: "{{ state.users | rejectattr('providers') | map(attribute='uid') }}"
"""

RETURN = r"""
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
    php:
      description: Version of the PHP command line.
      type: str
      sample: 8.2.30
    database:
      description: Kind of database, as config.php names it.
      type: str
      sample: mysql
    config_writable:
      description: Whether occ can change config.php.
      type: bool
    pending_upgrades:
      description: What waits for C(occ upgrade), V(core) or ids of apps.
      type: list
      elements: str
    time:
      description: The server's clock, in seconds since 1970.
      type: int
app:
  description: The app that brings the second factor.
  returned: success
  type: dict
  contains:
    app_id:
      description: Its id.
      type: str
      sample: twofactor_secsign
    path:
      description: Its folder, null if it is not on the server.
      type: str
    version:
      description: Version of its code.
      type: str
      sample: 1.0.0
    code:
      description:
        - Whether the files of V(twofactor_secsign) are those of the package of the same version in this collection. A
          link, an additional file and a missing file count as a change. An operator's own C(appinfo/signature.json)
          does not.
        - V(unchanged), V(changed), or V(unknown) if the app is not installed, is another app or has another version.
      type: str
      sample: unchanged
    enabled:
      description: Whether it is enabled.
      type: bool
    groups:
      description: Groups to which it is limited; empty for everyone.
      type: list
      elements: str
    supports:
      description: Oldest and newest Nextcloud that it declares.
      type: list
      elements: str
      sample: ["30", "34"]
settings:
  description: Its settings, for each of the modules id_server, user_permissions and onboarding; null where nothing is
    stored.
  returned: success
  type: dict
  sample: {"id_server": {"server": "https://secsign.example.com", "serverport": 443}}
enforcement:
  description: Nextcloud's policy, as in M(secsign.nextcloud.enforcement).
  returned: success
  type: dict
  sample: {"enforced": true, "groups": [], "excluded_groups": ["service-accounts"]}
exemptions:
  description: The exemptions that hold, and those that are over and have not been ended by a run yet.
  returned: success
  type: list
  elements: dict
  sample: [{"kind": "user", "name": "alice", "owner": "helpdesk", "reason": "Lost phone", "until":
    "2026-12-31T18:00:00Z", "over": false}]
saml:
  description:
    - Login through an identity provider, with the app C(user_saml), in the words of M(secsign.nextcloud.saml); null
      where the app is not enabled.
    - C(password_form) is whether the login page has a way to the password form.
    - C(certificate_days_left) of an identity provider is in how many days its certificate is over.
    - Nextcloud asks nobody for a second factor who comes in that way.
  returned: success
  type: dict
  sample: {"type": "saml", "password_form": true, "identity_providers": [{"id": 1, "display_name": "SecSign ID",
    "certificate_days_left": 300}]}
providers:
  description: The two-factor providers of all enabled apps; null while an upgrade is pending.
  returned: success
  type: list
  elements: dict
  sample: [{"id": "totp", "app": "twofactor_totp", "loads": true, "error": null, "users": 12}]
users_summary:
  description:
    - How many users there are, and, of those who are not disabled, how many have what.
    - C(admins_with_password) are administrators who get in with a password of Nextcloud's own, whatever becomes of an
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
      description: User id.
      type: str
    backend:
      description: User backend that the user comes from.
      type: str
      sample: Database
    enabled:
      description: Whether the account is enabled.
      type: bool
    admin:
      description: Whether the user is a member of the group admin.
      type: bool
    groups:
      description: Ids of the user's groups.
      type: list
      elements: str
    providers:
      description: Provider id and whether the user has it enabled, for each provider that was ever used.
      type: dict
      sample: {"totp": true, "backup_codes": false}
    factors:
      description: Ids of the providers with which the user can pass a login, backup codes apart.
      type: list
      elements: str
      sample: [totp]
    backup_codes:
      description: Number of backup codes left, null if none were ever made.
      type: int
    secsign_ids:
      description: SecSign IDs assigned to the user, with the app that stores it and whether it is enabled.
      type: list
      elements: dict
    in_scope:
      description: Whether Nextcloud's policy makes the user use two-factor login now.
      type: bool
    login:
      description:
        - What the user meets at the next login. C(ready) - a second factor that works. C(will_enrol) - a set-up.
          C(backup_codes_only) - gets in as often as there are codes. C(locked_out) - cannot log in. C(exempt) - left
          out of the scope. C(not_in_scope). And, counted apart, C(disabled), C(no_password_login), C(guest),
          C(service_account).
      type: str
      sample: ready
    password_login:
      description: Whether the user's backend knows passwords; SAML and the like do not.
      type: bool
    local_password:
      description: Whether Nextcloud itself has a password of the user, which holds whatever becomes of LDAP or an
        identity provider.
      type: bool
    last_login:
      description: Seconds since 1970 of the last login, null if there was none.
      type: int
users_packed:
  description: All users, packed.
  returned: O(users=packed)
  type: str
users_total:
  description: How many users there are on all pages.
  returned: O(users=list)
  type: int
code:
  description: Short code of the error sentence, to look it up.
  returned: failure
  type: str
  sample: NC101
"""

from ansible_collections.secsign.nextcloud.plugins.module_utils import (
    _fast_start,  # noqa: F401  # pylint: disable=unused-import
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.info import SPEC, info
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.run import run_info_module
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import APP_ID_SPEC


def main() -> None:
    run_info_module(dict(SPEC, **APP_ID_SPEC), info)


if __name__ == "__main__":
    main()
