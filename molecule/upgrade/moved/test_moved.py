# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""On the new machine, before anything was done about it: what the vendor's app left, and nothing of ours after a
check run."""

from __future__ import annotations

from typing import Any

import pytest


def test_the_vendors_data_are_there_and_unused(cloud: Any) -> None:
    if cloud.name != "new":
        pytest.skip("looked at on the new machine")
    assert cloud.ids("secsignid") == {"alice": ["alice@lab", "1"], "bob": ["bob@lab", "0"]}
    assert cloud.app_config("secsignid")["enabled"] == "no"
    assert cloud.factors("secsignid")["alice"] == "1"
    assert "oc_twofactor_secsign" not in cloud.tables()
    assert not cloud.host.file("/var/www/nextcloud/apps/twofactor_secsign").exists
    assert not cloud.host.file("/var/lib/secsign-nextcloud").exists
    assert cloud.status()["versionstring"].split()[0] == cloud.facts["release"]
