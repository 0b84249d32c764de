# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back: what a run of twofactor changed is put back, and what it wrote down for that gives nothing away."""

from __future__ import annotations

import json
import shutil
import stat
import time
from pathlib import Path
from typing import Any

import apps
import pytest
import users_scene as scene
from expect import fails
from users_play import play, variables
from users_scene import SECSIGN, ids, judged

from ansible_collections.secsign.nextcloud.plugins.module_utils._text import stamp


def source_of(server: Any, folder: Path, version: str = "") -> Path:
    """The app's folder, or the stand-in's on a release that it does not support; of another version if asked."""
    path = folder / ("app" + version) / SECSIGN
    if server.major >= 30:
        shutil.copytree(scene.ROOT / "nextcloud_app" / SECSIGN, path)
    else:
        scene.stand_in(path)
    if version:
        text = (path / "appinfo" / "info.xml").read_text(encoding="utf-8")
        found = text.split("<version>")[1].split("</version>")[0]
        apps.edit(path, "appinfo/info.xml", f"<version>{found}</version>", f"<version>{version}</version>")
        (path / "img").mkdir(exist_ok=True)
        (path / "img" / "only-in-this-version.svg").write_text("<svg/>", encoding="utf-8")
    return path


def wish(source: Path, **parts: Any) -> dict[str, Any]:
    return {
        "app_id": SECSIGN,
        "app": {"source": str(source), "remote_src": True},
        "id_server": {"server": "https://id.example.com", "serverport": 8443, "validate": False},
        "onboarding": {"enabled": True, "suffix": "example"},
        "user_permissions": {"allow_groups": True, "allow_edit_groups": ["staff"]},
        "secsign_ids": {"pattern": "{uid}@example", "prune": True},
        "enforcement": {"enforced": True, "groups": ["staff", "it"]},
        **parts,
    }


def meaning(server: Any) -> dict[str, Any]:
    """What the server is to its users and to its operator: the marks of used IDs, and rows that say no, apart."""
    config = json.loads(server.occ("config:list", "--private", "--output=json").stdout)
    folder = server.path / "apps" / SECSIGN
    if not folder.exists():
        config["apps"].pop(SECSIGN, None)
    # Nextcloud's own marks, which an upgrade of any app leaves; nothing of ours is there
    config["apps"].pop("core")
    for app in config["apps"].values():
        app.pop("lastupdatedat", None)
    try:
        assigned = {uid: value for uid, value in ids(server).items() if value[0]}
    except Exception:  # no table, no IDs
        assigned = {}
    for key in ("maintenance", "loglevel"):  # an upgrade leaves them as they are without being named
        config["system"].pop(key, None)
    return {
        "config": config,
        "groups": sorted(server.sql("SELECT gid, uid FROM oc_group_user"))
        + sorted(server.sql("SELECT gid FROM oc_groups")),
        "second factors": sorted(server.sql("SELECT uid, provider_id FROM oc_twofactor_providers WHERE enabled = 1")),
        "app": {
            str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
        },
        "ids": assigned,
        "in scope": judged(server),
    }


def differences(one: Any, other: Any, path: str = "") -> dict[str, Any]:
    """What differs, by its place."""
    if isinstance(one, dict) and isinstance(other, dict):
        found: dict[str, Any] = {}
        for key in {*one, *other}:
            found.update(differences(one.get(key), other.get(key), f"{path}/{key}"))
        return found
    return {} if one == other else {path: (one, other)}


def well(result: Any, changed: bool = True) -> Any:
    assert not result.failed, result["msg"]
    assert result.changed is changed, result.data
    return result


def snapshots(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.json"))


@pytest.fixture
def fresh(server: Any) -> Any:
    """Without the app; on 28 with the table that the stand-in of the app does not make."""
    scene.without_secsign(server)
    if server.major < 30:
        server.sql(scene.CREATE_TABLE)
    return server


def test_back_to_a_server_without_the_app(fresh: Any, tmp_path: Path) -> None:
    before = meaning(fresh)
    options = dict(wish(source_of(fresh, tmp_path)), snapshot_dir=str(tmp_path / "before"))
    well(fresh.run("twofactor", **options))
    assert judged(fresh) == {"alice", "bob"} and len(ids(fresh)) == 4
    assert len(snapshots(tmp_path / "before")) == 1

    back = {"snapshot_dir": str(tmp_path / "before"), "app_id": SECSIGN}
    between = meaning(fresh)
    predicted = well(fresh.run("rollback", check=True, **back))
    assert meaning(fresh) == between
    done = well(fresh.run("rollback", **back))
    assert (done.diff, done["commands"]) == (predicted.diff, predicted["commands"])
    after = meaning(fresh)
    for name, value in before.items():
        assert differences(after[name], value) == {}, name
    assert not (fresh.path / "apps" / SECSIGN).exists()
    well(fresh.run("rollback", **back), changed=False)
    # and there again, for a rollback is no dead end
    well(fresh.run("twofactor", **options))
    assert judged(fresh) == {"alice", "bob"} and len(ids(fresh)) == 4


def test_back_to_an_earlier_policy_with_ids_and_exemptions(server: Any, tmp_path: Path) -> None:
    site = scene.with_ids(server)
    until = stamp(int(time.time()) + 86_400)
    well(site.run("exemptions", exemptions=[{"user": "carol", "owner": "it", "reason": "on leave", "until": until}]))
    well(site.run("enforcement", enforced=True))
    well(site.run("secsign_ids", ids=[{"user": "bob", "secsign_id": "robert@corp", "enabled": False}], guard="off"))
    before = meaning(site)
    assert before["in scope"] == {"admin", "alice", "bob"}
    options = wish(site.path / "apps" / SECSIGN, exemptions={"prune": True})
    well(site.run("twofactor", snapshot_dir=str(tmp_path), **options))
    assert judged(site) == {"alice", "bob"} and ids(site)["bob"] == ("bob@example", 1)
    well(site.run("rollback", snapshot_dir=str(tmp_path), app_id=SECSIGN))
    after = meaning(site)
    for name, value in before.items():
        assert differences(after[name], value) == {}, name
    well(site.run("rollback", snapshot_dir=str(tmp_path), app_id=SECSIGN), changed=False)


def test_an_upgrade_is_taken_back(server: Any, tmp_path: Path) -> None:
    site = scene.with_ids(server)
    before = meaning(site)
    newer = source_of(site, tmp_path, "9.8.7")
    well(
        site.run(
            "twofactor",
            snapshot_dir=str(tmp_path / "before"),
            app_id=SECSIGN,
            app={"source": str(newer), "remote_src": True},
        )
    )
    assert site.run("twofactor_info", users="none", app_id=SECSIGN)["app"]["version"] == "9.8.7"
    assert stat.S_IMODE(next((tmp_path / "before").rglob("*.tar")).stat().st_mode) == 0o600
    well(site.run("rollback", snapshot_dir=str(tmp_path / "before"), app_id=SECSIGN))
    after = meaning(site)
    for name, value in before.items():
        assert differences(after[name], value) == {}, name
    well(site.run("rollback", snapshot_dir=str(tmp_path / "before"), app_id=SECSIGN), changed=False)
    reported = site.run("twofactor_info", users="none", app_id=SECSIGN)
    assert [p["loads"] for p in reported["providers"] if p["app"] == SECSIGN] == [True]


def test_what_is_written_down_is_for_its_owner_and_holds_no_secret(server: Any, tmp_path: Path) -> None:
    site = scene.with_ids(server)
    marks = {name: f"MARK-{name}-MARK" for name in ("secret", "mail_smtppassword", "ldap", "note", "code")}
    for key in ("secret", "mail_smtppassword"):
        site.configure(key, f"'{marks[key]}'")
    site.sql(
        "INSERT INTO oc_appconfig (appid, configkey, configvalue) VALUES ('user_ldap', 'ldap_agent_password', ?)",
        marks["ldap"],
    )
    site.sql(
        "INSERT INTO oc_preferences (userid, appid, configkey, configvalue) VALUES ('alice', 'notes', 'note', ?)",
        marks["note"],
    )
    site.sql("INSERT INTO oc_twofactor_backupcodes (user_id, code, used) VALUES ('alice', ?, 0)", marks["code"])
    hashes = [value for (value,) in site.sql("SELECT password FROM oc_users WHERE password != ''")]
    folder = tmp_path / "before"
    options = wish(source_of(site, tmp_path, "9.8.7"), secsign_ids={"pattern": "{uid}@example"})
    well(site.run("twofactor", snapshot_dir=str(folder), **options))
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) == 2 and {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in folder.rglob("*") if path.is_dir()} == {0}
    for path in files:
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not [word for word in [*marks.values(), *hashes] if word in text], path
    kept = json.loads(snapshots(folder)[0].read_text(encoding="utf-8"))
    assert set(kept["users"]) == {"admin", "alice", "bob", "carol"}, "those whom the run touches"
    assert kept["users"]["alice"]["ids"] == [{"app": SECSIGN, "id": "alice@corp", "enabled": True}]


def test_first_latest_and_by_name(server: Any, tmp_path: Path) -> None:
    site = scene.with_ids(server)
    options = {"snapshot_dir": str(tmp_path), "app_id": SECSIGN}
    groups = (["staff"], ["staff", "it"], ["staff", "it", "contractors"])
    for wanted in groups:
        well(site.run("twofactor", enforcement={"enforced": True, "groups": wanted}, **options))
        time.sleep(1.1)  # they are named after the second
    well(site.run("twofactor", enforcement={"enforced": True, "groups": groups[-1]}, **options), changed=False)
    names = [path.stem for path in snapshots(tmp_path)]
    assert len(names) == 3, "a run that changes nothing keeps nothing"
    for wrong in ("yesterday", "../" + names[0], names[0] + "/x", ""):
        result = fails(site.run("rollback", snapshot=wrong, **options), "NC317", names[1])
        assert result["msg"].count(names[0]) >= 1
    fails(site.run("rollback", snapshot_dir=str(tmp_path / "nowhere"), app_id=SECSIGN), "NC317", "nothing to roll back")
    assert judged(site) == {"alice", "bob", "carol"}
    well(site.run("rollback", **options))
    assert judged(site) == {"alice", "bob"}
    well(site.run("rollback", snapshot=names[1], **options))
    assert judged(site) == {"alice"}
    well(site.run("rollback", snapshot="first", **options))
    assert judged(site) == set()
    well(site.run("rollback", snapshot="latest", **options))
    assert judged(site) == {"alice", "bob"}


def test_each_nextcloud_of_a_host_has_its_own(server: Any, tmp_path: Path) -> None:
    site = scene.with_ids(server)
    well(site.run("twofactor", snapshot_dir=str(tmp_path), app_id=SECSIGN, onboarding={"suffix": "new"}))
    (path,) = snapshots(tmp_path)
    path.parent.rename(path.parent.with_name("0123456789abcdef"))
    fails(site.run("rollback", snapshot_dir=str(tmp_path), app_id=SECSIGN), "NC317", "nothing to roll back")


def test_what_cannot_be_written_down_is_not_begun(server: Any, tmp_path: Path) -> None:
    site = scene.with_ids(server)
    (tmp_path / "file").write_text("", encoding="utf-8")
    before = site.fingerprint()
    fails(
        site.run("twofactor", snapshot_dir=str(tmp_path / "file"), app_id=SECSIGN, onboarding={"suffix": "new"}),
        "NC316",
    )
    assert site.fingerprint() == before


def test_the_playbooks(fresh: Any, tmp_path: Path) -> None:
    """site.yml keeps what was there, rollback.yml puts it back."""
    before = meaning(fresh)
    wanted = {f"twofactor_{part}": value for part, value in wish(source_of(fresh, tmp_path)).items()}
    host = {"cloud": variables(fresh, twofactor_snapshot_dir=str(tmp_path / "before"), **wanted)}
    assert play(tmp_path, "site.yml", host).went_well().count("changed") == 1
    assert judged(fresh) == {"alice", "bob"}
    assert play(tmp_path, "rollback.yml", host).went_well().count("changed") == 1
    after = meaning(fresh)
    for name, value in before.items():
        assert differences(after[name], value) == {}, name
    assert play(tmp_path, "rollback.yml", host).went_well().count("changed") == 0
