# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/errors.md from the table of error messages, and from cause and remedy in errors.yml."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "collections"))

HEAD = """\
# Errors

Every error message of this collection ends with a code in brackets. The result of the task has the code as `code`.
Search this page for the code. A task checks all options and the server before the first change, so most errors mean
that nothing was changed. With `-v`, a failed task lists its earlier changes.

```yaml
- name: Enforce two-factor authentication, and continue with the other tasks if users would be locked out
  secsign.nextcloud.enforcement:
    enforced: true
    groups: [staff]
  register: enforced
  failed_when: enforced.failed | default(false) and enforced.code | default('') != 'NC401'
```

A message contains values in place of the words in braces. The meaning of a code does not change. Messages about options
share the code NC201. `tools/errors_page.py` generates this page from `plugins/module_utils/_errors.py` and
`tools/errors.yml`.
"""


def _shown(message: str) -> str:
    """The template as a reader takes it: doubled braces are braces of the message itself."""
    return message.replace("{{", "{").replace("}}", "}")


def page() -> str:
    from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import MESSAGES

    said = yaml.safe_load((ROOT / "tools" / "errors.yml").read_text(encoding="utf-8"))
    lines: list[str] = [HEAD]
    group = ""
    for code in sorted({code for code, _message in MESSAGES.values()}):
        if code[:3] != group:
            group = code[:3]
            lines += [f"## {said['groups'][group]}", ""]
        about = said["codes"][code]
        lines += [
            f"### {code}",
            "",
            *(f"* {_shown(message)}" for other, message in MESSAGES.values() if other == code),
            "",
            f"Cause: {about['cause']}",
            "",
            f"Remedy: {about['remedy']}",
            "",
        ]
    return "\n".join(lines[:-1]) + "\n"


if __name__ == "__main__":
    (ROOT / "docs" / "errors.md").write_text(page(), encoding="utf-8")
