#!/usr/bin/python
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: enforcement
short_description: Enforce two-factor login for everyone or for groups, with a guard against lock-out
version_added: 1.0.0
description:
  - Sets Nextcloud's own policy, the one that C(occ twofactorauth:enforce) shows, in a single write.
  - Switching on is refused while no enabled provider loads, while an enabled one is broken, and while users could not
    log in any more.
  - Switching off is never refused.
  - Exemptions that M(secsign.nextcloud.exemptions) keeps on the server are compiled into the policy; those that are
    over end.
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
      - Ids of the groups whose members need not.
      - Nextcloud itself ignores excluded groups as soon as groups are enforced. If both have members, the members of
        O(groups) who are in none of these are put in the group C(secsign-enforced), which alone is enforced; users who
        join later are in scope from the next run on.
      - Without this option the list that is stored is left as it is.
    type: list
    elements: str
  widen_only:
    description: Whether O(groups) are added to those that are enforced already, for a roll-out group by group that can
      be run again.
    type: bool
    default: false
  group_by_group:
    description:
      - Whether to enforce for the first of O(groups), prove it, go on to the second, and so on.
      - The first group that the guard refuses is the last one. Those before it stay enforced, and the error names them.
      - Groups that are enforced and not among O(groups) leave with the last step, unless O(widen_only) keeps them.
    type: bool
    default: false
author:
  - SecSign Nextcloud collection contributors (@secsign)
extends_documentation_fragment:
  - secsign.nextcloud.nextcloud
  - secsign.nextcloud.nextcloud.guard
  - secsign.nextcloud.nextcloud.attributes
"""

EXAMPLES = r"""
---
- name: Everyone but service accounts
  secsign.nextcloud.enforcement:
    enforced: true
    groups: []
    excluded_groups: [service-accounts]

- name: Two groups, and nobody is locked out on the way
  secsign.nextcloud.enforcement:
    enforced: true
    groups: [staff, it]
    guard: exempt
    exempt_days: 7

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
      description: Its release, as Nextcloud shows it.
      type: str
      sample: 34.0.1
    version:
      description: Its version in four numbers.
      type: str
      sample: 34.0.1.2
guard:
  description: How many users there are of each class under the new policy, and whether it widens; only when it changes
    and enforces.
  returned: when the policy changes
  type: dict
  sample: {"ready": 28, "will_enrol": 2, "locked_out": 0, "exempt": 1, "widened": true}
code:
  description: Short code of the error sentence, to look it up.
  returned: failure
  type: str
  sample: NC401
"""

from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.run import run
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.enforcement import (
    Enforcement,
    enforcement_parts,
)


def main() -> None:
    run(Enforcement.SPEC, enforcement_parts)


if __name__ == "__main__":
    main()
