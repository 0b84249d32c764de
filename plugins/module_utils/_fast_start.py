# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the modules beside this one start faster on a host. Imported first, for its effect.

A module travels as a zip archive of sources. Python's zipimport compiles a source twice: to import it, and before that
only to say which file it is, though the name says that. Compiling is most of what the start of a module takes.

A module also lives too shortly to be tidied up after: what it holds is needed to its end, so the collector only looks
for garbage that is not there. What nothing refers to any more is freed without it.
"""

from __future__ import annotations

import gc
import sys
import zipimport

from ansible_collections.secsign.nextcloud.plugins import module_utils


class FastZipImporter(zipimport.zipimporter):
    def get_filename(self, fullname: str) -> str:
        name = fullname.rpartition(".")[2] + ("/__init__" if self.is_package(fullname) else "")
        return f"{self.archive}/{self.prefix}{name}.py"


if any(isinstance(sys.path_importer_cache.get(folder), zipimport.zipimporter) for folder in module_utils.__path__):
    # for the folders of the packages, each of which gets an importer of its own when it is first used
    sys.path_hooks.insert(0, FastZipImporter)
    for folder in module_utils.__path__:
        sys.path_importer_cache[folder] = FastZipImporter(folder)
    gc.disable()
