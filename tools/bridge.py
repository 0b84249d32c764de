#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes plugins/module_utils/_bridge/program.py from bridge/src/*.php.

Ansible ships only the Python files of a collection to a managed node, so the PHP program travels as text.
usage: tools/bridge.py [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "bridge" / "src"
PROGRAM = ROOT / "plugins" / "module_utils" / "_bridge" / "program.py"

# start.php defines what the others use while they are loaded; of the rest the order does not matter.
FIRST = "start.php"

TEMPLATE = '''\
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bridge: the one fixed PHP program that runs inside a Nextcloud. GENERATED from bridge/src by tools/bridge.py.

It is started with ``php -r LOADER``. Standard input has the length of the program, the program, one line of JSON
(the request), and the bytes that the request announces. A value of a user is never part of the program.

It answers with lines on standard output that begin with the request's ``mark``, each followed by one JSON object.
Everything else on standard output (notices, warnings of an app) is ignored.

The program is written for PHP 7.2 to 8.5 and calls Nextcloud's public interfaces (namespace OCP). Where a release
has none for a purpose, a comment names the internal interface that is used instead.
"""

from __future__ import annotations

# Reads exactly the program, so that the request and its payload remain on standard input.
LOADER = "eval(stream_get_contents(STDIN, (int) fgets(STDIN)));"

# The line of PROGRAM with which each source begins.
SOURCES = (
{table})

PROGRAM = r"""{program}"""


def source_line(line: int) -> str:
    """The place in bridge/src that is line ``line`` of PROGRAM, as FILE:LINE."""
    first, name = max(entry for entry in SOURCES if entry[0] <= line)
    return f"bridge/src/{{name}}:{{line - first + 1}}"
'''


def generate() -> str:
    names = sorted((path.name for path in SOURCES.glob("*.php")), key=lambda name: (name != FIRST, name))
    table, program = [], ""
    for name in names:
        text = (SOURCES / name).read_text(encoding="utf-8")
        if not text.startswith("<?php\n") or '"""' in text:
            raise SystemExit(
                f"tools/bridge.py: {name} must begin with the opening tag and hold no three quotation marks in a row"
            )
        table.append((program.count("\n") + 1, name))
        program += text[len("<?php") :]
    rows = "".join(f'    ({first}, "{name}"),\n' for first, name in table)
    return TEMPLATE.format(table=rows, program=program + "\nmain();\n")


def main() -> int:
    text = generate()
    if "--check" in sys.argv:
        fresh = PROGRAM.read_text(encoding="utf-8") == text
        print(
            ""
            if fresh
            else "plugins/module_utils/_bridge/program.py is not what bridge/src makes: run tools/bridge.py",
            end="",
        )
        return 0 if fresh else 1
    PROGRAM.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
