# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The import hook of a module on a host: the code of a module travels as a zip archive."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from paths import PLUGINS

BASE = "ansible_collections/secsign/nextcloud/plugins/module_utils"

PROGRAM = """
import sys
sys.path.insert(0, {archive!r})
from ansible_collections.secsign.nextcloud.plugins.module_utils import _fast_start
from ansible_collections.secsign.nextcloud.plugins.module_utils._room.beside import VALUE
from ansible_collections.secsign.nextcloud.plugins.module_utils._room import inner
from ansible_collections.secsign.nextcloud.plugins.module_utils._room.inner.deep import NAME
import ansible_collections.secsign.nextcloud.plugins.module_utils._room as room
print(VALUE, NAME, room.__file__, inner.__file__, type(room.__spec__.loader).__name__)
"""


def test_a_module_beside_a_package_is_imported_from_the_archive(tmp_path: Path) -> None:
    archive = tmp_path / "module.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for folder in (*(BASE.rsplit("/", n)[0] for n in range(4, -1, -1)), BASE + "/_room", BASE + "/_room/inner"):
            file.writestr(folder + "/__init__.py", "")
        file.writestr(
            BASE + "/_fast_start.py", (PLUGINS / "module_utils" / "_fast_start.py").read_text(encoding="utf-8")
        )
        file.writestr(BASE + "/_room/beside.py", "VALUE = 'beside'\n")
        file.writestr(BASE + "/_room/inner/deep.py", "NAME = __name__.rpartition('.')[2]\n")
    done = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM.format(archive=str(archive))], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    value, name, room, inner, importer = done.stdout.split()
    assert (value, name, importer) == ("beside", "deep", "FastZipImporter")
    assert room == f"{archive}/{BASE}/_room/__init__.py" and inner == f"{archive}/{BASE}/_room/inner/__init__.py"
