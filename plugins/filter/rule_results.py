# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit import checks
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.host import examine
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.policy import PolicyError, make_policy
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.redact import Redactor

DOCUMENTATION = r"""
---
name: rule_results
short_description: Check one host against a policy of the audit
version_added: 1.0.0
description:
  - The result of every rule for one host that M(secsign.nextcloud.twofactor_info) read, for playbooks that need no
    report.
positional: policy, drift
options:
  _input:
    description: Result of M(secsign.nextcloud.twofactor_info) with users V(packed), or V(list) with all users on one
      page.
    type: dict
    required: true
  policy:
    description: The policy, as it is read from YAML.
    type: dict
    required: true
  drift:
    description: Result of M(secsign.nextcloud.twofactor) in check mode, for rules about drift.
    type: dict
author:
  - SecSign Nextcloud collection contributors (@secsign)
seealso:
  - plugin: secsign.nextcloud.policy_problems
    plugin_type: filter
"""

EXAMPLES = r"""
---
- name: Read one server
  secsign.nextcloud.twofactor_info:
    users: packed
  register: state

- name: Stop if a rule failed
  ansible.builtin.assert:
    that: failed | length == 0
    fail_msg: "{{ failed | map(attribute='message') | join(' ') }}"
  vars:
    policy: "{{ lookup('ansible.builtin.file', 'our-policy.yml') | from_yaml }}"
    failed: "{{ state | secsign.nextcloud.rule_results(policy) | selectattr('status', 'equalto', 'failure') }}"
"""

RETURN = r"""
_value:
  description: One result for each rule.
  type: list
  elements: dict
  contains:
    rule:
      description: ID of the rule.
      type: str
      sample: nobody-locked-out
    status:
      description: V(met), V(unknown), or the level of the rule, V(failure) or V(warning).
      type: str
    message:
      description: The finding, in one or more sentences.
      type: str
      sample: 2 users cannot log in, or soon cannot.
    users:
      description: IDs of the users who break the rule.
      type: list
      elements: str
    findings:
      description: Messages about other findings.
      type: list
      elements: str
"""


def rule_results(
    state: t.Mapping[str, t.Any], policy: t.Any, drift: t.Mapping[str, t.Any] | None = None
) -> list[dict[str, t.Any]]:
    try:
        checked = make_policy(policy)
        host = examine("host", state, drift, checked, Redactor(show_ids=True))
    except PolicyError as error:
        raise AnsibleFilterError(NextcloudError("report_input", detail=str(error)).message) from None
    return [
        {
            "rule": result.rule.id,
            "status": result.status,
            "message": result.message,
            "users": [user.row["uid"] for user in result.users],
            "findings": [finding.message for finding in result.findings],
        }
        for result in checks.rule_results(checked, host)
    ]


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"rule_results": rule_results}
