#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes plugins/module_utils/_app/bundled.py from nextcloud_app/twofactor_secsign.

A module on a managed node has no package to compare an installed app with, so the digest travels with its code.
usage: tools/bundled_app.py [--check]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "collections"), str(ROOT / "nextcloud_app")]

import build  # noqa: E402

from ansible_collections.secsign.nextcloud.plugins.module_utils._app.package import read_package  # noqa: E402

CONSTANTS = ROOT / "plugins" / "module_utils" / "_app" / "bundled.py"

TEMPLATE = '''\
# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The provider app in this collection. GENERATED from nextcloud_app by tools/bundled_app.py."""

from __future__ import annotations

VERSION = "{version}"
# Of its package, as Package.digest has it.
DIGEST = "{digest}"
'''


def generate() -> str:
    with tempfile.TemporaryDirectory() as folder:
        package = read_package(str(build.build(Path(folder))), build.APP)
    return TEMPLATE.format(version=package.info.version, digest=package.digest)


def main() -> int:
    text = generate()
    if "--check" in sys.argv:
        fresh = CONSTANTS.exists() and CONSTANTS.read_text(encoding="utf-8") == text
        if not fresh:
            print("plugins/module_utils/_app/bundled.py is not what nextcloud_app makes: run tools/bundled_app.py")
        return 0 if fresh else 1
    CONSTANTS.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
