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
name: verdicts
short_description: Hold one host against a policy of the audit
version_added: 1.0.0
description:
  - The verdict of every rule on what M(secsign.nextcloud.twofactor_info) told of one host, for playbooks that need no
    report.
positional: policy, drift
options:
  _input:
    description: Result of M(secsign.nextcloud.twofactor_info) with users V(packed), or V(list) with everybody on one
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

- name: Stop where a rule failed
  ansible.builtin.assert:
    that: failed | length == 0
    fail_msg: "{{ failed | map(attribute='sentence') | join(' ') }}"
  vars:
    policy: "{{ lookup('ansible.builtin.file', 'our-policy.yml') | from_yaml }}"
    failed: "{{ state | secsign.nextcloud.verdicts(policy) | selectattr('status', 'equalto', 'failure') }}"
"""

RETURN = r"""
_value:
  description: One verdict a rule.
  type: list
  elements: dict
  contains:
    rule:
      description: Id of the rule.
      type: str
      sample: nobody-locked-out
    status:
      description: V(met), V(unknown), or the level of the rule, V(failure) or V(warning).
      type: str
    sentence:
      description: What was found.
      type: str
      sample: 2 users cannot log in, or soon cannot.
    users:
      description: User ids of those who break it.
      type: list
      elements: str
    findings:
      description: What else breaks it, a sentence each.
      type: list
      elements: str
"""


def verdicts(
    state: t.Mapping[str, t.Any], policy: t.Any, drift: t.Mapping[str, t.Any] | None = None
) -> list[dict[str, t.Any]]:
    try:
        checked = make_policy(policy)
        host = examine("host", state, drift, checked, Redactor(show_ids=True))
    except PolicyError as error:
        raise AnsibleFilterError(NextcloudError("report_input", detail=str(error)).message) from None
    return [
        {
            "rule": verdict.rule.id,
            "status": verdict.status,
            "sentence": verdict.sentence,
            "users": [user.row["uid"] for user in verdict.users],
            "findings": [finding.sentence for finding in verdict.findings],
        }
        for verdict in checks.verdicts(checked, host)
    ]


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"verdicts": verdicts}
