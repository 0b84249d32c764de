# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit import policy as policies

DOCUMENTATION = r"""
---
name: policy_problems
short_description: Problems of a policy of the audit
version_added: 1.0.0
description:
  - Checks a policy as M(secsign.nextcloud.report) does, against the schema C(playbooks/files/audit-policy.schema.json).
options:
  _input:
    description: The policy, as it is read from YAML.
    type: raw
    required: true
author:
  - SecSign Nextcloud collection contributors (@secsign)
"""

EXAMPLES = r"""
---
- name: Check a policy
  ansible.builtin.assert:
    that: problems | length == 0
    fail_msg: "{{ problems | join(' ') }}"
  vars:
    problems: "{{ lookup('ansible.builtin.file', 'our-policy.yml') | from_yaml | secsign.nextcloud.policy_problems }}"
"""

RETURN = r"""
_value:
  description: One message for each problem, which names the key. The list is empty for a valid policy.
  type: list
  elements: str
  sample: ["policy.rules[2].level must be one of failure, warning, off, and is 'fatal'."]
"""


def policy_problems(policy: t.Any) -> list[str]:
    return policies.policy_problems(policy)


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"policy_problems": policy_problems}
