# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files of an installed app are not those of its package, in words."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import App

_NAMED = 10
_SHA256 = re.compile(r"[0-9a-f]{64}")


def describe(app: App, package: t.Mapping[str, str]) -> str:
    """``package``: path and SHA-256 of each of its files."""
    files = changed_files(app, package)
    named = ", ".join(files[:_NAMED]) + (f" and {len(files) - _NAMED} more" if len(files) > _NAMED else "")
    return f"The files of {app.app_id} {app.version} on this server were changed: {named}."


def changed_files(app: App, package: t.Mapping[str, str]) -> list[str]:
    """Files of the package first, so that many others hide none of them."""
    if app.code is None:
        return []
    there = dict(app.code.files)
    found = []
    for path, digest in sorted(package.items()):
        if path not in there:
            # of a folder with very many files only some were looked at
            found += [_named(path, "missing")] if app.code.complete else []
        elif there[path] != digest:
            found.append(_named(path, "different" if _SHA256.fullmatch(there[path]) else there[path]))
    return found + [_named(path, "not in the package") for path in sorted(set(there) - set(package))]


def _named(path: str, word: str) -> str:
    # a name on the server may hold anything, such as a line break
    return f"{path if path.isprintable() and len(path) <= 200 else repr(path[:200])[1:-1]} ({word})"
