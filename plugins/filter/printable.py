# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._text import printable_data

DOCUMENTATION = r"""
---
name: printable
short_description: Escape control characters in text
version_added: 1.0.0
description:
  - Escapes terminal controls, characters that change the direction of text, line ends, and unpaired surrogates, as
    C(\x1b) or C(\u202e). All other text stays unchanged.
  - Use this filter to print names that come from a server. Do not use it for names that are looked up or passed to
    another module.
options:
  _input:
    description: Text, or a list or dictionary that contains texts.
    type: raw
    required: true
author:
  - SecSign Nextcloud collection contributors (@secsign)
"""

EXAMPLES = r"""
---
- name: Show the groups
  ansible.builtin.debug:
    msg: "{{ state.enforcement.groups | secsign.nextcloud.printable }}"
"""

RETURN = r"""
_value:
  description: The same value with all texts escaped.
  type: raw
"""


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"printable": printable_data}
