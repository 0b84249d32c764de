# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit import users

DOCUMENTATION = r"""
---
name: unpack_users
short_description: List of users from their packed form
version_added: 1.0.0
description:
  - Turns C(users_packed) of M(secsign.nextcloud.twofactor_info) into the list that the same module returns as
    C(users).
options:
  _input:
    description: C(users_packed) of M(secsign.nextcloud.twofactor_info).
    type: str
    required: true
author:
  - SecSign Nextcloud collection contributors (@secsign)
"""

EXAMPLES = r"""
---
- name: Read all users into one short variable
  secsign.nextcloud.twofactor_info:
    users: packed
  register: state

- name: Show the users who are locked out
  ansible.builtin.debug:
    msg: "{{ state.users_packed | secsign.nextcloud.unpack_users | selectattr('login', 'equalto', 'locked_out') |
      map(attribute='uid') }}"
"""

RETURN = r"""
_value:
  description: The users.
  type: list
  elements: dict
"""


def unpack_users(packed: str) -> list[dict[str, t.Any]]:
    try:
        return users.unpack(packed)
    except users.UnpackError as error:
        raise AnsibleFilterError(error.message) from None


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"unpack_users": unpack_users}
