#!/usr/bin/python
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: report
short_description: Check hosts against a policy, and write the report
version_added: 1.0.0
description:
  - Evaluates a policy on the registered results of M(secsign.nextcloud.twofactor_info) and, in check mode, of
    M(secsign.nextcloud.twofactor).
  - Writes one folder on the control node, which appears complete or not at all. Its name is the time in UTC, and
    RV(files) lists its files.
  - Hosts that could not be read are part of the report, and never meet the policy.
  - Runs once for all hosts, on the control node alone. The playbook C(secsign.nextcloud.audit) uses this module.
options:
  policy:
    description: The policy file. The default is C(playbooks/files/audit-policy.yml) of the collection.
    type: str
  controls:
    description: The file that lists the rules of each control. The default is C(playbooks/files/audit-controls.yml) of
      the collection.
    type: str
  output_dir:
    description: Folder on the control node in which the folder of this run is created. Required unless
      O(validate_only=true) or O(result_of) is given.
    type: path
  hosts:
    description: The hosts of the report. The default is all hosts of the play, including those that failed.
    type: list
    elements: str
  read:
    description: Name of the variable in which each host's result of M(secsign.nextcloud.twofactor_info) is registered,
      with users V(packed) or V(list).
    type: str
    default: audit_state
  drift:
    description: Name of the variable in which each host's result of M(secsign.nextcloud.twofactor), in check mode, is
      registered.
    type: str
    default: audit_drift
  redact:
    description: Whether every file shows keyed pseudonyms in place of users, and withholds reasons, owners and
      messages.
    type: bool
    default: false
  redact_key:
    description: The secret for O(redact), 16 characters at least. The same key gives the same pseudonyms, on every host
      and in every run.
    type: str
  show_ids:
    description: Whether SecSign IDs, and e-mail addresses in texts, are shown.
    type: bool
    default: false
  list_limit:
    description: Maximum number of users, findings and exemptions in the report, the most urgent ones. C(users.csv)
      always has all users.
    type: int
    default: 1000
  trend_runs:
    description: Number of runs in the trend, this run included.
    type: int
    default: 30
  templates:
    description: Folder with your own Jinja2 templates, which come before those in C(playbooks/templates/report) of the
      collection.
    type: path
  validate_only:
    description: Whether to check only the options, and the files that they name.
    type: bool
    default: false
  result_of:
    description:
      - Name of the variable in which an earlier play registered the result of this module. The module then returns
        this result and does nothing else.
      - If none of O(hosts) has a result, the host of the task counts as unreachable. C(ansible-playbook) then ends with
        the exit status 4, and not with 2 as for a policy that is not met.
    type: str
author:
  - SecSign Nextcloud collection contributors (@secsign)
notes:
  - Only the user who runs Ansible can read the files.
seealso:
  - module: secsign.nextcloud.twofactor_info
  - module: secsign.nextcloud.twofactor
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
    details: In check mode the policy is checked and nothing is written.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff
      mode.
    support: none
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no
      change.
    support: none
    details: Every run writes its own folder.
  platform:
    description: Target OS/families that can be operated against.
    support: full
    platforms: posix
"""

EXAMPLES = r"""
---
- name: Read every server
  secsign.nextcloud.twofactor_info:
    users: packed
    show_ids: false
  register: audit_state

- name: Report on all of them
  secsign.nextcloud.report:
    policy: files/our-policy.yml
    output_dir: /srv/audit
  run_once: true
  register: audit_report

- name: Fail if the policy is not met
  ansible.builtin.assert:
    that: audit_report.met
  run_once: true
"""

RETURN = r"""
folder:
  description: The folder of this run.
  returned: when a report was written
  type: str
  sample: /srv/audit/20261124T060000Z
files:
  description: The files in the folder.
  returned: when a report was written
  type: list
  elements: str
  sample: [report.html, report.json, junit.xml, summary.md, users.csv]
met:
  description: Whether no rule failed on any host, and every host could be read.
  returned: when a report was written
  type: bool
result:
  description: The result as a message, with the IDs of the rules that failed or warned.
  returned: when a report was written
  type: dict
  sample: {"met": false, "failed_rules": ["nobody-locked-out"], "warned_rules": [], "message": "The policy is not met
    on 1 of 20 servers."}
fleet:
  description: The counts of the whole fleet.
  returned: when a report was written
  type: dict
  sample: {"coverage": 0.956, "drifted": 2}
lines:
  description: The result in a few lines, for the output of a play.
  returned: when a report was written
  type: list
  elements: str
policy:
  description: Name of the policy.
  returned: O(validate_only=true)
  type: str
"""
