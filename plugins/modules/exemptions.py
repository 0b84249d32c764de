#!/usr/bin/python
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: exemptions
short_description: Exempt a user or a group from two-factor login until a day
version_added: 1.0.0
description:
  - Every exemption has an owner, a reason and an end. It is kept on the server, so that all control machines agree, and
    ends with the first run of this module, M(secsign.nextcloud.enforcement) or M(secsign.nextcloud.twofactor) after
    that moment.
  - It is made effective in the way that Nextcloud understands. Where everyone is in scope, exempt users are put in the
    group C(secsign-exempt), which is excluded; where groups are in scope, those in scope who are not exempt are put in
    the group C(secsign-enforced), which alone is enforced. The outcome is compared with Nextcloud's own verdict.
options:
  exemptions:
    description: The exemptions.
    type: list
    elements: dict
    default: []
    suboptions:
      user:
        description: User id or, as at the login, a mail address that one account has. One of O(exemptions[].user) and
          O(exemptions[].group) is required.
        type: str
      group:
        description: Id of the group.
        type: str
      owner:
        description: Who answers for it. Required for O(state=present).
        type: str
      reason:
        description: Why. Required for O(state=present).
        type: str
      until:
        description:
          - When it ends, as a date (V(2026-12-31), the end of that day in UTC) or a date and time
            (V(2026-12-31T18:00:00Z), V(2026-12-31T18:00+01:00)).
          - Required for O(state=present). A moment in the past is refused, unless it is an exemption of this server
            that is over.
        type: str
  state:
    description: Whether the exemptions hold or are taken back.
    type: str
    choices: [present, absent]
    default: present
  prune:
    description: Whether exemptions that O(exemptions) does not name end too.
    type: bool
    default: false
  max_days:
    description: The longest term, in days from now.
    type: int
    default: 90
author:
  - SecSign Nextcloud collection contributors (@secsign)
extends_documentation_fragment:
  - secsign.nextcloud.nextcloud
  - secsign.nextcloud.nextcloud.guard
  - secsign.nextcloud.nextcloud.attributes
"""

EXAMPLES = r"""
---
- name: A lost phone, until the new one is there
  secsign.nextcloud.exemptions:
    exemptions:
      - user: alice
        owner: helpdesk
        reason: Lost phone, ticket 4711
        until: "2026-12-31"

- name: She has it
  secsign.nextcloud.exemptions:
    state: absent
    exemptions:
      - user: alice
"""

RETURN = r"""
commands:
  description:
    - The commands that were run on the host, in order; in check mode those that would be run.
    - Values are passed on standard input, shown here behind C(<).
  returned: success
  type: list
  elements: str
  sample: ["bridge set_members group=secsign-exempt members: 1"]
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
  sample: NC201
"""

from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.run import run
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.exemptions import Exemptions


def main() -> None:
    run(Exemptions.SPEC, lambda params, context: [Exemptions(params, context)])


if __name__ == "__main__":
    main()
