#!/usr/bin/python
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: report
short_description: Hold what hosts told against a policy, and write the report
version_added: 1.0.0
description:
  - Takes what M(secsign.nextcloud.twofactor_info) and a check run of M(secsign.nextcloud.twofactor) registered for each
    host, evaluates a policy, and writes one folder on the control machine, which appears whole or not at all.
  - The folder is named after the time in UTC and holds C(report.html), C(report.json), C(users.csv), C(junit.xml),
    C(summary.md) and, where the Python package C(compliance-trestle) is installed on the control machine,
    C(oscal-assessment-results.json).
  - Hosts that could not be read are part of the report, and never meet the policy.
  - Runs once for all hosts, on the control machine alone. The playbook C(secsign.nextcloud.audit) does all of this.
options:
  policy:
    description: The policy file. Without it the one that comes with the collection,
      C(playbooks/files/audit-policy.yml).
    type: str
  controls:
    description: The file that says which controls the rules serve. Without it C(playbooks/files/audit-controls.yml) of
      the collection.
    type: str
  output_dir:
    description: Folder on the control machine in which the folder of this run is made. Required unless
      O(validate_only=true).
    type: path
  hosts:
    description: The hosts of the report. Without it all hosts of the play, those that failed included.
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
    description: Whether users appear under keyed pseudonyms, and what users wrote (reasons, owners, messages) is
      withheld, in every file.
    type: bool
    default: false
  redact_key:
    description: The secret for O(redact), 16 characters at least. The same key gives the same pseudonyms, on every host
      and in every run.
    type: str
  show_ids:
    description: Whether SecSign IDs and the mail addresses in texts are shown.
    type: bool
    default: false
  list_limit:
    description: How many users, findings and exemptions the report names at most, the most urgent ones. C(users.csv)
      always has everybody.
    type: int
    default: 1000
  trend_runs:
    description: Over how many runs the trend goes, this one included.
    type: int
    default: 30
  templates:
    description: Folder with Jinja2 templates of your own, which come before those in C(playbooks/templates/report) of
      the collection.
    type: path
  validate_only:
    description: Whether only the options and the files that they name are checked.
    type: bool
    default: false
author:
  - SecSign Nextcloud collection contributors (@secsign)
notes:
  - What is written is readable by nobody but the user who runs Ansible.
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
    details: Every run writes a folder of its own.
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

- name: Not met is a failure
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
  description: The files in it.
  returned: when a report was written
  type: list
  elements: str
  sample: [report.html, report.json, users.csv, junit.xml, summary.md]
met:
  description: Whether no rule failed on any host, and every host could be read.
  returned: when a report was written
  type: bool
verdict:
  description: The same in a sentence, with the ids of the rules that failed or warned.
  returned: when a report was written
  type: dict
  sample: {"met": false, "failed_rules": ["nobody-locked-out"], "warned_rules": [], "sentence": "The policy is not met
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
