#!/usr/bin/python
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: enforcement
short_description: Enforce two-factor login for everyone or for groups
version_added: 0.1.0
description:
  - Sets Nextcloud's own policy, the one that C(occ twofactorauth:enforce) shows, in a single write.
  - Switching on is refused while no enabled provider loads, and while an enabled one is broken, since nobody could pass a login then.
  - Switching off is never refused.
options:
  enforced:
    description: Whether two-factor login is enforced.
    type: bool
    required: true
  groups:
    description:
      - Ids of the groups whose members must use it. An empty list means everyone.
      - Without this option the list that is stored is left as it is.
    type: list
    elements: str
  excluded_groups:
    description:
      - Ids of the groups whose members need not, when it is enforced for everyone.
      - Nextcloud ignores this list as soon as O(groups) has members, so giving both is refused.
      - Without this option the list that is stored is left as it is.
    type: list
    elements: str
  accept_insecure_provider:
    description:
      - Enforce although the upstream app C(secsignid) is enabled. Its release 0.3.3 accepts an approval for any SecSign ID, not only
        the one assigned to the account, so whoever has the password and a SecSign ID of their own gets in.
    type: bool
    default: false
author:
  - SecSign Nextcloud collection contributors (@secsign)
extends_documentation_fragment:
  - secsign.nextcloud.nextcloud
  - secsign.nextcloud.nextcloud.attributes
"""

EXAMPLES = r"""
---
- name: Everyone but service accounts
  secsign.nextcloud.enforcement:
    enforced: true
    groups: []
    excluded_groups: [service-accounts]

- name: Only two groups
  secsign.nextcloud.enforcement:
    enforced: true
    groups: [staff, it]
    excluded_groups: []

- name: Nobody
  secsign.nextcloud.enforcement:
    enforced: false
"""

RETURN = r"""
commands:
  description:
    - The commands that were run on the host, in order; in check mode those that would be run.
    - Values are passed on standard input, shown here behind C(<).
  returned: success
  type: list
  elements: str
  sample: ["occ config:import < {\"system\": {\"twofactor_enforced\": \"true\"}}"]
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
      description: Its release as people say it; a sandbox says so here.
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
  sample: NC402
"""

from ansible_collections.secsign.nextcloud.plugins.module_utils._enforcement import Enforcement
from ansible_collections.secsign.nextcloud.plugins.module_utils._module import run


def main() -> None:
    run(Enforcement.SPEC, lambda module, nextcloud: [Enforcement(module.params)])


if __name__ == "__main__":
    main()
