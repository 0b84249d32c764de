#!/usr/bin/python
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: rollback
short_description: Put back what was there before a run of twofactor
version_added: 1.0.0
description:
  - Puts back settings, policy, exemptions, the app and the SecSign IDs of the users who were touched, as a snapshot of
    M(secsign.nextcloud.twofactor) has them, and proves it by reading again.
  - Enforcement is switched off first if it was off then, and switched on last.
  - Does not put back files of the provider app that were changed on the server. The snapshot keeps these files as
    evidence only.
options:
  snapshot_dir:
    description: The folder that was given to M(secsign.nextcloud.twofactor).
    type: path
    default: /var/lib/secsign-nextcloud
  snapshot:
    description: V(latest), V(first), or the name of one, which is the time at which it was taken.
    type: str
    default: latest
author:
  - SecSign Nextcloud collection contributors (@secsign)
extends_documentation_fragment:
  - secsign.nextcloud.nextcloud
  - secsign.nextcloud.nextcloud.app_id
  - secsign.nextcloud.nextcloud.attributes
"""

EXAMPLES = r"""
---
- name: As it was before the last run that changed something
  secsign.nextcloud.rollback:

- name: As it was before everything
  secsign.nextcloud.rollback:
    snapshot: first
"""

RETURN = r"""
commands:
  description:
    - The commands that were run on the host, in order; in check mode those that would be run.
    - Values are passed on standard input, shown here behind C(<).
  returned: success
  type: list
  elements: str
  sample: ["occ config:import < {\"system\": {\"twofactor_enforced\": null}}"]
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
  sample: NC317
"""

from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.rollback import SPEC, roll_back
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.run import run


def main() -> None:
    run(SPEC, roll_back)


if __name__ == "__main__":
    main()
