# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/errors.md from the table of error sentences."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "collections"))


def page() -> str:
    from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import SENTENCES

    lines = [
        "# Errors",
        "",
        "Every sentence with which a task fails ends with a code. Words in braces are filled in. This page is made from `plugins/module_utils/_errors.py` by",
        "`tools/errors_page.py`.",
        "",
        "| code | sentence |",
        "|---|---|",
    ]
    for code, sentence in sorted(SENTENCES.values()):
        lines.append("| {0} | {1} |".format(code, sentence.replace("|", "\\|")))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (ROOT / "docs" / "errors.md").write_text(page(), encoding="utf-8")
