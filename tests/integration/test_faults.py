# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each known way to fail ends in its own sentence; what merely looks like a failure does not fail."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apps
import pytest
from expect import converges, fails, refused, rests
from module_runner import Result
from subprocess_runner import needs_root, processes_with, run_as, watching_processes

from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import ConfigImport
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import Query, read
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.transport import Nextcloud

FIXTURE = {"app_id": apps.APP_ID}
DEFAULTS: dict[str, Any] = {
    "php": "php",
    "php_args": [],
    "exec_prefix": [],
    "timeout": 60,
    "run_as": None,
    "pass_environment": [],
    "max_output_mb": 256,
}


def reading(server: Any, **options: Any) -> Result:
    return server.run("twofactor_info", users="none", **options)


def transport(server: Any, **options: Any) -> Nextcloud:
    return Nextcloud(dict(DEFAULTS, **dict(server.options, **options)))


def says(server: Any, result: Result, code: str, *named: str) -> None:
    fails(result, code, *named)
    printed = json.dumps(result.data)
    for secret in re.findall(r"'(?:secret|passwordsalt|dbpassword)' => '([^']+)'", server.config_kept):
        assert secret not in printed


def script(path: Path, body: str) -> str:
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


# ---------------------------------------------------------------- what config.php and the folder say


def _rewrite(change: Callable[[str], str]) -> Callable[[Any], None]:
    return lambda server: server.config.write_text(change(server.config.read_text(encoding="utf-8")), encoding="utf-8")


def _configure(key: str, literal: str) -> Callable[[Any], None]:
    return lambda server: server.configure(key, literal)


# What is wrong: (how it comes about, code, what the sentence names)
BROKEN: dict[str, tuple[Callable[[Any], Any], str, tuple[str, ...]]] = {
    "config_missing": (lambda server: server.config.unlink(), "NC102", ("config/config.php", "{path}")),
    "config_empty": (_rewrite(lambda text: ""), "NC102", ("config/config.php", "{path}")),
    "config_not_installed": (_configure("installed", "false"), "NC102", ("{path}",)),
    "config_parse_error": (_rewrite(lambda text: text.replace(");", "")), "NC110", ()),
    "config_newline_before_php": (_rewrite(lambda text: "\n" + text), "NC110", ("config",)),
    "config_unreadable": (lambda server: server.config.chmod(0), "NC109", ("{path}/config/config.php",)),
    "config_folder_closed": (lambda server: server.config.parent.chmod(0o640), "NC109", ("{path}/config/config.php",)),
    "maintenance_mode": (_configure("maintenance", "true"), "NC104", ("maintenance:mode --off", "{path}")),
    "database_missing": (lambda server: server.database.unlink(), "NC112", ()),
    "database_unreadable": (lambda server: server.database.chmod(0), "NC112", ()),
    "database_is_something_else": (lambda server: server.database.write_bytes(b"no database" * 500), "NC112", ()),
    "redis_without_its_extension": (_configure("memcache.distributed", "'\\OC\\Memcache\\Redis'"), "NC113", ("Redis",)),
}


@pytest.mark.parametrize("fault", list(BROKEN))
def test_a_broken_server_is_told(server: Any, fault: str) -> None:
    bring_about, code, named = BROKEN[fault]
    if fault == "config_folder_closed" and os.geteuid() != 0:
        pytest.skip("needs root, to look into a folder that its owner closed")
    if code == "NC113" and server.php("echo (int) extension_loaded('redis');") == "1":
        pytest.skip("needs a PHP without the extension redis")
    bring_about(server)
    # whoever asks, for reading or for a change
    for result in (reading(server), server.run("user_permissions", allow_edit=True, **FIXTURE)):
        says(server, result, code, *(text.replace("{path}", str(server.path)) for text in named))


def test_a_core_that_waits_for_its_upgrade(server: Any) -> None:
    """Can be looked at; nothing is changed before it is over."""
    server.configure("version", f"'{server.major}.0.0.0'")
    assert reading(server)["nextcloud"]["pending_upgrades"] == ["core"]
    for module, options in (("user_permissions", {"allow_edit": True}), ("app", {"state": "absent"})):
        refused(server, module, "NC103", "core", "occ upgrade", str(server.path), **options, **FIXTURE)


def test_apcu_without_its_extension(server: Any) -> None:
    """Some releases go on without it on the command line, some do not; what occ does decides."""
    if server.php("echo (int) extension_loaded('apcu');") == "1":
        pytest.skip("needs a PHP without the extension apcu")
    server.configure("memcache.local", "'\\OC\\Memcache\\APCu'")
    if server.occ("status", check=False).returncode == 0:
        assert not reading(server).failed
    else:
        says(server, reading(server), "NC113", "APCu", "apc.enable_cli")


def test_a_database_server_that_does_not_answer(server: Any) -> None:
    if server.is_sandbox:
        pytest.skip("needs a real Nextcloud: the sandbox knows no other database than SQLite")
    for key, value in (
        ("dbtype", "mysql"),
        ("dbhost", "127.0.0.1:1"),
        ("dbname", "nextcloud"),
        ("dbuser", "nextcloud"),
        ("dbpassword", "keep-this-secret"),
    ):
        server.configure(key, f"'{value}'")
    server.config_kept = server.config.read_text(encoding="utf-8")
    says(server, reading(server), "NC112", "refused")


def test_the_data_folder_is_not_the_right_one(server: Any) -> None:
    """It can be read; occ does nothing then."""
    marker = next(path for path in server.data.iterdir() if path.name in (".ncdata", ".ocdata"))
    marker.rename(server.data / "elsewhere")
    try:
        assert not reading(server).failed
        before = server.fingerprint()
        says(
            server,
            server.run("user_permissions", allow_edit=True, **FIXTURE),
            "NC120",
            "config:import",
            "Your data directory is invalid",
        )
        assert server.fingerprint() == before
    finally:
        (server.data / "elsewhere").rename(marker)


def test_no_nextcloud_where_it_should_be(server: Any, tmp_path: Path) -> None:
    for path in ("/no/such/folder", str(tmp_path), str(server.path / "apps")):
        says(server, reading(server, nextcloud_path=path), "NC101", path, "nextcloud_path")


@pytest.mark.parametrize("how", ["file_mode", "config_is_read_only"])
def test_config_that_cannot_be_written(server: Any, how: str) -> None:
    """occ would exit 0 and do nothing."""
    if how == "file_mode":
        server.config.chmod(0o440)
    else:
        server.configure("config_is_read_only", "true")
    refused(server, "user_permissions", "NC111", "config.php", allow_edit=True, **FIXTURE)
    refused(server, "enforcement", "NC111", "config.php", enforced=False, excluded_groups=["it"])


# ---------------------------------------------------------------- PHP


def test_no_php(server: Any, tmp_path: Path) -> None:
    for php in ("/no/such/php", "php-of-another-world", "/etc/passwd"):
        says(server, reading(server, php=php), "NC106", php)
    says(server, reading(server, php="php-of-another-world", exec_prefix=["env"]), "NC106", "php-of-another-world")
    for php in ("/bin/false", "/bin/cat"):
        says(server, reading(server, php=php), "NC118", php)


@contextlib.contextmanager
def another_file(path: Path, text: str) -> Iterator[None]:
    """A file of the release with other content; never written in place, since releases share files by hard links."""
    kept = path.with_name(path.name + ".kept")
    path.rename(kept)
    path.write_text(text, encoding="utf-8")
    try:
        yield
    finally:
        kept.replace(path)


def test_php_is_too_old(server: Any) -> None:
    """The release's own check, for a release that wants a PHP that does not exist yet."""
    path = server.path / "lib" / "versioncheck.php"
    text, replaced = re.subn(
        r"PHP_VERSION_ID < \d+", "PHP_VERSION_ID < 990000", path.read_text(encoding="utf-8"), count=1
    )
    assert replaced, "versioncheck.php no longer compares PHP_VERSION_ID"
    with another_file(path, text):
        says(server, reading(server), "NC107", "requires at least PHP", server.php("echo PHP_VERSION;"))


@pytest.mark.parametrize("rest", ["half of a line (", "exit(1);"], ids=["parse_error", "silent_end"])
def test_nextcloud_does_not_start(server: Any, rest: str) -> None:
    """As after an update that was copied in half."""
    with another_file(server.path / "lib" / "base.php", f"<?php {rest}"):
        says(server, reading(server), "NC116", "occ status")


def test_php_lacks_what_is_needed(server: Any) -> None:
    if os.geteuid() == 0:
        says(server, reading(server, php_args=["-d", "disable_functions=posix_geteuid"]), "NC108", "posix")
    if not server.is_sandbox:  # which hardly needs any memory
        says(server, reading(server, php_args=["-d", "memory_limit=4M"]), "NC115", "memory_limit")


def test_php_that_does_not_end_is_stopped_with_its_children(server: Any, open_folder: Path) -> None:
    unique = f"4711.{os.getpid()}"
    php = script(open_folder / "php", f"sleep {unique} &\nsleep {unique}")
    for prefix in ([], ["env"]):
        started = time.monotonic()
        says(server, reading(server, php=php, timeout=1, exec_prefix=prefix), "NC114", "1 seconds", "timeout")
        assert time.monotonic() - started < 10
        deadline = time.monotonic() + 5
        while processes_with(unique) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not processes_with(unique)
    fails(reading(server, timeout=0), "NC201", "timeout")


def test_notices_around_the_answer_do_not_matter(server: Any, open_folder: Path) -> None:
    noisy = script(
        open_folder / "php",
        "echo 'PHP Warning:  Module \"x\" is already loaded in Unknown on line 0'\n"
        'echo \'{"type":"answer","installed":false}\'\n'
        "printf 'no line end'\n"
        'php "$@"\ncode=$?\necho \'{"type":"failure","kind":"database","detail":""}\'\necho trailing >&2\nexit $code',
    )
    startup = [
        "-d",
        "display_errors=1",
        "-d",
        "display_startup_errors=1",
        "-d",
        "error_reporting=-1",
        "-d",
        "extension=no_such_extension",
    ]
    for number, noise in enumerate(
        ({"php": noisy}, {"php_args": startup}, {"php": noisy, "php_args": startup, "exec_prefix": ["env"]})
    ):
        assert not reading(server, **noise).failed
        converges(server, "user_permissions", allow_edit=number % 2 == 0, **FIXTURE, **noise)


# ---------------------------------------------------------------- occ


def test_a_command_that_this_release_does_not_have(server: Any) -> None:
    for options in ({}, {"exec_prefix": ["env"]}):
        nextcloud = transport(server, **options)
        for command, code in (
            ("no:such:command", "NC119"),
            ("twofactorauth:nosuch", "NC119"),
            ("app:disable", "NC120"),
        ):
            with pytest.raises(NextcloudError) as caught:
                nextcloud.occ([command])
            assert caught.value.code == code
            fails(Result({"failed": True, "msg": caught.value.message, "code": caught.value.code}), code, command)


# ---------------------------------------------------------------- who runs it, and behind what


@needs_root
def test_somebody_who_cannot_become_the_owner(server: Any) -> None:
    says(
        server, run_as("nobody", "twofactor_info", users="none", **server.options), "NC105", server.host.user, "become"
    )
    # nor behind a prefix, where PHP finds out
    says(
        server,
        run_as("nobody", "twofactor_info", users="none", exec_prefix=["env"], **server.options),
        "NC105",
        "become",
    )


@needs_root
def test_the_owner_needs_no_root(server: Any) -> None:
    result = run_as(server.host.user, "user_permissions", allow_edit=True, **FIXTURE, **server.options)
    assert not result.failed and result.changed, result.data
    rests(server, "user_permissions", allow_edit=True, **FIXTURE)


def test_a_prefix_that_is_not_there(server: Any) -> None:
    says(server, reading(server, exec_prefix=["no-such-docker", "exec"]), "NC121", "no-such-docker", "exec_prefix")


@pytest.mark.parametrize("user", ["root", "owner"])
def test_behind_a_prefix(server: Any, tmp_path: Path, user: str) -> None:
    """Folders are then found by PHP, and occ is started by PHP, as the owner."""
    prefix = {"exec_prefix": ["env", "PREFIXED=1"]}
    if user == "root":
        if os.geteuid() != 0:
            pytest.skip("needs root, to be handed over to the owner by PHP")
        converges(server, "app", source=str(apps.variant(tmp_path)), **FIXTURE, **prefix)
        converges(server, "onboarding", enabled=True, suffix="example", **FIXTURE, **prefix)
        owner = server.config.stat().st_uid
        assert {path.stat().st_uid for path in (server.path / "apps" / apps.APP_ID).rglob("*")} == {owner}
        assert server.config.stat().st_uid == owner
        fails(reading(server, nextcloud_path="/no/such/folder", **prefix), "NC101", "/no/such/folder")
    elif os.geteuid() == 0:
        result = run_as(
            server.host.user, "onboarding", enabled=True, suffix="example", **FIXTURE, **prefix, **server.options
        )
        assert not result.failed and result.changed, result.data
        rests(server, "onboarding", enabled=True, suffix="example", **FIXTURE, **prefix)
    else:
        converges(server, "onboarding", enabled=True, suffix="example", **FIXTURE, **prefix)


# ---------------------------------------------------------------- values


WILD = "'\"`id` $(id) ${HOME} %s \\ \\n <?php echo 1; ?> ]]> äöüß 漢字 \U0001f600 -- #{x} {{ y }}\r\n\tand a tab"


@pytest.mark.parametrize("prefix", [[], ["env"]], ids=["direct", "behind_prefix"])
def test_no_value_is_code_or_shows_in_the_process_list(server: Any, prefix: list) -> None:
    mark = f"marked{os.getpid()}{len(prefix)}"
    value = mark + WILD + "x" * 10_000
    nextcloud = transport(server, exec_prefix=prefix)
    with watching_processes() as watch:
        ConfigImport({apps.APP_ID: {"free text": value}}, {"free_text": value}).run(nextcloud)
        found = read(nextcloud, Query(settings={apps.APP_ID}, groups={value}, names={value}))
    assert server.sql(
        "SELECT configvalue FROM oc_appconfig WHERE appid = ? AND configkey = 'free text'", apps.APP_ID
    ) == [(value,)]
    assert found.settings[apps.APP_ID]["free text"] == value
    assert (found.groups, found.uids) == ({value: False}, {value: False})
    assert json.loads(server.php("include 'config/config.php'; echo json_encode($CONFIG['free_text']);")) == value
    assert watch.anywhere("config:import"), "the watch saw occ"
    assert not watch.anywhere(mark)


def test_wild_group_names_are_stored_as_they_are(server: Any) -> None:
    groups = [WILD, "a/b", "123", "1e3", "ümläut", "no\nline"]
    for group in groups:
        server.sql("INSERT INTO oc_groups (gid, displayname) VALUES (?, ?)", group, group)
    converges(server, "user_permissions", allow_groups=True, allow_edit_groups=groups, **FIXTURE)
    stored = server.sql(
        "SELECT configvalue FROM oc_appconfig WHERE appid = ? AND configkey = 'allowEditGroups'", apps.APP_ID
    )[0][0]
    assert json.loads(stored) == groups
    refused(
        server,
        "user_permissions",
        "NC202",
        "allow_edit_groups",
        "äöüß",
        allow_groups=True,
        allow_edit_groups=[WILD + "!"],
        **FIXTURE,
    )


# ---------------------------------------------------------------- folders of apps


@needs_root
def test_apps_folder_that_the_owner_cannot_write(server: Any, tmp_path: Path) -> None:
    folder = server.path / "apps"
    shutil.chown(folder, "root", "root")
    try:
        source = str(apps.variant(tmp_path))
        refused(server, "app", "NC312", str(folder), source=source, **FIXTURE)
    finally:
        shutil.chown(folder, server.host.user)


@needs_root
def test_an_app_that_cannot_be_deleted_is_not_half_removed(server: Any, tmp_path: Path) -> None:
    """Nextcloud itself switches it off first, then fails, or passes over the folder that stays."""
    server.occ("app:disable", "twofactor_totp", check=False)
    assert not server.run("app", source=str(apps.variant(tmp_path)), **FIXTURE).failed
    server.occ("twofactorauth:enforce", "--on")
    folder = server.path / "apps"
    away: dict[str, Any] = {"enforcement": {"enforced": False}, "app": {"state": "absent"}}
    shutil.chown(folder, "root", "root")
    try:
        refused(server, "twofactor", "NC312", str(folder), **away, **FIXTURE)
    finally:
        shutil.chown(folder, server.host.user)
    converges(server, "twofactor", **away, **FIXTURE)
    assert not (folder / apps.APP_ID).exists()


def test_an_app_in_another_of_the_apps_folders_goes_wholly(server: Any, tmp_path: Path) -> None:
    """occ app:remove says that it removed it, and looked for its folder in the first of them alone."""
    other = server.path / "more-apps"
    other.mkdir()
    shutil.chown(other, server.host.user, server.host.user)
    try:
        assert not server.run("app", source=str(apps.variant(tmp_path)), **FIXTURE).failed
        (server.path / "apps" / apps.APP_ID).rename(other / apps.APP_ID)
        places = ", ".join(
            f"array ('path' => '{path}', 'url' => '/{path.name}', 'writable' => true)"
            for path in (server.path / "apps", other)
        )
        server.configure("apps_paths", f"array ({places})")
        converges(server, "app", state="absent", **FIXTURE)
        assert list(other.iterdir()) == []
    finally:
        shutil.rmtree(other)


@needs_root
def test_writing_the_new_version_fails(server: Any, tmp_path: Path) -> None:
    assert not server.run("app", source=str(apps.variant(tmp_path)), **FIXTURE).failed
    in_the_way = server.path / "apps" / f".secsign-new-{apps.APP_ID}"
    in_the_way.mkdir()
    (in_the_way / "of somebody else").touch()
    before = server.fingerprint()
    says(server, server.run("app", source=str(apps.variant(tmp_path, "1.1.0")), **FIXTURE), "NC313", str(in_the_way))
    assert server.fingerprint() == before
    shutil.rmtree(in_the_way)
    rests(server, "app", **FIXTURE)
