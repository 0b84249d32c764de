# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attacks through files: those that root writes and reads back, and those that make a run wait for ever."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attack_scene as scene
import pytest
from apps import APP_ID, variant
from attack_scene import CHANGE, GAMES, ROOT, WAYS, Site, give
from expect import fails
from module_runner import Result
from subprocess_runner import needs_root

from ansible_collections.secsign.nextcloud.plugins.module_utils._text import stamp

pytestmark = [needs_root, pytest.mark.thorough]

UNLOCK = {"user": "alice", "method": "exempt", "reason": "test", "requested_by": "helga"}
CODES = {"user": "alice", "path": "/not/used", "reason": "test", "requested_by": "helga"}
RELEASES: dict[str, dict[str, Any]] = {"unlock": UNLOCK, "backup_codes": CODES}


@pytest.fixture
def sandbox_only(server: Any) -> None:
    scene.once(server, everywhere=False)


on_sandbox = pytest.mark.usefixtures("sandbox_only")


@pytest.fixture
def site(server: Any, open_folder: Path) -> Site:
    scene.once(server)
    return Site(server, open_folder)


def contents(*folders: Path) -> dict[str, Any]:
    found = {}
    for path in (path for folder in folders for path in (folder, *folder.rglob("*"))):
        status = path.lstat()
        found[str(path)] = (status.st_mode, status.st_uid, path.is_file() and path.read_bytes())
    return found


def keeping(site: Site, folder: Path, **options: Any) -> Result:
    """A change before which root writes down what there was."""
    return site.run("twofactor", snapshot_dir=str(folder), **dict({"enforcement": CHANGE}, **options))


# ------------------------------------------------------------------ folders that root must not write in


def _writable(mode: int, group: int = ROOT) -> Callable[[Site], Path]:
    def make(site: Site) -> Path:
        folder = site.folder("open", ROOT)
        os.chown(folder, ROOT, group)
        folder.chmod(mode)
        return folder

    return make


def _below(owner: int) -> Callable[[Site], Path]:
    def make(site: Site) -> Path:
        folder = site.folder("theirs", owner) / "of-root"
        folder.mkdir(mode=0o700)
        return folder

    return make


def _linked(site: Site) -> Path:
    target = site.folder("target", ROOT, 0o700)
    return site.link(site.folder("tmp", ROOT, 0o1777) / "link", target, site.owner)


def _below_a_link(site: Site) -> Path:
    folder = _linked(site) / "below"
    folder.mkdir(mode=0o700)
    return folder


UNSAFE: dict[str, Callable[[Site], Path]] = {
    "of_the_web_user": lambda site: site.folder("theirs", site.owner),
    "of_a_third_account": lambda site: site.folder("theirs", GAMES),
    "that_everybody_may_write": _writable(0o777),
    "that_a_group_may_write": _writable(0o775, 33),
    "below_one_of_the_web_user": _below(33),
    "below_one_of_a_third_account": _below(GAMES),
    "that_is_a_planted_link": _linked,
    "below_a_planted_link": _below_a_link,
}


@on_sandbox
@pytest.mark.parametrize("where", list(UNSAFE))
@pytest.mark.parametrize("below", ["", "before/new"], ids=["itself", "below_it"])
def test_no_snapshot_is_written_in_a_folder(site: Site, where: str, below: str) -> None:
    folder = UNSAFE[where](site)
    others = [path for path in site.top.iterdir() if path.name in ("theirs", "open", "tmp", "target")]
    before = contents(*others)
    result = keeping(site, folder / below)
    assert contents(*others) == before
    fails(result, "NC316", "snapshot_dir")
    assert site.config.read_text(encoding="utf-8") == site.text, "nothing is changed that could not be put back"


@on_sandbox
@pytest.mark.parametrize("where", [where for where in UNSAFE if where != "that_a_group_may_write"])
@pytest.mark.parametrize("module", list(RELEASES))
def test_no_audit_log_is_written_in_a_folder(site: Site, where: str, module: str) -> None:
    folder = UNSAFE[where](site)
    others = [path for path in site.top.iterdir() if path.name in ("theirs", "open", "tmp", "target")]
    before = contents(*others)
    for check in (True, False):
        result = site.run(module, check=check, audit_log=str(folder / "audit.jsonl"), **RELEASES[module])
        assert contents(*others) == before
        fails(result, "NC315", "audit_log")
        assert "codes" not in result.data


# ------------------------------------------------------------------ names that were planted


def _sticky(site: Site) -> Path:
    return site.folder("tmp", ROOT, 0o1777)


def _link(site: Site, target: Path) -> Path:
    return site.link(_sticky(site) / "audit.jsonl", target, site.owner)


def _link_of_root(site: Site, target: Path) -> Path:
    return site.link(site.folder("log", ROOT, 0o700) / "audit.jsonl", target, ROOT)


def _hard_link(site: Site, target: Path) -> Path:
    path = _sticky(site) / "audit.jsonl"
    os.link(target, path)
    return path


def _own_file(site: Site, _target: Path) -> Path:
    return site.put(_sticky(site) / "audit.jsonl", "", site.owner)


PLANTED: dict[str, Callable[[Site, Path], Path]] = {
    "a_link": _link,
    "a_link_of_root": _link_of_root,
    "a_hard_link": _hard_link,
    "a_file_of_the_web_user": _own_file,
}


@on_sandbox
@pytest.mark.parametrize("what", list(PLANTED))
@pytest.mark.parametrize("module", list(RELEASES))
def test_no_audit_log_is_written_through(site: Site, what: str, module: str) -> None:
    target = site.put(site.top / "target", "of root\n", ROOT, 0o600)
    log = PLANTED[what](site, target)
    result = site.run(module, audit_log=str(log), **RELEASES[module])
    assert target.read_text(encoding="utf-8") == "of root\n"
    assert what != "a_file_of_the_web_user" or not log.read_text(encoding="utf-8")
    fails(result, "NC315", "audit_log")


@on_sandbox
@pytest.mark.parametrize("module", list(RELEASES))
def test_no_release_waits_for_an_audit_log_that_is_a_fifo(site: Site, module: str) -> None:
    """Opening one waits until somebody reads at its other end."""
    log = site.folder("log", ROOT, 0o700) / "audit.jsonl"
    os.mkfifo(log)

    def work() -> str:
        return json.dumps(site.run(module, audit_log=str(log), **RELEASES[module]).data)

    fails(Result(json.loads(scene.within(15, work))), "NC315", "audit_log")


@on_sandbox
def test_no_snapshot_is_written_through_links_planted_earlier(site: Site) -> None:
    """In a folder that is root's alone now; the names are times, and can be guessed."""
    target = site.put(site.top / "target", "of root\n", ROOT, 0o600)
    folder = inner_folder(site)
    for snapshot in folder.iterdir():
        snapshot.unlink()
    for second in range(-1, 40):
        name = stamp(int(time.time()) + second).replace(":", "")
        for ending in (".json", ".json.new"):
            site.link(folder / (name + ending), target, site.owner)
    result = keeping(site, folder.parent, enforcement=dict(CHANGE, excluded_groups=["staff"]))
    assert target.read_text(encoding="utf-8") == "of root\n"
    if result.failed:
        fails(result, "NC316")


@on_sandbox
@pytest.mark.parametrize("what", ["folder", "link"])
def test_no_snapshot_is_written_in_an_inner_folder_that_was_there_first(site: Site, what: str) -> None:
    name = inner_folder(site).name
    planted, target = _sticky(site) / name, site.folder("target", ROOT, 0o700)
    if what == "folder":
        planted.mkdir()
        give(site.owner, planted)
    else:
        site.link(planted, target, site.owner)
    result = keeping(site, planted.parent, enforcement=dict(CHANGE, excluded_groups=["staff"]))
    assert not list(planted.iterdir()) and not list(target.iterdir())
    fails(result, "NC316", "snapshot_dir")


def inner_folder(site: Site) -> Path:
    """A folder with a snapshot of the server, in one that is root's."""
    done = keeping(site, site.top / "before")
    assert not done.failed, done.data
    (folder,) = (site.top / "before").iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    return folder


# ------------------------------------------------------------------ what is read back


def _elsewhere(site: Site, path: Path) -> None:
    """The same bytes, but by way of a link."""
    path.rename(site.top / path.name)
    site.link(path, site.top / path.name, site.owner)


def _json_link(site: Site, folder: Path) -> Path:
    _elsewhere(site, next(folder.glob("*.json")))
    return folder.parent


def _tar_link(site: Site, folder: Path) -> Path:
    _elsewhere(site, next(folder.glob("*.tar")))
    return folder.parent


def _given_away(site: Site, folder: Path) -> Path:
    give(site.owner, folder)
    return folder.parent


def _base_given_away(site: Site, folder: Path) -> Path:
    give(site.owner, folder.parent)
    return folder.parent


def _base_open(_site: Site, folder: Path) -> Path:
    folder.parent.chmod(0o777)
    return folder.parent


def _base_link(site: Site, folder: Path) -> Path:
    return site.link(_sticky(site) / "before", folder.parent, site.owner)


def _inner_link(site: Site, folder: Path) -> Path:
    _elsewhere(site, folder)
    return folder.parent


NOT_TRUSTED: dict[str, Callable[[Site, Path], Path]] = {
    "a_snapshot_that_is_a_link": _json_link,
    "an_archive_that_is_a_link": _tar_link,
    "its_folder_of_the_web_user": _given_away,
    "its_folder_that_is_a_link": _inner_link,
    "snapshot_dir_of_the_web_user": _base_given_away,
    "snapshot_dir_that_everybody_may_write": _base_open,
    "snapshot_dir_that_is_a_link": _base_link,
}


@pytest.fixture
def upgraded(site: Site, tmp_path: Path) -> Site:
    """With a snapshot that holds the code of the earlier version."""
    give(site.owner, site.path / "apps")
    for version, more in (("1.0.0", {}), ("1.1.0", {"snapshot_dir": str(site.top / "before")})):
        app = {"source": str(variant(tmp_path, version)), "remote_src": True}
        done = site.run("twofactor", app=app, app_id=APP_ID, **more)
        assert not done.failed, done.data
    return site


def version_of(site: Site) -> str:
    text = (site.path / "apps" / APP_ID / "appinfo" / "info.xml").read_text(encoding="utf-8")
    return text.split("<version>")[1].split("</version>")[0]


@on_sandbox
@pytest.mark.parametrize("what", list(NOT_TRUSTED))
def test_rollback_does_not_trust(upgraded: Site, what: str) -> None:
    (folder,) = (upgraded.top / "before").iterdir()
    base = NOT_TRUSTED[what](upgraded, folder)
    results = [upgraded.run("rollback", check=check, snapshot_dir=str(base), app_id=APP_ID) for check in (True, False)]
    assert version_of(upgraded) == "1.1.0"
    for result in results:
        fails(result, str(result.data.get("code")))
        assert result["code"] == "NC318", result["msg"]


def test_rollback_trusts_what_root_wrote(upgraded: Site) -> None:
    done = upgraded.run("rollback", snapshot_dir=str(upgraded.top / "before"), app_id=APP_ID)
    assert not done.failed, done.data
    assert version_of(upgraded) == "1.0.0"


# ------------------------------------------------------------------ what may be written


def test_the_owner_writes_in_folders_of_its_own(site: Site) -> None:
    """Whoever asks without root; the folder above is root's, and /tmp above that is everybody's."""
    own = site.folder("own", site.owner, 0o700)
    kept = {"snapshot_dir": str(own / "before")}
    for module, options in (
        ("twofactor", {"enforcement": CHANGE, **kept}),
        ("unlock", {"audit_log": str(own / "audit.jsonl"), **UNLOCK}),
        ("rollback", kept),
    ):
        done = site.run_as_owner(module, **options)
        assert not done.failed and done.changed, done.data
    assert {path.stat().st_uid for path in own.rglob("*")} == {site.owner}
    assert list((own / "before").rglob("*.json")) and (own / "audit.jsonl").stat().st_size


def test_root_writes_in_folders_of_root(site: Site) -> None:
    folder = site.folder("var", ROOT)
    kept = keeping(site, folder / "lib" / "before")
    assert not kept.failed, kept.data
    (snapshot,) = (folder / "lib").rglob("*.json")
    released = site.run("unlock", audit_log=str(folder / "audit.jsonl"), **UNLOCK)
    assert not released.failed, released.data
    for path in (snapshot, folder / "audit.jsonl"):
        assert (path.stat().st_uid, stat.S_IMODE(path.stat().st_mode)) == (ROOT, 0o600)


# ------------------------------------------------------------------ what makes a run wait


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def way(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"exec_prefix": request.param}


@contextlib.contextmanager
def locked(site: Site, path: Path) -> Iterator[None]:
    """The web user holds a lock on it, for which reading is enough."""
    ready = site.put(site.top / "ready", "", ROOT, 0o666)

    def hold() -> None:
        with open(path, "rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            ready.write_text("held", encoding="utf-8")
            while os.getppid() != 1:
                time.sleep(0.1)

    child = scene.as_account(site.owner, hold)
    try:
        deadline = time.monotonic() + 10
        while not ready.read_text(encoding="utf-8") and time.monotonic() < deadline:
            time.sleep(0.02)
        assert ready.read_text(encoding="utf-8") == "held"
        yield
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def ends(site: Site, module: str, **options: Any) -> Result:
    """In time, whatever it says."""
    return Result(json.loads(scene.within(30, lambda: json.dumps(site.run(module, timeout=2, **options).data))))


def ends_in_an_error(site: Site, module: str, **options: Any) -> None:
    result = ends(site, module, **options)
    assert site.ran_as() <= {site.owner}
    fails(result, str(result.data.get("code")))


@on_sandbox
def test_a_lock_on_version_php_keeps_nobody_waiting(site: Site, way: dict[str, Any]) -> None:
    """It is the lock of an upgrade, of which there is a note here."""
    note = json.dumps({"apps": {}, "loglevel": None})
    with contextlib.closing(sqlite3.connect(next(site.data.glob("*.db")))) as connection, connection:
        row = ("secsign_nextcloud", "upgrade", note)
        connection.execute("INSERT INTO oc_appconfig (appid, configkey, configvalue) VALUES (?, ?, ?)", row)
    with locked(site, site.path / "version.php"):
        ends_in_an_error(site, "twofactor_info", **way)
        ends_in_an_error(site, "enforcement", **CHANGE, **way)


@on_sandbox
def test_a_lock_on_config_php_keeps_nobody_waiting(site: Site, way: dict[str, Any]) -> None:
    with locked(site, site.config):
        for module, options in (("twofactor_info", {}), ("enforcement", CHANGE)):
            result = ends(site, module, **options, **way)
            if result.failed:
                fails(result, str(result.data.get("code")))
    assert site.ran_as() <= {site.owner}


def _fifo(site: Site, path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o644)
    give(site.owner, path)


def _config_links_to_fifo(site: Site) -> None:
    site.config.rename(site.config.with_name("own.php"))
    _fifo(site, site.config.with_name("own.php"))
    site.link(site.config, site.config.with_name("own.php"), site.owner)


def _config_is_a_folder(site: Site) -> None:
    site.config.unlink()
    site.config.mkdir()
    give(site.owner, site.config)


def _config_folder_is_a_fifo(site: Site) -> None:
    shutil.rmtree(site.config.parent)
    os.mkfifo(site.config.parent)
    give(site.owner, site.config.parent)


WAITS: dict[str, Callable[[Site], Any]] = {
    "fifo_as_config_php": lambda site: _fifo(site, site.config),
    "fifo_as_version_php": lambda site: _fifo(site, site.path / "version.php"),
    "link_to_a_fifo_as_config_php": _config_links_to_fifo,
    "folder_as_config_php": _config_is_a_folder,
    "fifo_as_config_folder": _config_folder_is_a_fifo,
}


@on_sandbox
@pytest.mark.parametrize("what", list(WAITS))
def test_nobody_is_kept_waiting_by_a(site: Site, way: dict[str, Any], what: str) -> None:
    WAITS[what](site)
    for module, options in (("twofactor_info", {}), ("enforcement", CHANGE)):
        ends_in_an_error(site, module, **options, **way)
