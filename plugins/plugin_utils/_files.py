# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of the operator's on the control node."""

from __future__ import annotations

import os

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase


def find(action: ActionBase, name: str) -> str | None:
    """Where Ansible looks for files, then in the folder that it was started in; None where it is in neither.

    A playbook of an installed collection is far from what its operator wrote, so the places beside it hold nothing of
    theirs.
    """
    name = os.path.expanduser(name)
    try:
        return str(action._find_needle("files", name))
    except AnsibleError:
        here = os.path.abspath(name)
        return here if os.path.exists(here) else None
