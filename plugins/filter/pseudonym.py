# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit import redact

DOCUMENTATION = r"""
---
name: pseudonym
short_description: Name under which a user appears in a redacted report
version_added: 1.0.0
description:
  - With the key, this filter finds a user in a redacted report. The pseudonym alone does not reveal the user.
  - The pseudonym is HMAC-SHA256 of the user ID, shortened to 80 bits.
positional: key
options:
  _input:
    description: The user ID.
    type: str
    required: true
  key:
    description: The key of the report.
    type: str
    required: true
author:
  - SecSign Nextcloud collection contributors (@secsign)
"""

EXAMPLES = r"""
---
- name: Show the pseudonym of alice
  ansible.builtin.debug:
    msg: "{{ 'alice' | secsign.nextcloud.pseudonym(audit_redact_key) }}"
"""

RETURN = r"""
_value:
  description: The pseudonym.
  type: str
  sample: anon-25f2ae4b8e8d2f8d3a6d
"""


def pseudonym(uid: str, key: str) -> str:
    if not isinstance(uid, str) or not isinstance(key, str) or len(key) < redact.SHORTEST_KEY:
        raise AnsibleFilterError(NextcloudError("pseudonym_input", least=redact.SHORTEST_KEY).message)
    return redact.pseudonym(uid, key)


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"pseudonym": pseudonym}
