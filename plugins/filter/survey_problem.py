# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.secsign.nextcloud.plugins.plugin_utils import _survey

DOCUMENTATION = r"""
---
name: survey_problem
short_description: The first wrong answer of a survey
version_added: 1.0.0
description:
  - Checks the answers of a survey as P(secsign.nextcloud.survey#filter) does, and returns the problem instead of
    failing.
options:
  _input:
    description: The answers by the names of the questions.
    type: dict
    required: true
author:
  - SecSign Nextcloud collection contributors (@secsign)
"""

EXAMPLES = r"""
---
- name: Show a wrong answer
  ansible.builtin.debug:
    msg: "{{ {'survey_enforced': 'maybe'} | secsign.nextcloud.survey_problem }}"
"""

RETURN = r"""
_value:
  description: The problem, with the name of the question. Empty if all answers are valid.
  type: str
"""


def survey_problem(answers: t.Mapping[str, t.Any]) -> str:
    try:
        _survey.merge({}, answers)
    except _survey.SurveyError as error:
        return str(error)
    return ""


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"survey_problem": survey_problem}
