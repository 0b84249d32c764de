# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the policy schema and the tables of checks and files in docs/audit.md.

The sources are _audit/checks.py and _report/formats.py in plugins/plugin_utils. With --check the tool writes nothing,
and fails if a file is out of date.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "playbooks" / "files" / "audit-policy.schema.json"
PAGE = ROOT / "docs" / "audit.md"
MARK = "<!-- tools/audit_checks.py: {} -->\n"


def schema() -> str:
    from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.policy import schema as schema_of

    return json.dumps(schema_of("policy"), indent=2, ensure_ascii=False) + "\n"


def checks() -> str:
    from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.checks import CHECKS

    lines = ["| `check` | Met if | Options |", "|---|---|---|"]
    for check in CHECKS.values():
        if not check.always:
            options = [
                "`{}`{}: {}".format(name, " (required)" if name in check.required else "", option["description"])
                for name, option in check.options.items()
            ]
            lines.append(f"| `{check.name}` | {check.description} | {'<br>'.join(options)} |".replace("|  |", "| |"))
    return "\n".join(lines) + "\n"


def files() -> str:
    from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.formats import FORMATS, OTHERS

    purposes = {**{name: file_format.purpose for name, file_format in FORMATS.items()}, **OTHERS}
    lines = ["| File | For |", "|---|---|", *(f"| `{name}` | {purpose} |" for name, purpose in purposes.items())]
    return "\n".join(lines) + "\n"


def page() -> str:
    text = PAGE.read_text(encoding="utf-8")
    for name, table in (("files", files()), ("checks", checks())):
        begin, end = MARK.format(name + " begin"), MARK.format(name + " end")
        before, rest = text.split(begin)
        text = before + begin + table + end + rest.split(end)[1]
    return text


def stale() -> list[Path]:
    return [path for path, text in ((SCHEMA, schema()), (PAGE, page())) if path.read_text(encoding="utf-8") != text]


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "collections"))
    if "--check" in sys.argv[1:]:
        sys.exit("\n".join(f"{path} is out of date. Run python3 tools/audit_checks.py" for path in stale()) or None)
    SCHEMA.write_text(schema(), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
