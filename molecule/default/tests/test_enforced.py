# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the variables of .config/molecule/config.yml lead to."""

from __future__ import annotations

import json
from typing import Any

from conftest import bundled_app

APP = "/var/www/nextcloud/apps/twofactor_secsign"


def test_the_app_is_there_file_by_file(cloud: Any) -> None:
    assert cloud.digests(APP) == bundled_app()
    owners = cloud.out("find %s -printf '%%U %%u\\n' | sort -u", APP)
    assert owners == "33 www-data"
    assert not cloud.out("find %s -perm /o+w", APP)
    assert cloud.out("find /var/www/nextcloud/apps -maxdepth 1 -name '.secsign-*'") == ""


def test_the_policy_stands_in_config_php(cloud: Any) -> None:
    config = cloud.config()
    assert config["twofactor_enforced"] == "true"
    assert config.get("twofactor_enforced_groups", []) == []
    excluded = config["twofactor_enforced_excluded_groups"]
    assert "service-accounts" in excluded and len(excluded) == 2
    # carol is exempt: the other group that is left out is one that the collection keeps
    managed = next(group for group in excluded if group != "service-accounts")
    assert cloud.sql(f"SELECT uid FROM oc_group_user WHERE gid = '{managed}'") == [["carol"]]
    owner = cloud.host.file("/var/www/nextcloud/config/config.php")
    assert owner.user == "www-data" and not owner.mode & 0o007


def test_settings_and_users_stand_in_the_database(cloud: Any) -> None:
    settings = cloud.app_config("twofactor_secsign")
    assert settings["enabled"] == "yes"
    reported = {"server": "https://localhost", "serverport": "9443", "fallbackport": "9444", "mobileurl": "localhost"}
    reported.update({"onboarding_enabled": "1", "onboarding_suffix": "lab", "allowEdit": ""})
    assert {key: settings[key] for key in reported} == reported
    assert cloud.ids("twofactor_secsign") == {"alice": ["alice@lab", "1"], "bob": ["bob@lab", "1"]}
    assert {uid for uid, on in cloud.factors("twofactor_secsign").items() if on == "1"} >= {"alice", "bob"}


def test_what_was_there_before_is_kept_for_the_way_back(cloud: Any) -> None:
    kept = cloud.out("find /var/lib/secsign-nextcloud -type f")
    assert kept and all(not cloud.host.file(path).mode & 0o077 for path in kept.splitlines())


def test_nothing_of_ansible_stays_behind(cloud: Any) -> None:
    assert (
        cloud.out(
            "find /tmp /root/.ansible/tmp /var/tmp -name 'ansible*' -o -name '*secsign*' 2>/dev/null | head -5 || true"
        )
        == ""
    )


def test_a_password_is_not_enough_any_more(real: Any) -> None:
    assert "/login/challenge/twofactor_secsign" in real.log_in("alice")
    # who has no SecSign ID yet sets one up, who is exempt or a service account gets in
    assert "/login/" in real.log_in("admin")
    for user in ("carol", "backup-robot"):
        where = real.log_in(user)
        assert where and "/login" not in where, (user, where)


def test_the_challenge_asks_the_id_server(real: Any) -> None:
    browser = real.browser()
    answer = browser.password_login("alice", real.facts["password"])
    page = browser.get(answer.location)
    assert page.status == 200 and "challenge" in page.url
    phone = "python3 /srv/sandbox/id_server/phone.py --folder /var/lib/secsign-id "
    assert "alice@lab" in json.dumps(real.out(phone + "requests"))
