# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All ten are there, and those of the first run were not changed by the second."""

from __future__ import annotations

from typing import Any

from conftest import bundled_app


def test_every_host_is_there(cloud: Any) -> None:
    config = cloud.config()
    assert config["twofactor_enforced"] == "true" and "service-accounts" in config["twofactor_enforced_excluded_groups"]
    assert not config.get("maintenance")
    assert cloud.ids("twofactor_secsign") == {"alice": ["alice@lab", "1"], "bob": ["bob@lab", "1"]}
    assert cloud.digests("/var/www/nextcloud/apps/twofactor_secsign") == bundled_app()


def test_each_was_changed_once(cloud: Any) -> None:
    """A snapshot is written before a change: one, whichever run it was."""
    assert len(cloud.out("find /var/lib/secsign-nextcloud -type f -name '*.json'").splitlines()) == 1
