# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The digest of the bundled app that modules compare with is that of its package, built or in a checkout."""

from __future__ import annotations

import subprocess
import sys

from paths import ROOT

from ansible_collections.secsign.nextcloud.plugins.module_utils._app import bundled
from ansible_collections.secsign.nextcloud.plugins.module_utils._app.package import read_package
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import BUNDLED_APP


def test_the_digest_is_that_of_the_package() -> None:
    done = subprocess.run([sys.executable, str(ROOT / "tools" / "bundled_app.py"), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_folder_of_a_checkout_is_the_package() -> None:
    """Else every run on a checkout would ask for the package again."""
    package = read_package(str(ROOT / "nextcloud_app" / BUNDLED_APP), BUNDLED_APP)
    assert (package.info.version, package.digest) == (bundled.VERSION, bundled.DIGEST)
