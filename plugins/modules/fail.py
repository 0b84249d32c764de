#!/usr/bin/python
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: fail
short_description: Fail with an error message of this collection and its code
version_added: 1.0.0
description:
  - Fails, as M(ansible.builtin.fail) does, with an error message from the list of errors of this collection.
  - The result has the code of the error, as the result of every module of this collection has.
  - The playbooks and roles of this collection use it. It runs on the control node alone.
options:
  error:
    description: Name of the error in C(plugins/module_utils/_errors.py).
    type: str
    required: true
  facts:
    description: Values of the words in braces in the error message.
    type: dict
    default: {}
author:
  - SecSign Nextcloud collection contributors (@secsign)
seealso:
  - module: ansible.builtin.fail
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff
      mode.
    support: none
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no
      change.
    support: full
  platform:
    description: Target OS/families that can be operated against.
    support: full
    platforms: posix
"""

EXAMPLES = r"""
---
- name: Fail where no host has the user
  secsign.nextcloud.fail:
    error: user_on_no_host
    facts:
      user: alice
"""

RETURN = r"""
code:
  description: The code of the error.
  returned: always
  type: str
  sample: NC204
msg:
  description: The error message, which ends with the code.
  returned: always
  type: str
"""

# plugins/action/fail.py does all of it
