# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""After the check run: the host is as it was prepared."""

from __future__ import annotations

from typing import Any

import pytest


def test_a_check_run_has_changed_nothing(cloud: Any) -> None:
    assert not [key for key in cloud.config() if key.startswith("twofactor_")]
    assert not cloud.host.file("/var/www/nextcloud/apps/twofactor_secsign").exists
    assert not cloud.host.file("/var/lib/secsign-nextcloud").exists
    assert "oc_twofactor_secsign" not in cloud.tables()
    for app in ("twofactor_secsign", "secsign_nextcloud"):
        assert cloud.app_config(app) == {}
    assert cloud.status()["installed"] is True


def test_a_password_is_enough(real: Any) -> None:
    where = real.log_in("alice")
    assert where and "/login" not in where, where


@pytest.mark.parametrize("path", ["/config/config.php", "/data/nextcloud.log"])
def test_the_web_server_keeps_what_is_nobodys_business(real: Any, path: str) -> None:
    import urllib.error

    with pytest.raises(urllib.error.HTTPError):
        real.get(path)
