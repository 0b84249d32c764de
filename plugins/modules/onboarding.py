#!/usr/bin/python
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: onboarding
short_description: Set how users get their SecSign ID at the first login
version_added: 1.0.0
description:
  - With onboarding enabled, the first login walks a user through creating a SecSign ID.
  - An option that is not given is left as it is.
options:
  enabled:
    description: Whether users without a SecSign ID create one at their next login. Where nothing is stored they do
      not.
    type: bool
  suffix:
    description:
      - The part after the C(@) of the SecSign ID that is proposed, as in C(alice@SUFFIX).
      - Must be set (now or before) when O(enabled=true).
    type: str
  choice_enabled:
    description: Whether a user may choose another SecSign ID than the one proposed.
    type: bool
  choice_groups:
    description:
      - Ids of the groups to which O(choice_enabled) is limited. An empty list means everyone.
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
- name: Everybody is walked through at the first login and gets NAME@example
  secsign.nextcloud.onboarding:
    enabled: true
    suffix: example
    choice_enabled: false
"""

RETURN = r"""
commands:
  description:
    - The commands that were run on the host, in order; in check mode those that would be run.
    - Values are passed on standard input, shown here behind C(<).
  returned: success
  type: list
  elements: str
  sample: ["occ config:import < {\"apps\": {\"twofactor_secsign\": {\"onboarding_enabled\": \"1\"}}}"]
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
  sample: NC201
"""

from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.run import run
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import APP_ID_SPEC, Onboarding


def main() -> None:
    run(dict(Onboarding.SPEC, **APP_ID_SPEC), lambda params, context: [Onboarding(params, context)])


if __name__ == "__main__":
    main()
