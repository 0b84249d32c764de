# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What scripts find that boot an instance: the OCP interfaces, apps with migrations, providers that do not load."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest

from .replay import Instance
from .scene import HERE

APPS = ["labapp", "labprov", "labbroken", "labtable", "labtwokeys", "labpeople"]

# Since which major release a script finds a method, and until which: read in the sources of the releases.
METHODS = {
    "server get": (20, 99),
    "server query": (1, 99),
    "OCP Server": (25, 99),
    "loadApp": (27, 99),
    "getInstalledApps": (1, 99),
    "getEnabledApps": (32, 99),
    "isUpgradeRequired": (32, 99),
    "executeUpdate": (1, 99),
    "executeStatement": (21, 99),
    "fetch": (1, 99),
    "fetchOne": (21, 99),
    "builder execute": (1, 33),
    "builder executeQuery": (22, 99),
    "bootstrap": (20, 99),
}


@pytest.fixture(scope="module", autouse=True)
def users_and_apps(instance: Instance) -> None:
    # read by the owner of the instance, to whom the checkout may be closed
    shutil.copyfile(HERE / "probe.php", instance.base / "probe.php")
    for app in APPS:
        instance.scene.put_app(app)
    for group in ("staff", "it"):
        assert instance.occ("group:add", group).exit_code == 0
    added = instance.occ(
        "user:add",
        "--password-from-env",
        "--display-name=Alice Ä",
        "--group=staff",
        "alice",
        env={"OC_PASS": "Lab-user-pw-1"},
    )
    assert added.exit_code == 0, added
    for app in ("labapp", "labprov"):
        assert instance.occ("app:enable", app).exit_code == 0


def probe(instance: Instance, check: str) -> Any:
    answer = instance.run([str(instance.base / "probe.php"), str(instance.root), check])
    assert answer.exit_code == 0, answer
    return json.loads(answer.stdout)


def major(instance: Instance) -> int:
    return int(instance.release.split(".")[0])


def test_boot(instance: Instance) -> None:
    found = probe(instance, "boot")
    assert found["cli"] and found["root"] and not found["upgrade"]
    assert ".".join(str(number) for number in found["version"][:3]) == instance.release.replace("-dev", "")


def test_methods_are_those_of_the_release(instance: Instance) -> None:
    """A script that asks method_exists() must take the same way here as on the real server."""
    expected = {name: since <= major(instance) <= until for name, (since, until) in METHODS.items()}
    assert probe(instance, "methods") == expected


def test_app_info_has_the_real_shape(instance: Instance) -> None:
    assert probe(instance, "app_info") == {
        "id": "labprov",
        "version": "1.2.3",
        "range": {"min-version": "17", "max-version": "99"},
        "providers": {"provider": "OCA\\LabProv\\Provider\\LabProvider"},
        "types": ["filesystem"],
        "plain": [],
        "unknown": None,
    }


def test_providers_are_made_with_all_they_ask_for(instance: Instance) -> None:
    expected = {"backup_codes", "labprov"} | ({"totp"} if major(instance) >= 33 else set())
    assert set(probe(instance, "providers")) == expected


def test_registry(instance: Instance) -> None:
    on, off, gone = probe(instance, "registry")
    assert on["labprov"] is True
    assert off["labprov"] is False
    assert "labprov" not in gone


def test_backup_codes(instance: Instance) -> None:
    found = probe(instance, "backup_codes")
    assert found == {
        "codes": [16] * 10,
        "unused": 10,
        "used_once": [True, False],
        "state": {"enabled": True, "total": 10, "used": 1},
        "registry": True,
        "left": False,
    }


def test_policy_follows_the_scope_rule(instance: Instance) -> None:
    assert probe(instance, "policy") == {
        "off": False,
        "all": True,
        "group": True,
        "other group": False,
        "group, excluded": True,
        "excluded": False,
        "other excluded": True,
        "no such group": False,
        "boolean": False,
    }


def test_database(instance: Instance) -> None:
    assert probe(instance, "database") == [["admin", "alice"], True, False, "Alice Ä", True, False, {"uid": "alice"}]


def test_people(instance: Instance) -> None:
    assert probe(instance, "people") == {
        "classes": ["OC\\User\\Database", "OC\\Group\\Database"],
        "page": ["alice"],
        "names": {"alice": "Alice Ä"},
        "groups": ["staff"],
        "members": ["alice"],
        "in": [True, False],
        "admin": [True, False],
        "case": "alice",
    }


def test_users_from_another_backend(instance: Instance) -> None:
    assert instance.occ("app:enable", "labpeople").exit_code == 0
    try:
        assert probe(instance, "elsewhere") == ["Elsewhere", ["zora"], "Zoe from elsewhere", "Elsewhere", False]
        assert json.loads(instance.occ("user:list", "--output=json").stdout)["zoe"] == "Zoe from elsewhere"
        assert json.loads(instance.occ("user:info", "zoe", "--output=json").stdout)["backend"] == "Elsewhere"
    finally:
        assert instance.occ("app:disable", "labpeople").exit_code == 0


def test_config(instance: Instance) -> None:
    assert probe(instance, "config") == ["v", "default", True, "u", [1, "two"], ["alice"], [None, None, None]]


def test_log_is_lines_of_json(instance: Instance) -> None:
    assert probe(instance, "log") is True
    last = json.loads((instance.root / "data" / "nextcloud.log").read_text(encoding="utf-8").splitlines()[-1])
    assert (last["level"], last["app"], last["message"]) == (3, "labapp", "from the probe")


def test_migrations_make_tables_once(instance: Instance) -> None:
    assert instance.occ("app:enable", "labtable").exit_code == 0
    assert table_of(instance, "labtable") == [{"id": 1, "uid": "admin", "enabled": 1}]
    assert instance.occ("app:disable", "labtable").exit_code == 0
    assert instance.occ("app:enable", "labtable").exit_code == 0, "a migration that ran must not run again"


def test_a_migration_that_sqlite_refuses_keeps_the_app_out(instance: Instance) -> None:
    answer = instance.occ("app:enable", "labtwokeys")
    assert answer.exit_code == 1
    assert "more than one primary key" in answer.stdout
    assert instance.occ("config:app:get", "labtwokeys", "enabled").exit_code == 1


def test_a_provider_that_does_not_load_stops_all_of_them(instance: Instance) -> None:
    assert instance.occ("app:enable", "labbroken").exit_code == 0, "enabling proves nothing"
    answers = [
        instance.occ(f"twofactorauth:{verb}", "alice", "labprov", env={"COLUMNS": "200"})
        for verb in ("enable", "disable")
    ]
    if major(instance) == 19:
        # Release 19 finds the misspelt interface, as it finds secsignid's.
        assert [answer.exit_code for answer in answers] == [0, 0]
    else:
        for answer in answers:
            assert answer.exit_code == 1
            assert "Could not load two-factor auth provider OCA\\LabBroken\\Provider\\BrokenProvider" in answer.stderr
    assert instance.occ("twofactorauth:cleanup", "labbroken").exit_code == 0
    assert instance.occ("app:disable", "labbroken").exit_code == 0
    assert instance.occ("twofactorauth:enable", "alice", "labprov").exit_code == 0
    assert instance.occ("twofactorauth:disable", "alice", "labprov").exit_code == 0


def table_of(instance: Instance, table: str) -> list[dict[str, Any]]:
    code = (
        'echo json_encode((new PDO("sqlite:data/owncloud.db"))->query("SELECT * FROM'
        f' oc_{table}")->fetchAll(PDO::FETCH_ASSOC), JSON_NUMERIC_CHECK);'
    )
    rows: list[dict[str, Any]] = json.loads(instance.run(["-r", code]).stdout)
    return rows
