# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the links of README.md lead to the repository at the tag of this version: Galaxy shows the page without the
files beside it.

usage: galaxy_readme.py FOLDER     the folder of a collection, whose README.md is rewritten
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

LINK = re.compile(r"(!?)(\[[^\]]*\])\(([^)\s]+)\)")


def rewritten(text: str, root: Path, repository: str, version: str) -> str:
    def absolute(match: re.Match[str]) -> str:
        mark, words, target = match.groups()
        if re.match(r"[a-z]+:|#", target):
            return match.group(0)
        kind = "raw" if mark else "tree" if (root / target.partition("#")[0]).is_dir() else "blob"
        return f"{mark}{words}({repository}/{kind}/{version}/{target})"

    return LINK.sub(absolute, text)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    # two plain lines: the build needs no YAML for it
    galaxy = dict(
        re.findall(r"^(repository|version): (\S+)$", (folder / "galaxy.yml").read_text(encoding="utf-8"), re.MULTILINE)
    )
    page = folder / "README.md"
    page.write_text(
        rewritten(page.read_text(encoding="utf-8"), folder, galaxy["repository"], galaxy["version"]), encoding="utf-8"
    )
