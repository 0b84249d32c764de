#!/usr/bin/python
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: unlock
short_description: Release one user who cannot log in
version_added: 1.0.0
description:
  - Switches off the second factor that a user lost, or exempts the user for some hours. Works when the provider's
    app is broken, missing or disabled too.
  - Leaves a line in an audit log on the host and one in Nextcloud's own log - who, whom, what, why, when.
  - Refuses to switch off a provider if the user could not log in without it either.
options:
  user:
    description: User id or, as at the login, a mail address that one account has.
    type: str
    required: true
  method:
    description:
      - V(show) - tell how the user stands; changes nothing.
      - V(disable_provider) - switch off O(provider). The user then logs in with another second factor, or sets one up
        at the login.
      - V(exempt) - exempt the user for O(hours). An exemption that holds already is left as it is.
    type: str
    choices: [show, disable_provider, exempt]
    default: show
  provider:
    description: Id of the provider to switch off. Without it every one that is on, backup codes apart.
    type: str
  hours:
    description: For how many hours, counted from the next full hour, O(method=exempt) exempts, from 1 to 336.
    type: int
    default: 8
  reason:
    description: Why, for the audit log. Required unless O(method=show).
    type: str
  requested_by:
    description: Who does it, for the audit log. Without it the user who became root on the host.
    type: str
  audit_log:
    description: File on the host to which a JSON line is added for every release. Made with mode 0600.
    type: path
    default: /var/log/secsign-nextcloud-audit.jsonl
author:
  - SecSign Nextcloud collection contributors (@secsign)
extends_documentation_fragment:
  - secsign.nextcloud.nextcloud
  - secsign.nextcloud.nextcloud.attributes
"""

EXAMPLES = r"""
---
- name: A new phone
  secsign.nextcloud.unlock:
    user: alice
    method: disable_provider
    provider: twofactor_secsign
    reason: New phone, ticket 4711

- name: In for the rest of the day
  secsign.nextcloud.unlock:
    user: alice
    method: exempt
    hours: 8
    reason: Phone at home, ticket 4712
"""

RETURN = r"""
commands:
  description:
    - The commands that were run on the host, in order; in check mode those that would be run.
    - Values are passed on standard input, shown here behind C(<).
  returned: success
  type: list
  elements: str
  sample: ["bridge unlock_user user=alice provider=twofactor_secsign"]
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
account:
  description: How the user stood before.
  returned: success
  type: dict
  sample: {"user": "alice", "login": "locked_out", "exempt_until": null, "providers": {"totp": "on"}}
login_before:
  description: What the user met at a login before, one of the classes of the guard.
  returned: success
  type: str
  sample: locked_out
login:
  description: What the user meets at the next login.
  returned: success
  type: str
  sample: will_enrol
code:
  description: Short code of the error sentence, to look it up.
  returned: failure
  type: str
  sample: NC405
"""

from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.run import run
from ansible_collections.secsign.nextcloud.plugins.module_utils._users.unlock import Unlock, write_audit_entry


def main() -> None:
    run(Unlock.SPEC, lambda params, context: [Unlock(params, context)], after_change=write_audit_entry)


if __name__ == "__main__":
    main()
