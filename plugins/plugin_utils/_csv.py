# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the CSV list of SecSign IDs on the control node, so that the module gets one list."""

from __future__ import annotations

import csv
import io
import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._files import find

_COLUMNS = ("user", "secsign_id", "enabled")
_YES, _NO = ("", "1", "yes", "true", "on"), ("0", "no", "false", "off")


def merge(action: ActionBase, options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The options with the lines of ``csv`` added to ``ids``."""
    options = dict(options)
    name = options.pop("csv", None)
    if not name:
        return options
    path = find(action, str(name))
    if path is None:
        raise NextcloudError("not_on_control_node", option="csv", path=str(name))
    try:
        with open(path, encoding="utf-8-sig", newline="") as handle:
            text = handle.read()
    except (OSError, UnicodeDecodeError) as error:
        raise NextcloudError("csv_unreadable", path=str(name), detail=str(error))
    try:
        entries = list(parse(text, str(name)))
    except csv.Error as error:
        raise NextcloudError("csv_unreadable", path=str(name), detail=str(error))
    if not entries:
        # what an export leaves that failed
        raise NextcloudError("csv_empty", path=str(name))
    options["ids"] = list(options.get("ids") or []) + entries
    return options


def parse(text: str, name: str) -> t.Iterator[dict[str, t.Any]]:
    """One entry a line. A wrong line is named by its number."""
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    columns = [(column or "").strip().lower() for column in reader.fieldnames or ()]
    unknown = sorted(set(columns) - set(_COLUMNS))
    if unknown or not {"user", "secsign_id"} <= set(columns) or len(set(columns)) < len(columns):
        raise NextcloudError("csv_columns", path=name, found=first.strip()[:120])
    reader.fieldnames = columns
    for line in reader:
        if None in line or None in line.values():
            raise NextcloudError("csv_fields", path=name, line=reader.line_num)
        enabled = line.get("enabled", "").strip().lower()
        if not line["user"].strip() or enabled not in _YES + _NO:
            raise NextcloudError("csv_values", path=name, line=reader.line_num)
        entry: dict[str, t.Any] = {"user": line["user"].strip(), "enabled": enabled in _YES}
        if line["secsign_id"].strip():
            entry["secsign_id"] = line["secsign_id"].strip()
        yield entry
