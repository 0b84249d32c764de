# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit import users

DOCUMENTATION = r"""
---
name: unpack_people
short_description: The list of people out of their packed form
version_added: 1.0.0
description:
  - Turns C(people_packed) of M(secsign.nextcloud.twofactor_info) into the list that the same module returns as
    C(people).
options:
  _input:
    description: C(people_packed) of M(secsign.nextcloud.twofactor_info).
    type: str
    required: true
author:
  - SecSign Nextcloud collection contributors (@secsign)
"""

EXAMPLES = r"""
---
- name: Everybody in one short variable
  secsign.nextcloud.twofactor_info:
    people: packed
  register: state

- name: Who is locked out
  ansible.builtin.debug:
    msg: "{{ state.people_packed | secsign.nextcloud.unpack_people | selectattr('login', 'equalto', 'locked_out') |
      map(attribute='uid') }}"
"""

RETURN = r"""
_value:
  description: The people.
  type: list
  elements: dict
"""


def unpack_people(packed: str) -> list[dict[str, t.Any]]:
    try:
        return users.unpack(packed)
    except users.UnpackError as error:
        raise AnsibleFilterError(f"{error} [NC703]") from None


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"unpack_people": unpack_people}
