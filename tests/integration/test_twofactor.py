# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole wanted state in one task, and the module that shows what is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import apps
import pytest
from apps import APP_ID, variant
from expect import converges, fails, refused, rests

FIXTURE = {"app_id": APP_ID}
# What a host costs, in starts of PHP: reading, and for the first run also placing, enabling, proving, letting the
# earlier version go, reading users, importing settings, importing the policy, proving.
STARTS_AT_REST, STARTS_FIRST_RUN = 1, 10


def everything(source: Path, **parts: Any) -> dict[str, Any]:
    return {
        "app": {"source": str(source)},
        "id_server": {"server": "https://id.example.com", "serverport": 8443},
        "user_permissions": {"allow_groups": True, "allow_edit_groups": ["staff", "no group"]},
        "onboarding": {"enabled": True, "suffix": "example"},
        "enforcement": {"enforced": True, "groups": [], "excluded_groups": ["contractors"]},
        **FIXTURE,
        **parts,
    }


def is_enforced(server: Any) -> bool:
    return (
        json.loads(server.php("include 'config/config.php'; echo json_encode($CONFIG['twofactor_enforced'] ?? null);"))
        == "true"
    )


def test_from_passwords_only_to_enforced(server: Any, tmp_path: Path, counted: tuple[str, Any]) -> None:
    php, starts = counted
    options = everything(variant(tmp_path), php=php)
    before = server.fingerprint()
    predicted = server.run("twofactor", check=True, **options)
    assert not predicted.failed, predicted.data
    assert starts() <= 3
    assert server.fingerprint() == before

    first = server.run("twofactor", **options)
    assert not first.failed, first.data
    assert first.changed and predicted.changed
    assert (first.diff, first["commands"]) == (predicted.diff, predicted["commands"])
    assert starts() <= STARTS_FIRST_RUN
    assert list(first.diff["after"]) == ["app", "id_server", "user_permissions", "onboarding", "enforcement"]
    assert is_enforced(server)
    places = [
        next(number for number, command in enumerate(first["commands"]) if text in command)
        for text in ("place_app", "app:enable", "twofactor_enforced")
    ]
    assert places == sorted(places)

    after = server.fingerprint()
    second = server.run("twofactor", **options)
    assert not second.failed and not second.changed and second["commands"] == []
    assert starts() == STARTS_AT_REST
    rests(server, "twofactor", **options)
    assert server.fingerprint() == after


def test_the_number_of_starts_does_not_depend_on_the_number_of_people(
    server: Any, tmp_path: Path, counted: tuple[str, Any]
) -> None:
    php, starts = counted
    many_users(server, 1_200)
    options = everything(variant(tmp_path), php=php)
    assert not server.run("twofactor", **options).failed
    assert starts() <= STARTS_FIRST_RUN
    assert not server.run("twofactor", **options).changed
    assert starts() == STARTS_AT_REST


@pytest.mark.parametrize("breakage", ["interface_method_missing", "constructor_cannot_be_resolved"])
def test_nothing_is_enforced_when_the_app_fails(server: Any, tmp_path: Path, breakage: str) -> None:
    fails(server.run("twofactor", **everything(variant(tmp_path, breakage=breakage))), "NC305", "undone")
    assert not is_enforced(server)
    assert server.sql("SELECT configkey FROM oc_appconfig WHERE appid = ? AND configkey = 'server'", APP_ID) == []
    # nor when it is refused from the start
    refused(server, "twofactor", "NC303", "17 to 20", **everything(variant(tmp_path, "1.1.0", nextcloud="17-20")))


def test_enforcement_goes_before_the_app_does(server: Any, tmp_path: Path) -> None:
    server.occ("app:disable", "twofactor_totp", check=False)
    assert not server.run("twofactor", **everything(variant(tmp_path))).failed
    refused(server, "app", "NC309", state="absent", **FIXTURE)
    result = converges(server, "twofactor", app={"state": "absent"}, enforcement={"enforced": False}, **FIXTURE)
    assert [command.split()[1] for command in result["commands"]] == ["config:import", "app:remove", "remove_app"]
    assert not is_enforced(server)
    assert not (server.path / "apps" / APP_ID).exists()


def test_an_upgrade_and_a_wider_policy_in_one_task(server: Any, tmp_path: Path) -> None:
    """Users who have the factor of the version that goes have that of the version that comes."""
    server.occ("app:disable", "twofactor_totp", check=False)
    assert not server.run(
        "twofactor", **everything(variant(tmp_path), enforcement={"enforced": True, "groups": ["staff"]})
    ).failed
    for uid in ("alice", "bob"):
        server.occ("twofactorauth:enable", uid, APP_ID)
    options = everything(variant(tmp_path, "1.1.0"), enforcement={"enforced": True, "groups": []})
    result = converges(server, "twofactor", **options)
    assert "occ upgrade" in result["commands"]
    assert server.occ("twofactorauth:state", "alice").stdout.count("enabled") > 0


def test_a_wrong_word_is_named_before_anything_is_touched(server: Any, tmp_path: Path) -> None:
    source = variant(tmp_path)
    for part, option, meant in (
        ("id_server", "sever", "Did you mean 'server'?"),
        ("app", "sources", "Did you mean 'source'?"),
        ("user_permissions", "allow_edits", "Did you mean 'allow_edit'?"),
        ("onboarding", "suffx", "Did you mean 'suffix'?"),
        ("enforcement", "zeal", "unknown options: 'zeal'. Use only these options: accept_insecure_provider, "),
    ):
        options = everything(source)
        options[part] = dict(options[part], **{option: "x"})
        refused(server, "twofactor", "NC201", part, option, meant, check_too=False, **options)
    for part, option, value in (
        ("id_server", "serverport", "many"),
        ("enforcement", "enforced", "perhaps"),
        ("onboarding", "suffix", "not a suffix!"),
    ):
        options = everything(source)
        options[part] = dict(options[part], **{option: value})
        refused(server, "twofactor", "NC201", option, value, check_too=False, **options)
    options = everything(source)
    del options["enforcement"]["enforced"]
    refused(server, "twofactor", "NC201", "enforcement", "enforced", check_too=False, **options)


def test_parts_that_are_not_given_are_left_alone(server: Any, tmp_path: Path) -> None:
    assert not server.run("twofactor", **everything(variant(tmp_path))).failed
    before = server.fingerprint()
    rests(server, "twofactor", **FIXTURE)
    rests(server, "twofactor", enforcement={"enforced": True}, **FIXTURE)
    converges(server, "twofactor", onboarding={"choice_enabled": True}, **FIXTURE)
    changed = [row for row in server.fingerprint()["app config"] if row not in before["app config"]]
    assert changed == [(APP_ID, "choice_enabled", "1")]


# ---------------------------------------------------------------- what is reported


def many_users(server: Any, number: int) -> None:
    """Straight into the database; they cannot log in, which does not matter here."""
    server.sql(
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?) INSERT INTO oc_users"
        " (uid, password, uid_lower) SELECT printf('user%05d', n), '', printf('user%05d', n) FROM numbers",
        number,
    )


def users_of(server: Any, **options: Any) -> dict[str, dict[str, Any]]:
    found = server.run("twofactor_info", users="list", **dict(FIXTURE, **options))
    assert not found.failed, found.data
    assert found["users_total"] == found["users_summary"]["total"]
    return {user["uid"]: user for user in found["users"]}


def test_users_with_everything_that_matters(server: Any, tmp_path: Path) -> None:
    assert not server.run("app", source=str(variant(tmp_path)), **FIXTURE).failed
    for uid, name in (("4711", "Zahl Mensch"), ("anna@example.com", "Änna Öß"), ("user with blank", "")):
        server.occ(
            "user:add",
            "--password-from-env",
            f"--display-name={name}",
            uid,
            env={"OC_PASS": "Fixture-pass-1", "NC_PASS": "Fixture-pass-1"},
        )
    server.occ("group:adduser", "staff", "4711")
    server.occ("group:adduser", "it", "4711")
    server.occ("user:disable", "anna@example.com")
    server.occ("twofactorauth:enable", "4711", APP_ID)
    server.occ("twofactorauth:enable", "bob", APP_ID)
    server.occ("twofactorauth:disable", "bob", APP_ID)
    for used in (0, 0, 1):
        server.sql("INSERT INTO oc_twofactor_backupcodes (user_id, code, used) VALUES ('carol', 'hash', ?)", used)
    server.sql("INSERT INTO oc_twofactor_backupcodes (user_id, code, used) VALUES ('alice', 'hash', 1)")
    server.sql(
        "INSERT INTO oc_preferences (userid, appid, configkey, configvalue) VALUES ('carol', 'login', 'lastLogin',"
        " '1700000000')"
    )

    users = users_of(server)
    listed = json.loads(server.occ("user:list", "--limit=-1", "--output=json").stdout)
    assert set(users) == {str(uid) for uid in listed}
    assert {"4711", "anna@example.com", "user with blank", "admin"} <= set(users)
    assert sorted(users["4711"]["groups"]) == ["it", "staff"]
    assert users["4711"]["providers"][APP_ID] is True and users["4711"]["uid"] == "4711"
    assert users["bob"]["providers"][APP_ID] is False
    assert [uid for uid, user in users.items() if not user["enabled"]] == ["anna@example.com"]
    assert [uid for uid, user in users.items() if user["admin"]] == ["admin"]
    assert (users["carol"]["backup_codes"], users["alice"]["backup_codes"], users["bob"]["backup_codes"]) == (
        2,
        0,
        None,
    )
    assert users["carol"]["last_login"] == 1_700_000_000
    assert {user["backend"] for user in users.values()} == {"Database"}

    summary = server.run("twofactor_info", **FIXTURE)["users_summary"]
    assert summary["total"] == len(users) and summary["disabled"] == 1 and summary["enabled"] == len(users) - 1
    assert summary["admins"] == 1 and summary["with_backup_codes"] == 1
    assert summary["with_second_factor"] == 1 and summary["providers"] == {APP_ID: 1}
    assert summary["backends"] == {"Database": len(users)}
    printed = json.dumps(server.run("twofactor_info", users="list", **FIXTURE).data)
    assert "hash" not in printed and "Fixture-pass" not in printed


def test_users_come_page_by_page(server: Any) -> None:
    many_users(server, 1_200)
    everybody = list(users_of(server, limit=5_000))
    assert len(everybody) == 1_204 == len(set(everybody))
    pages = [uid for offset in range(0, 1_500, 500) for uid in users_of(server, limit=500, offset=offset)]
    assert pages == everybody
    assert list(users_of(server, limit=1, offset=1_203)) == everybody[-1:]
    assert users_of(server, offset=5_000) == {}
    assert server.run("twofactor_info", **FIXTURE)["users_summary"]["total"] == 1_204
    assert "users" not in server.run("twofactor_info", **FIXTURE).data
    assert "users_summary" not in server.run("twofactor_info", users="none", **FIXTURE).data
    for option, value in (("limit", 0), ("offset", -1)):
        fails(server.run("twofactor_info", **{option: value}), "NC201", option)


def test_what_is_told_of_the_server_is_what_can_be_set(server: Any, tmp_path: Path) -> None:
    options = everything(variant(tmp_path))
    assert not server.run("twofactor", **options).failed
    reported = server.run("twofactor_info", users="none", **FIXTURE)
    assert (
        reported["app"]["version"] == "1.0.0"
        and reported["app"]["enabled"]
        and reported["app"]["supports"] == ["17", "40"]
    )
    assert reported["nextcloud"]["path"] == str(server.path) and reported["nextcloud"]["release"] == server.host.release
    assert ("sandbox" in reported["nextcloud"]["release"]) is server.is_sandbox
    for part in ("id_server", "user_permissions", "onboarding"):
        given = {name: value for name, value in reported["settings"][part].items() if value is not None}
        assert {name: sorted(v) if isinstance(v, list) else v for name, v in options[part].items()} == given
        rests(server, part, **given, **FIXTURE)
    assert {entry["app"]: entry["loads"] for entry in reported["providers"]}[APP_ID] is True


def test_a_broken_provider_is_told_and_hides_nothing(server: Any, tmp_path: Path) -> None:
    """An audit has to see the servers on which something is wrong, above all."""
    assert not server.run("app", source=str(variant(tmp_path)), **FIXTURE).failed
    folder = server.path / "apps" / APP_ID
    for breakage in apps.BREAKAGES:
        apps.edit(folder, apps.PROVIDER, *apps.BREAKAGES[breakage])
        reported = server.run("twofactor_info", **FIXTURE)
        assert not reported.failed, reported.data
        mine = next(entry for entry in reported["providers"] if entry["app"] == APP_ID)
        assert mine["loads"] is False and mine["error"], breakage
        assert reported["users_summary"]["total"] == 4
        apps.edit(folder, apps.PROVIDER, *reversed(apps.BREAKAGES[breakage]))
