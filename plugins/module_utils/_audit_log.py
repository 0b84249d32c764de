# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit log of unlocks: a file of JSON lines on the managed node."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._paths import OwnFolder, UntrustedPath
from ansible_collections.secsign.nextcloud.plugins.module_utils._text import printable_data


def invoking_user() -> str:
    """Who became the user that runs this."""
    return os.environ.get("SUDO_USER") or pwd.getpwuid(os.getuid()).pw_name


def append_line(path: str, line: t.Mapping[str, t.Any]) -> None:
    """Raises NextcloudError."""
    content = (json.dumps(printable_data(line), ensure_ascii=False, sort_keys=True) + "\n").encode()
    with _folder_of(path) as folder:
        folder.append(os.path.basename(path), content)


def check_writable(path: str) -> None:
    """Before anything is changed. Raises NextcloudError where the line could not be written afterwards."""
    name = os.path.basename(path)
    with _folder_of(path) as folder:
        if not name or not folder.can_write(name):
            raise NextcloudError("audit_log", detail=f"'{path}' cannot be written")


@contextlib.contextmanager
def _folder_of(path: str) -> t.Iterator[OwnFolder]:
    try:
        with OwnFolder(os.path.dirname(path) or ".") as folder:
            yield folder
    except UntrustedPath as error:
        raise NextcloudError("audit_log", detail=f"'{path}' is not safe to write, because {error}")
    except OSError as error:
        raise NextcloudError("audit_log", detail=f"'{path}' cannot be written ({error.strerror})")
