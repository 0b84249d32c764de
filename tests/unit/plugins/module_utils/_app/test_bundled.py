# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The digest of the bundled app that modules compare with is that of its package, built or in a checkout."""

from __future__ import annotations

import re
import subprocess
import sys

from paths import ROOT

from ansible_collections.secsign.nextcloud.plugins.module_utils._app import bundled
from ansible_collections.secsign.nextcloud.plugins.module_utils._app.package import read_package
from ansible_collections.secsign.nextcloud.plugins.module_utils._bridge.program import PROGRAM
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import BUNDLED_APP


def test_the_digest_is_that_of_the_package() -> None:
    command = [sys.executable, str(ROOT / "tools" / "bundled_app.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_folder_of_a_checkout_is_the_package() -> None:
    """Else every run on a checkout would ask for the package again."""
    package = read_package(str(ROOT / "nextcloud_app" / BUNDLED_APP), BUNDLED_APP)
    assert (package.info.version, package.digest) == (bundled.VERSION, bundled.DIGEST)


def test_the_package_is_far_from_what_the_bridge_reads_at_most() -> None:
    package = read_package(str(ROOT / "nextcloud_app" / BUNDLED_APP), BUNDLED_APP)
    limits = {name: eval(value) for name, value in re.findall(r"const (BUNDLED_\w+) = ([\d <]+);", PROGRAM)}
    assert 10 * len(package.files) < limits["BUNDLED_ENTRIES_MAX"] and 10 * package.size < limits["BUNDLED_BYTES_MAX"]
