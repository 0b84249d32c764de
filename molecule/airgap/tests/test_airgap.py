# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same result without a way out."""

from __future__ import annotations

from typing import Any

from conftest import bundled_app


def test_there_is_no_way_out(cloud: Any) -> None:
    assert cloud.out("ip -4 route show default") == ""
    assert cloud.host.run("ip -4 route get 192.0.2.1").rc != 0
    assert cloud.host.run("getent hosts apps.nextcloud.com").rc != 0


def test_all_is_there_nevertheless(cloud: Any) -> None:
    assert cloud.digests("/var/www/nextcloud/apps/twofactor_secsign") == bundled_app()
    assert cloud.app_config("twofactor_secsign")["enabled"] == "yes"
    assert cloud.ids("twofactor_secsign") == {"alice": ["alice@lab", "1"], "bob": ["bob@lab", "1"]}
    assert cloud.config()["twofactor_enforced"] == "true"


def test_a_password_is_not_enough_any_more(real: Any) -> None:
    assert "/login/challenge/twofactor_secsign" in real.log_in("alice")
