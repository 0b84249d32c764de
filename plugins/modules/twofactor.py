#!/usr/bin/python
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: twofactor
short_description: Take one Nextcloud to the wanted two-factor state in a single task
version_added: 1.0.0
description:
  - Does what the other modules of this collection do, all in one task and one plan - app, ID server, permissions,
    onboarding and enforcement.
  - The state is read once, so a host where nothing is to do costs one PHP process, and a check run of a fresh host is
    exact, since each part is planned on what the parts before it will have done.
  - The order is safe. Enforcement is switched on last, after the app is proven to load, and switched off first.
  - An option that is not given is not managed. Each dictionary takes the options of the module of the same name, with
    the same defaults, and is checked before anything is changed.
options:
  from_variables:
    description:
      - Prefix of variables that hold the options. With V(twofactor_) the variable C(twofactor_enforcement) is
        O(enforcement), and so on.
      - An option that the task itself names counts before its variable. A variable that does not exist is an option
        that is not given.
    type: str
  rollout_groups:
    description:
      - Groups for which two-factor authentication is enforced one after the other, each proven before the next begins.
      - With groups, O(enforcement) takes them in place of its own, with C(group_by_group) and C(widen_only).
      - Without groups or without O(enforcement), the option has no effect.
    type: list
    elements: str
  snapshot_dir:
    description:
      - Folder on the host in which is written down, before the first change, what there was - settings, policy,
        exemptions, the app and the SecSign IDs of the users who are touched. M(secsign.nextcloud.rollback) puts it
        back.
      - The files have mode 0600 and hold no secret. The first and the newest 20 are kept.
      - Without it nothing is written down.
    type: path
  check_url:
    description:
      - Address of the Nextcloud as the host reaches it, C(https://cloud.example.com).
      - After a change, and after each group of C(group_by_group), its login page must answer with status 200 or the
        task has failed. It is asked three times, since web workers may answer from the old configuration for two
        seconds.
      - An app that was brought in just before is taken back then.
    type: str
  check_certs:
    description: Whether the certificate of O(check_url) must be valid.
    type: bool
    default: true
  app:
    description: Options of M(secsign.nextcloud.app).
    type: dict
  id_server:
    description: Options of M(secsign.nextcloud.id_server).
    type: dict
  user_permissions:
    description: Options of M(secsign.nextcloud.user_permissions).
    type: dict
  onboarding:
    description: Options of M(secsign.nextcloud.onboarding).
    type: dict
  secsign_ids:
    description: Options of M(secsign.nextcloud.secsign_ids).
    type: dict
  exemptions:
    description:
      - Options of M(secsign.nextcloud.exemptions).
      - Those about the guard (C(guard), C(exempt_days), C(service_groups), C(require_backup_codes),
        C(accept_insecure_provider)) need not be said twice; without them those of O(enforcement) hold.
    type: dict
  enforcement:
    description: Options of M(secsign.nextcloud.enforcement).
    type: dict
author:
  - SecSign Nextcloud collection contributors (@secsign)
extends_documentation_fragment:
  - secsign.nextcloud.nextcloud
  - secsign.nextcloud.nextcloud.app_id
  - secsign.nextcloud.nextcloud.attributes
seealso:
  - module: secsign.nextcloud.app
  - module: secsign.nextcloud.id_server
  - module: secsign.nextcloud.user_permissions
  - module: secsign.nextcloud.onboarding
  - module: secsign.nextcloud.secsign_ids
  - module: secsign.nextcloud.exemptions
  - module: secsign.nextcloud.enforcement
"""

EXAMPLES = r"""
---
- name: From passwords only to SecSign ID, enforced
  secsign.nextcloud.twofactor:
    nextcloud_path: /var/www/nextcloud
    app:
      source: files/twofactor_secsign-1.0.0.tar.gz
      sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
    id_server:
      server: https://secsign.example.com
      validate: true
    user_permissions:
      allow_edit: false
    onboarding:
      enabled: true
      suffix: example
    enforcement:
      enforced: true
      groups: []

- name: What the inventory says in variables such as cloud_app and cloud_enforcement
  secsign.nextcloud.twofactor:
    from_variables: cloud_
"""

RETURN = r"""
commands:
  description:
    - The commands that were run on the host, in order; in check mode those that would be run.
    - Values are passed on standard input, shown here behind C(<).
  returned: success
  type: list
  elements: str
  sample: ["occ app:enable twofactor_secsign", "occ config:import < {\"system\": {\"twofactor_enforced\": \"true\"}}"]
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

from ansible_collections.secsign.nextcloud.plugins.module_utils import (
    _fast_start,  # noqa: F401  # pylint: disable=unused-import
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.run import login_page, run
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.twofactor import SPEC, compose, snapshot_keeper


def main() -> None:
    run(SPEC, compose, before_change=snapshot_keeper, check=login_page)


if __name__ == "__main__":
    main()
