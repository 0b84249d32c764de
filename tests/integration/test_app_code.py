# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changed files of the provider app that comes with the collection: found, named, restored, reported."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apps
import pytest
import users_scene as scene
from users_play import play, variables

from ansible_collections.secsign.nextcloud.plugins.module_utils._app import bundled

PACKAGE = scene.ROOT / "nextcloud_app" / scene.SECSIGN
PROVIDER = "lib/Provider/SecSignProvider.php"


@pytest.fixture
def site(server: Any) -> Any:
    if server.major < 30:
        pytest.skip(f"the app that comes with the collection is for Nextcloud 30 and newer, and this is {server.name}")
    return scene.with_secsign(server)


def folder_of(server: Any) -> Path:
    return Path(server.path) / "apps" / scene.SECSIGN


def tree(folder: Path) -> dict[str, Any]:
    """Every entry: what a link points to, what a file holds, and of anything else that it is there."""
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = os.readlink(path)
        elif path.is_file():
            found[name] = path.read_bytes() if path.stat().st_size < 1 << 20 else path.stat().st_size
        else:
            found[name] = path.is_dir()
    return found


def package_tree() -> dict[str, Any]:
    """What is installed: the folder of the app without its tests."""
    return {name: what for name, what in tree(PACKAGE).items() if name.split("/")[0] != "tests"}


def by_the_web_server(server: Any) -> None:
    """Everything in the app's folder belongs to the account that may have changed it."""
    for path in folder_of(server).rglob("*"):
        if not path.is_symlink():
            shutil.chown(path, server.host.user)


def code_of(server: Any) -> str:
    found = server.run("twofactor_info", users="none")
    assert not found.failed, found.data
    return str(found["app"]["code"])


# ---------------------------------------------------------------- one change at a time


def change_file(app: Path) -> None:
    apps.edit(app, PROVIDER, "return $this->usableId($user) !== null;", "return true;")


def change_one_byte_of_a_script(app: Path) -> None:
    path = app / "js" / "challenge.js"
    path.write_bytes(path.read_bytes()[:-1] + b" ")


def add_file(app: Path) -> None:
    (app / "lib" / "evil.php").write_text("<?php", encoding="utf-8")


def add_to(folder: Path) -> None:
    """Also below a name that packages leave out."""
    folder.mkdir()
    (folder / "evil.php").write_text("<?php", encoding="utf-8")


def remove_file(app: Path) -> None:
    (app / "lib" / "Listener" / "UserDeleted.php").unlink()


def link_to_the_same(app: Path) -> None:
    path = app / PROVIDER
    other = app.parent.with_name("elsewhere.php")
    shutil.copy(path, other)
    path.unlink()
    path.symlink_to(other)


def link_to_a_folder(app: Path) -> None:
    (app / "more").symlink_to(app / "lib")


def link_to_nothing(app: Path) -> None:
    (app / "dangling").symlink_to("/no/such")


def pipe(app: Path) -> None:
    (app / "lib" / "pipe.php").unlink(missing_ok=True)
    os.mkfifo(app / "lib" / "pipe.php")


def pipe_for_a_file(app: Path) -> None:
    (app / PROVIDER).unlink()
    os.mkfifo(app / PROVIDER)


def unreadable_file(app: Path) -> None:
    (app / PROVIDER).chmod(0)
    os.chown(app / PROVIDER, os.geteuid(), os.getegid())


def unreadable_folder(app: Path) -> None:
    (app / "closed").mkdir(mode=0)


def huge_file(app: Path) -> None:
    with open(app / "lib" / "huge.php", "wb") as handle:
        handle.truncate(1 << 40)


def very_many_files(app: Path) -> None:
    for number in range(3000):
        (app / "img" / f"{number:04}.svg").touch()


def very_deep_folder(app: Path) -> None:
    os.makedirs(str(app) + "/deep" * 200)
    Path(str(app) + "/deep" * 200 + "/evil.php").touch()


CHANGES: list[tuple[Callable[[Path], None], str]] = [
    (change_file, f"{PROVIDER} (different)"),
    (change_one_byte_of_a_script, "js/challenge.js (different)"),
    (add_file, "lib/evil.php (not in the package)"),
    (lambda app: add_to(app / "node_modules"), "node_modules/evil.php (not in the package)"),
    (lambda app: add_to(app / ".git"), ".git/evil.php (not in the package)"),
    (remove_file, "lib/Listener/UserDeleted.php (missing)"),
    (link_to_the_same, f"{PROVIDER} (a link)"),
    (link_to_a_folder, "more (not in the package)"),
    (link_to_nothing, "dangling (not in the package)"),
    (pipe, "lib/pipe.php (not in the package)"),
    (pipe_for_a_file, f"{PROVIDER} (not a plain file)"),
    (unreadable_file, f"{PROVIDER} (unreadable)"),
    (unreadable_folder, "closed (not in the package)"),
    (huge_file, "lib/huge.php (not in the package)"),
    (very_many_files, "img/0000.svg (not in the package)"),
    (very_deep_folder, "deep/"),
]
NAMES = [re.sub(r"\W+", "-", named) for _change, named in CHANGES]


def brought() -> dict[str, Any]:
    """What the action plugin sends in check mode once the module has asked for the package."""
    from ansible_collections.secsign.nextcloud.plugins.module_utils._app.package import read_package
    from ansible_collections.secsign.nextcloud.plugins.plugin_utils._source import Brought

    return Brought(str(PACKAGE), lambda: read_package(str(PACKAGE), scene.SECSIGN), bundled.VERSION).facts()


@pytest.mark.parametrize(("change", "named"), CHANGES, ids=NAMES)
def test_each_change_is_found_and_named(site: Any, change: Callable[[Path], None], named: str) -> None:
    short = {"app_id": scene.SECSIGN, "version": bundled.VERSION, "bundled": True}
    assert code_of(site) == "unchanged"
    assert not site.run("app", brought=short).changed
    change(folder_of(site))
    if change not in (unreadable_file, unreadable_folder):
        by_the_web_server(site)
    before, begun = tree(folder_of(site)), time.monotonic()
    assert code_of(site) == "changed"
    asked = site.run("app", brought=short)
    assert asked["package_wanted"] and not asked.changed, "the files are asked for, and sent only then"
    predicted = scene.Whole(site).run("app", check=True, brought=brought())
    if change is unreadable_folder:  # nor can it be removed, so the app's folder cannot be replaced
        assert predicted["code"] == "NC312" and str(folder_of(site) / "closed") in predicted["msg"]
        return
    assert not predicted.failed and predicted.changed, predicted.data
    place, keep = predicted["commands"]
    assert place == f"bridge place_app app={scene.SECSIGN} version={bundled.VERSION}"
    assert keep == f"bridge keep_app app={scene.SECSIGN}"
    assert (predicted.diff["before"]["code"], predicted.diff["after"]["code"]) == ("changed", "unchanged")
    (warning,) = predicted["warned"]
    assert warning.startswith(f"The files of {scene.SECSIGN} {bundled.VERSION} on this server were changed: ")
    assert named in warning and warning.endswith(". The run restores the package."), warning
    assert len(warning) < 3000
    assert tree(folder_of(site)) == before
    assert time.monotonic() - begun < 60


def test_what_is_not_compared(site: Any) -> None:
    app = folder_of(site)
    shutil.rmtree(app)
    assert code_of(site) == "unknown", "it is not there"
    scene.with_secsign(site)
    (app / "lib" / "evil.php").touch()
    apps.edit(app, "appinfo/info.xml", f"<version>{bundled.VERSION}</version>", "<version>99.0.0</version>")
    assert code_of(site) == "unknown", "another version: nothing to compare with"
    found = site.run("twofactor_info", users="none", app_id=apps.APP_ID)
    assert found["app"]["code"] == "unknown", "another app"


# ---------------------------------------------------------------- with the playbooks


def host(site: Any, tmp_path: Path, **more: Any) -> dict[str, dict[str, Any]]:
    given = {"twofactor_app": {"state": "enabled"}, "twofactor_snapshot_dir": str(tmp_path / "before"), **more}
    return {"cloud": variables(site, **given)}


def flat(output: str) -> str:
    """Warnings are wrapped at the width of the terminal."""
    return " ".join(output.split())


def test_site_restores_the_package_and_says_so(site: Any, tmp_path: Path) -> None:
    app, hosts = folder_of(site), host(site, tmp_path)
    assert play(tmp_path, "site.yml", hosts).went_well().count("changed") == 0
    for change in (change_one_byte_of_a_script, add_file, remove_file, link_to_the_same, huge_file, pipe):
        change(app)
    (app / "lib" / "closed.php").write_text("<?php", encoding="utf-8")
    (app / "lib" / "closed.php").chmod(0)
    before = tree(app)
    assert "(code changed)" in flat(play(tmp_path, "status.yml", hosts).went_well().output)

    predicted = play(tmp_path, "site.yml", hosts, "--check", "--diff").went_well()
    assert tree(app) == before and not (tmp_path / "before").exists()
    done = play(tmp_path, "site.yml", hosts, "--diff").went_well()
    for reported in (predicted, done):
        assert reported.count("changed") == 1
        said = flat(reported.output)
        assert f"The files of {scene.SECSIGN} {bundled.VERSION} on this server were changed:" in said
        assert "The run restores the package." in said
        for named in (
            "challenge.js (different)",
            "evil.php (not in the package)",
            "UserDeleted.php (missing)",
            ".php (a link)",
        ):
            assert named in said, said
    assert tree(app) == package_tree()
    owner = site.config.stat().st_uid
    assert {path.stat().st_uid for path in [app, *app.rglob("*")]} == {owner}
    assert not list(app.parent.glob(".secsign-*"))
    for arguments in ((), ("--check",)):
        again = play(tmp_path, "site.yml", hosts, *arguments).went_well()
        assert again.count("changed") == 0 and "WARNING" not in again.output, again.output
    assert "code changed" not in play(tmp_path, "status.yml", hosts).went_well().output

    # the changed files are kept as evidence, and never put back
    kept = [path for path in (tmp_path / "before").rglob("*.tar")]
    assert len(kept) == 1 and b"lib/evil.php" in kept[0].read_bytes() and kept[0].stat().st_size < 64 << 20
    back = play(tmp_path, "rollback.yml", hosts).went_well()
    assert tree(app) == package_tree(), back.output


def test_code_that_no_longer_loads_is_restored(site: Any, tmp_path: Path) -> None:
    apps.edit(folder_of(site), PROVIDER, "public function getDisplayName(", "public function getAnotherName(")
    done = play(tmp_path, "site.yml", host(site, tmp_path)).went_well()
    assert done.count("changed") == 1 and f"{PROVIDER} (different)" in flat(done.output)
    assert tree(folder_of(site)) == package_tree()


def test_a_signature_of_the_operators_own_is_no_change(site: Any, tmp_path: Path) -> None:
    """As docs/app.md says to sign the app."""
    signature = folder_of(site) / "appinfo" / "signature.json"
    signature.write_text(json.dumps({"hashes": {}, "signature": "", "certificate": ""}), encoding="utf-8")
    assert code_of(site) == "unchanged"
    assert play(tmp_path, "site.yml", host(site, tmp_path)).went_well().count("changed") == 0
    signature.unlink()
    signature.symlink_to(folder_of(site) / "appinfo" / "info.xml")
    assert code_of(site) == "changed"


def test_a_folder_that_cannot_be_replaced_is_an_error(site: Any, tmp_path: Path) -> None:
    """Unpacked as root: the owner of config.php could rename the folder, but not remove what is in it."""
    app = folder_of(site)
    if os.geteuid() != 0:
        pytest.skip("only root can give the app's folder to another account")
    add_file(app)
    for folder in (app / "img", app):
        os.chown(folder, 0, 0)
        before = tree(app)
        for arguments in (("--check",), ()):
            failed = play(tmp_path, "site.yml", host(site, tmp_path), *arguments)
            assert failed.rc == 2 and "NC312" in failed.output and f"({folder})" in failed.output, failed.output
            assert tree(app) == before and not list(app.parent.glob(".secsign-*"))


def test_the_audit_has_a_rule_for_it(site: Any, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    policy = tmp_path / "policy.yml"
    policy.write_text("version: 1\nname: Test\nrules: [{id: code, check: app_code}]\n", encoding="utf-8")
    hosts = host(site, tmp_path)

    def audit() -> tuple[int, dict[str, Any]]:
        options = {"audit_output_dir": str(reports), "audit_policy": str(policy), "audit_drift_check": False}
        done = play(tmp_path, "audit.yml", hosts, **options)
        newest = max(reports.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        return done.rc, dict(json.loads((newest / "report.json").read_text(encoding="utf-8")))

    status, report = audit()
    assert status == 0 and [rule["status"] for rule in report["policy"]["rules"]] == ["met", "met"]
    add_file(folder_of(site))
    status, report = audit()
    assert status == 2 and report["result"]["failed_rules"] == ["code"]
    (finding,) = report["findings"]
    assert finding["message"] == f"The files of {scene.SECSIGN} {bundled.VERSION} on this server were changed."
    assert "playbooks/site.yml --limit cloud" in finding["remediation"]["command"]
