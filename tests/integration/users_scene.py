# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers with users and a SecSign app, for the tests of issue "Users": IDs, exemptions, unlocking, the way back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from unittest import mock

from apps import APP_ID, FIXTURE_APP, PROVIDER

ROOT = Path(__file__).resolve().parent.parent.parent
SECSIGN = "twofactor_secsign"
PASSWORD = "Fixture-pass-1"
CREATE_TABLE = (
    "CREATE TABLE oc_twofactor_secsign (user_id VARCHAR(64) NOT NULL PRIMARY KEY, secsignid VARCHAR(200) DEFAULT NULL,"
    " enabled SMALLINT DEFAULT 1 NOT NULL)"
)


def without_secsign(server: Any) -> Any:
    """The server with the fixture's provider alone, freshly restored. Users can have that, but not set it up at the
    login; with it SecSign ID is not the only factor, so that no ID server has to answer."""
    if not server.has_saved("without secsign"):
        server.occ("app:disable", "twofactor_totp", check=False)
        install(server, FIXTURE_APP, APP_ID)
        set_up_at_login(server, False)
        server.save("without secsign")
    server.restore("without secsign")
    return server


def set_up_at_login(server: Any, possible: bool) -> None:
    path = server.path / "apps" / APP_ID / PROVIDER
    text = path.read_text(encoding="utf-8").replace(", IActivatableAtLogin {", " {")
    path.write_text(
        text.replace("IDeactivatableByAdmin {", "IDeactivatableByAdmin, IActivatableAtLogin {") if possible else text,
        encoding="utf-8",
    )


def with_secsign(server: Any) -> Any:
    """Besides with twofactor_secsign, onboarding off. For releases that the app does not support (28) with one that
    looks the same from outside: its table, and a provider of its name whose challenge is the fixture's."""
    if not server.has_saved("with secsign"):
        without_secsign(server)
        if server.major >= 30:
            install(server, ROOT / "nextcloud_app" / SECSIGN)
        else:
            folder = server.path.with_name("stand-in") / SECSIGN
            install(server, stand_in(folder))
            shutil.rmtree(folder.parent)
            server.sql(CREATE_TABLE)
        server.save("with secsign")
    server.restore("with secsign")
    return server


def install(server: Any, source: Path, app_id: str = SECSIGN) -> None:
    done = server.run("app", source=str(source), remote_src=True, app_id=app_id)
    assert not done.failed, done.data


def install_from(server: Any, app_id: str, options: dict[str, Any]) -> None:
    done = server.run("app", app_id=app_id, **options)
    assert not done.failed, done.data


def stand_in(folder: Path) -> Path:
    shutil.copytree(FIXTURE_APP, folder)
    for path in folder.rglob("*"):
        if path.is_file():
            text = (
                path.read_text(encoding="utf-8")
                .replace("twofactor_fixture", SECSIGN)
                .replace("TwoFactorFixture", "TwoFactorStandIn")
            )
            path.write_text(text.replace(", IActivatableAtLogin {", " {"), encoding="utf-8")
    return folder


def provider_file(server: Any) -> Path:
    """Of the SecSign app, to be broken."""
    folder = server.path / "apps" / SECSIGN / "lib" / "Provider"
    return Path(
        next(path for path in (folder / "SecSignProvider.php", folder / "FixtureProvider.php") if path.exists())
    )


def add_user(server: Any, uid: str, *groups: str) -> None:
    for group in groups:
        server.occ("group:add", group, check=False)
    options = [f"--group={group}" for group in groups]
    server.occ("user:add", "--password-from-env", *options, uid, env={"OC_PASS": PASSWORD, "NC_PASS": PASSWORD})


def with_ids(server: Any) -> Whole:
    """Everybody has a SecSign ID, so that two-factor login may be enforced for anybody."""
    if not server.has_saved("with ids"):
        done = with_secsign(server).run("secsign_ids", pattern="{uid}@corp")
        assert not done.failed, done.data
        server.save("with ids")
    server.restore("with ids")
    return Whole(server)


class Whole:
    """The server, whose fingerprint holds users and groups as well, and whose results hold what was warned of."""

    def __init__(self, server: Any) -> None:
        self._server = server

    def __getattr__(self, name: str) -> Any:
        return getattr(self._server, name)

    def run(self, module: str, check: bool = False, **options: Any) -> Any:
        # in one process with Ansible's own control code, warnings go to its display and are in no result
        said: list[str] = []
        with mock.patch(
            "ansible.module_utils.basic.AnsibleModule.warn", lambda _module, text, **_more: said.append(text)
        ):
            result = self._server.run(module, check=check, **options)
        result.data["warned"] = said
        return result

    def fingerprint(self) -> dict[str, Any]:
        return everything(self._server)


def many_users(server: Any, number: int, group: str = "") -> None:
    """Straight into the database; they cannot log in, which does not matter here."""
    numbers = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)"
    server.sql(
        numbers
        + " INSERT INTO oc_users (uid, password, uid_lower) SELECT printf('user%05d', n), '', printf('user%05d', n)"
        " FROM numbers",
        number,
    )
    if group:
        server.sql(
            numbers + " INSERT INTO oc_group_user (gid, uid) SELECT ?, printf('user%05d', n) FROM numbers",
            number,
            group,
        )


# ---------------------------------------------------------------- what the database says, past everything under test


def ids(server: Any) -> dict[str, tuple[str | None, int]]:
    return {
        uid: (secsign_id, int(enabled))
        for uid, secsign_id, enabled in server.sql("SELECT user_id, secsignid, enabled FROM oc_twofactor_secsign")
    }


def registered(server: Any, provider: str = SECSIGN) -> dict[str, int]:
    return {
        uid: int(on)
        for uid, on in server.sql("SELECT uid, enabled FROM oc_twofactor_providers WHERE provider_id = ?", provider)
    }


def logged_in(server: Any) -> dict[str, str]:
    """The app's own mark that an ID was used."""
    return dict(
        server.sql(
            "SELECT userid, configvalue FROM oc_preferences WHERE appid = ? AND configkey = 'logged_in'", SECSIGN
        )
    )


def everything(server: Any) -> dict[str, Any]:
    """All that a task about users could have changed."""
    shown = everything_but_ids(server)
    shown["ids"] = sorted(server.sql("SELECT user_id, secsignid, enabled FROM oc_twofactor_secsign"), key=str)
    return shown


def everything_but_ids(server: Any) -> dict[str, Any]:
    """The same on a server without the app."""
    shown = server.fingerprint()
    shown["preferences"] = sorted(
        server.sql("SELECT userid, appid, configkey, configvalue FROM oc_preferences"), key=str
    )
    shown["groups"] = sorted(server.sql("SELECT gid FROM oc_groups")) + sorted(
        server.sql("SELECT gid, uid FROM oc_group_user")
    )
    return dict(shown)


def members(server: Any, group: str) -> set[str]:
    return {uid for (uid,) in server.sql("SELECT uid FROM oc_group_user WHERE gid = ?", group)}


def group_exists(server: Any, group: str) -> bool:
    return bool(server.sql("SELECT gid FROM oc_groups WHERE gid = ?", group))


def judged(server: Any) -> set[str]:
    """Who must use two-factor login, by the word of Nextcloud's own class."""
    verdicts: dict[str, bool] = json.loads(
        server.php(
            "define('OC_CONSOLE', 1); require getcwd() . '/lib/base.php';$get = function ($class) { return"
            " method_exists(\\OC::$server, 'get') ? \\OC::$server->get($class) : \\OC::$server->query($class); };$apps"
            " = $get(\\OCP\\App\\IAppManager::class);method_exists($apps, 'loadApps') ?"
            " $apps->loadApps(['authentication']) : \\OC_App::loadApps(['authentication']);$mandatory ="
            " $get(\\OC\\Authentication\\TwoFactorAuth\\MandatoryTwoFactor::class); $found = new \\stdClass();foreach"
            " ($get(\\OCP\\IUserManager::class)->search('') as $user) { $found->{$user->getUID()} ="
            " $mandatory->isEnforcedFor($user); }echo json_encode($found);"
        )
    )
    return {uid for uid, enforced in verdicts.items() if enforced}


def system(server: Any) -> dict[str, Any]:
    stored = json.loads(server.php("include 'config/config.php'; echo json_encode($CONFIG);"))
    return {key: value for key, value in stored.items() if key.startswith("twofactor_enforced")}


def store(server: Any, key: str) -> Any:
    """What the collection remembers on the server."""
    rows = server.sql("SELECT configvalue FROM oc_appconfig WHERE appid = 'secsign_nextcloud' AND configkey = ?", key)
    return json.loads(rows[0][0]) if rows else None


def set_store(server: Any, key: str, value: Any) -> None:
    server.sql(
        "UPDATE oc_appconfig SET configvalue = ? WHERE appid = 'secsign_nextcloud' AND configkey = ?",
        json.dumps(value),
        key,
    )


def nextcloud_log(server: Any) -> list[dict[str, Any]]:
    path = server.data / "nextcloud.log"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines if line.startswith("{")]


def warned(result: Any) -> str:
    return " ".join(result.data["warned"])
