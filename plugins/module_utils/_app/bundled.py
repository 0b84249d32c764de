# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The provider app in this collection. GENERATED from nextcloud_app by tools/bundled_app.py."""

from __future__ import annotations

VERSION = "0.1.0"
# Of its package, as Package.digest has it.
DIGEST = "c21e87a851d18df2ba9c8c40808b29ec2ca149e51985e4ae09481aa675fee108"
