# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the report that are made from its data. Each format is declared once; docs/audit.md follows from it
(tools/audit_checks.py)."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report import oscal
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.build import Data
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.junit import junit
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.render import render

USERS = "users.csv"  # written host by host, since the data has only users who need attention


class Format(t.NamedTuple):
    purpose: str
    make: t.Callable[[Data, str | None], str | bytes]  # the report, and the folder of the user's own templates


FORMATS: dict[str, Format] = {
    "report.html": Format(
        "Users: one file, no network, no script, light and dark, prints well",
        lambda report, templates: render(report, "report.html", templates),
    ),
    "report.json": Format(
        "Programs; its schema is `playbooks/files/audit-report.schema.json`",
        lambda report, templates: json.dumps(report, indent=1, ensure_ascii=False) + "\n",
    ),
    "junit.xml": Format(
        "CI: a suite for each server, a case for each rule",
        lambda report, templates: junit(report),
    ),
    "summary.md": Format(
        "A pull request or a chat",
        lambda report, templates: render(report, "summary.md", templates),
    ),
}

# For the documentation: the files that are not made from the data alone, or not always
OTHERS = {
    USERS: "All users, one line each, safe to open in a spreadsheet",
    oscal.FILE: "GRC tools; only if the Python package `compliance-trestle` is installed on the control node"
    " (Python 3.10 or newer)",
}
