#!/usr/bin/python
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: user_permissions
short_description: Set who may edit their own SecSign settings
version_added: 1.0.0
description:
  - Sets who, besides administrators, may change their own SecSign ID and switch their second factor on and off.
  - An option that is not given is left as it is.
options:
  allow_edit:
    description: Whether everybody may edit. Where nothing is stored only administrators may.
    type: bool
  allow_groups:
    description:
      - Whether O(allow_edit_groups) alone decides. An administrator who is in none of these groups then cannot edit
        either.
    type: bool
  allow_edit_groups:
    description:
      - Ids of the groups whose members may edit when O(allow_groups=true).
      - The words V(no group) mean users who are in no group.
    type: list
    elements: str
author:
  - SecSign Nextcloud collection contributors (@secsign)
extends_documentation_fragment:
  - secsign.nextcloud.nextcloud
  - secsign.nextcloud.nextcloud.app_id
  - secsign.nextcloud.nextcloud.attributes
"""

EXAMPLES = r"""
---
- name: Only administrators edit SecSign settings
  secsign.nextcloud.user_permissions:
    allow_edit: false
    allow_groups: false

- name: The help desk and administrators do
  secsign.nextcloud.user_permissions:
    allow_groups: true
    allow_edit_groups: [admin, helpdesk]
"""

RETURN = r"""
commands:
  description:
    - The commands that were run on the host, in order; in check mode those that would be run.
    - Values are passed on standard input, shown here behind C(<).
  returned: success
  type: list
  elements: str
  sample: ["occ config:import < {\"apps\": {\"twofactor_secsign\": {\"allowEdit\": \"1\"}}}"]
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
  sample: NC202
"""

from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.run import run
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import APP_ID_SPEC, UserPermissions


def main() -> None:
    run(dict(UserPermissions.SPEC, **APP_ID_SPEC), lambda params, context: [UserPermissions(params, context)])


if __name__ == "__main__":
    main()
