# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.plugin_utils import _survey

DOCUMENTATION = r"""
---
name: survey
short_description: Convert answers of a survey to variables of the playbook site
version_added: 1.0.0
description:
  - A survey of AWX has flat questions, and most answers are text. This filter converts the answers to the variables
    that C(secsign.nextcloud.site) reads, with the type of each option. C(docs/awx.md) lists the questions.
  - An empty answer leaves the value of the inventory unchanged. The answer C(none) means an empty list.
  - A list has one name on each line. In a single line, commas separate the names.
positional: answers
options:
  _input:
    description: Variables of the inventory by name, for example V({"twofactor_enforcement" -> {"enforced" ->
      false}}).
    type: dict
    required: true
  answers:
    description: Answers by the names of the questions.
    type: dict
    required: true
author:
  - SecSign Nextcloud collection contributors (@secsign)
"""

EXAMPLES = r"""
---
- name: Show the variables for enforcement of two groups
  ansible.builtin.debug:
    msg: "{{ {} | secsign.nextcloud.survey({'survey_enforced': 'true', 'survey_groups': 'staff,it'}) }}"
"""

RETURN = r"""
_value:
  description: Complete value of each variable that the answers change.
  type: dict
  sample: {"twofactor_enforcement": {"enforced": true, "groups": ["staff", "it"]}}
"""


def survey(given: t.Any, answers: t.Any) -> dict[str, t.Any]:
    if not isinstance(given, t.Mapping) or not isinstance(answers, t.Mapping):
        raise AnsibleFilterError(NextcloudError("survey_input").message)
    try:
        return _survey.merge(given, answers)
    except _survey.SurveyError as error:
        raise AnsibleFilterError(NextcloudError("survey_answer", detail=str(error)).message) from None


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"survey": survey}
