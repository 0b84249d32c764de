#!/usr/bin/python
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: secsign_ids
short_description: Assign SecSign IDs to users, the whole list at once
version_added: 1.0.0
description:
  - Assigns, changes, enables, disables and removes SecSign IDs, in one PHP process and one transaction, however many
    there are.
  - Writes what the app's own page writes - its table, Nextcloud's registry of providers, and, where an ID changed, the
    mark that it was not used yet.
  - IDs are trimmed and lower-cased, as the app does before every request.
options:
  ids:
    description: The users and their IDs.
    type: list
    elements: dict
    default: []
    suboptions:
      user:
        description: User id or, as at the login, a mail address that one account has.
        type: str
        required: true
      secsign_id:
        description:
          - The SecSign ID. Letters, digits and C(. _ @ + -), at most 200.
          - Without it the one that is assigned stays.
        type: str
      enabled:
        description: Whether it is asked for at the login.
        type: bool
        default: true
  csv:
    description:
      - CSV file on the control machine with the columns C(user), C(secsign_id) and, if wanted, C(enabled). Its lines
        are added to O(ids).
      - UTF-8, separated by commas or semicolons.
    type: path
  pattern:
    description:
      - SecSign ID for users whom O(ids) does not name, with C({uid}) for the user id, as in V({uid}@company).
      - Disabled accounts are left out.
    type: str
  pattern_groups:
    description: Ids of the groups for whose members O(pattern) is. An empty list means everybody.
    type: list
    elements: str
    default: []
  prune:
    description: Whether users whom neither O(ids) nor O(pattern) covers lose their ID.
    type: bool
    default: false
  unknown_users:
    description: What to do about users in O(ids) whom the server does not know - V(fail), leave them out and V(report)
      them as a warning, or V(ignore) them.
    type: str
    choices: [fail, report, ignore]
    default: fail
  allow_shared_ids:
    description: Whether two users may have the same SecSign ID.
    type: bool
    default: false
  guard:
    description:
      - With V(strict), taking an ID away is refused if its owner must use two-factor login and could not log in any
        more.
    type: str
    choices: [strict, "off"]
    default: strict
author:
  - SecSign Nextcloud collection contributors (@secsign)
extends_documentation_fragment:
  - secsign.nextcloud.nextcloud
  - secsign.nextcloud.nextcloud.app_id
  - secsign.nextcloud.nextcloud.attributes
"""

EXAMPLES = r"""
---
- name: Everybody of two groups, and one by hand
  secsign.nextcloud.secsign_ids:
    pattern: "{uid}@example"
    pattern_groups: [staff, it]
    ids:
      - user: alice
        secsign_id: alice.smith@example

- name: Exactly what personnel says
  secsign.nextcloud.secsign_ids:
    csv: files/secsign_ids.csv
    prune: true
    unknown_users: report
"""

RETURN = r"""
commands:
  description:
    - The commands that were run on the host, in order; in check mode those that would be run.
    - Values are passed on standard input, shown here behind C(<).
  returned: success
  type: list
  elements: str
  sample: ["bridge assign_ids app=twofactor_secsign rows: 10"]
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
assigned:
  description: Number of users whose ID or its state is written.
  returned: success
  type: int
removed:
  description: Number of users whose ID is taken away.
  returned: success
  type: int
code:
  description: Short code of the error sentence, to look it up.
  returned: failure
  type: str
  sample: NC204
"""

from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.run import run
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import APP_ID_SPEC
from ansible_collections.secsign.nextcloud.plugins.module_utils._users.secsign_ids import SecSignIds


def main() -> None:
    run(dict(SecSignIds.SPEC, **APP_ID_SPEC), lambda params, context: [SecSignIds(params, context)])


if __name__ == "__main__":
    main()
