# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's app where it can run."""

from __future__ import annotations

import hashlib
import tarfile
from typing import Any

from conftest import lab

APP = "/var/www/nextcloud/apps/secsignid"


def packed() -> dict[str, str]:
    with tarfile.open(lab()["upstream"]["path"]) as archive:
        return {
            member.name.split("/", 1)[1]: hashlib.sha256(archive.extractfile(member).read()).hexdigest()  # type: ignore[union-attr]
            for member in archive
            if member.isfile()
        }


def test_the_app_is_there_file_by_file(cloud: Any) -> None:
    assert cloud.digests(APP) == packed()
    assert cloud.out("find %s -printf '%%u\\n' | sort -u", APP) == "www-data"
    assert not cloud.host.file("/var/www/nextcloud/apps/twofactor_secsign").exists


def test_settings_and_users_are_stored_as_the_app_reads_them(cloud: Any) -> None:
    settings = cloud.app_config("secsignid")
    reported = {"enabled": "yes", "installed_version": "0.3.3", "server": "https://localhost", "serverport": "9443"}
    reported.update({"onboarding_suffix": "lab", "allowEdit": "", "mobileurl": "localhost"})
    assert {key: settings[key] for key in reported} == reported and settings.get("onboarding_enabled", "") == ""
    assert cloud.ids("secsignid") == {"alice": ["alice@lab", "1"], "bob": ["bob@lab", "1"]}
    assert {uid for uid, on in cloud.factors("secsignid").items() if on == "1"} == {"alice", "bob"}


def test_the_policy_stands_in_config_php(cloud: Any) -> None:
    config = cloud.config()
    assert config["twofactor_enforced"] == "true" and config.get("twofactor_enforced_groups", []) == []
    assert "service-accounts" in config["twofactor_enforced_excluded_groups"]


def test_a_password_is_not_enough_any_more(real: Any) -> None:
    assert "/login/" in real.log_in("alice")
    for user in ("carol", "backup-robot"):
        where = real.log_in(user)
        assert where and "/login" not in where, (user, where)
