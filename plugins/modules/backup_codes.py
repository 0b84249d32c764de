#!/usr/bin/python
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: backup_codes
short_description: Issue backup codes for one user
version_added: 1.0.0
description:
  - Makes a set of backup codes with Nextcloud's own app, for which C(occ) has no command, and writes them to a new file
    on the control machine.
  - The codes are in no result, diff or log. They are lost if that file is.
  - If the user has unused codes, nothing is done unless O(replace=true).
  - Leaves a line in the audit log on the host and one in Nextcloud's own log.
options:
  user:
    description: User id or, as at the login, a mail address that one account has.
    type: str
    required: true
  path:
    description: New file on the control machine for the codes, one a line. Made with mode 0600; it must not exist yet.
    type: path
    required: true
  vault:
    description: Encrypt the file with the vault password of this run.
    type: bool
    default: false
  replace:
    description: Make new codes although there are unused ones, which end.
    type: bool
    default: false
  reason:
    description: Why, for the audit log.
    type: str
    required: true
  requested_by:
    description: Who does it, for the audit log. Without it the user who became root on the host.
    type: str
  audit_log:
    description: File on the host to which a JSON line is added.
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
- name: Codes for somebody who lost her phone
  secsign.nextcloud.backup_codes:
    user: alice
    path: ~/alice-codes.txt
    reason: Lost phone, ticket 4711
"""

RETURN = r"""
path:
  description: The file with the codes, on the control machine.
  returned: when codes were made
  type: str
code:
  description: Short code of the error sentence, to look it up.
  returned: failure
  type: str
  sample: NC204
"""

from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.backup_codes import SPEC, issue
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.run import run_info_module


def main() -> None:
    run_info_module(SPEC, issue)


if __name__ == "__main__":
    main()
