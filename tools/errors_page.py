# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/errors.md from the table of error sentences, and from what errors.yml says of cause and remedy."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "collections"))

HEAD = """\
# Errors

Every sentence with which a task fails ends with a code in brackets, and a task's result has it as `code`. Look for it
on this page. All options and the server are checked before anything is changed, so most of these mean that nothing was;
with `-v` a failed task tells what it had done before.

```yaml
- name: Enforce where nobody is locked out, and go on with the other tasks where somebody would be
  secsign.nextcloud.enforcement:
    enforced: true
    groups: [staff]
  register: enforced
  failed_when: enforced.failed | default(false) and enforced.code | default('') != 'NC401'
```

Words in braces are filled in. A code keeps its meaning. `tools/errors_page.py` makes this page from
`plugins/module_utils/_errors.py` and `tools/errors.yml`.
"""


def page() -> str:
    from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import SENTENCES

    said = yaml.safe_load((ROOT / "tools" / "errors.yml").read_text(encoding="utf-8"))
    lines: list[str] = [HEAD]
    group = ""
    for code in sorted({code for code, _message in SENTENCES.values()}):
        if code[:3] != group:
            group = code[:3]
            lines += [f"## {said['groups'][group]}", ""]
        about = said["codes"][code]
        lines += [
            f"### {code}",
            "",
            *(f"* {message}" for other, message in SENTENCES.values() if other == code),
            "",
            f"Cause: {about['cause']}",
            "",
            f"Remedy: {about['remedy']}",
            "",
        ]
    return "\n".join(lines[:-1]) + "\n"


if __name__ == "__main__":
    (ROOT / "docs" / "errors.md").write_text(page(), encoding="utf-8")
