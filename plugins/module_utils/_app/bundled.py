# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The provider app in this collection. GENERATED from nextcloud_app by tools/bundled_app.py."""

from __future__ import annotations

VERSION = "0.1.0"
# Of its package, as Package.digest has it.
DIGEST = "29ed39e2737af9281e02c190ad60a995db17298a1c038792e9df5d9e91ba0888"
