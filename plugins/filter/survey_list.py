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
name: survey_list
short_description: Convert an answer of a survey to a list
version_added: 1.0.0
description:
  - Splits text at line ends, or at commas if the text has only one line. A list stays unchanged.
  - An empty answer is an empty list.
options:
  _input:
    description: Answer of the survey.
    type: raw
    required: true
author:
  - SecSign Nextcloud collection contributors (@secsign)
"""

EXAMPLES = r"""
---
- name: Show the sizes of the waves
  ansible.builtin.debug:
    msg: "{{ '1, 10%, 100%' | secsign.nextcloud.survey_list }}"
"""

RETURN = r"""
_value:
  description: Entries of the list.
  type: list
  elements: str
  sample: ["1", "10%", "100%"]
"""


def survey_list(answer: t.Any) -> list[str]:
    try:
        return _survey.as_list("survey_rollout_serial", answer) if _survey.is_answer(answer) else []
    except _survey.SurveyError as error:
        raise AnsibleFilterError(NextcloudError("survey_answer", detail=str(error)).message) from None


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"survey_list": survey_list}
