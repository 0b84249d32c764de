# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attacks by whoever owns the tree: as whom does its code run when root asks?

Each tree notes as whom its code ran, and the attacker wants to read root, or another account, in those notes.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attack_scene as scene
import pytest
from attack_scene import ASKERS, GAMES, ROOT, WAYS, Ask, Site, asker, give
from expect import fails
from module_runner import Result
from subprocess_runner import needs_root

pytestmark = needs_root

VICTIMS = {"root": ROOT, "another_account": GAMES}


@pytest.fixture
def sandbox_only(server: Any) -> None:
    scene.once(server, everywhere=False)


on_sandbox = pytest.mark.usefixtures("sandbox_only")


@pytest.fixture
def site(server: Any, open_folder: Path) -> Site:
    scene.once(server)
    return Site(server, open_folder)


@pytest.fixture(scope="module")
def timer(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Site, bool], Result]:
    return scene.install_timer(tmp_path_factory.mktemp("timer"))


@pytest.fixture(params=[ASKERS[0], *(pytest.param(one, marks=pytest.mark.thorough) for one in ASKERS[1:])])
def ask(request: pytest.FixtureRequest, site: Site, timer: Callable[[Site, bool], Result]) -> Ask:
    return asker(request.param, site, timer)


@pytest.fixture(
    params=[
        pytest.param(prefix, id=name, marks=[pytest.mark.thorough] if prefix else []) for name, prefix in WAYS.items()
    ]
)
def way(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"exec_prefix": request.param}


@pytest.fixture
def safe_folder() -> Iterator[Path]:
    """Which only root can write, like every folder above it; that is not so below /tmp."""
    folder = Path(tempfile.mkdtemp(prefix="nextcloud-test-", dir="/var/lib"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def root_site(server: Any, safe_folder: Path) -> Site:
    """Everything belongs to root."""
    scene.once(server)
    made = Site(server, safe_folder, "parent/nextcloud")
    give(ROOT, made.path, made.data, whole=True)
    return made


def refuses(site: Site, ask: Ask, *codes: str, **options: Any) -> None:
    """In check mode and otherwise; and before that: nothing of the tree ran as anybody but its owner."""
    results = [ask(check=check, **options) for check in (True, False)]
    assert site.ran_as() <= {site.owner}
    for result in results:
        fails(result, str(result.data.get("code")))
        assert result["code"] in codes, result["msg"]


def works(site: Site, owner: int, **options: Any) -> None:
    """Can be read and changed, and all of it was done by the owner."""
    results = [site.change(check=check, **options) for check in (True, False, False)]
    assert {entry.uid for entry in site.ran()} <= {owner}
    assert not [result.data for result in results if result.failed]
    assert [result.changed for result in results] == [True, True, False]
    assert all(ROOT not in entry.groups for entry in site.ran()) or owner == ROOT
    assert "occ" in {entry.name for entry in site.ran()}
    assert "twofactor_enforced_excluded_groups" in site.config.read_text(encoding="utf-8")
    assert site.config.stat().st_uid == owner


# ------------------------------------------------------------------ links


@pytest.mark.parametrize("victim", list(VICTIMS.values()), ids=list(VICTIMS))
def test_a_link_to_the_config_of_somebody_else_is_refused(site: Site, ask: Ask, victim: int) -> None:
    site.link(site.config, site.config_of(victim), site.owner)
    refuses(site, ask, "NC135")


@on_sandbox
def test_a_link_to_any_php_file_of_root_is_refused(site: Site, way: dict[str, Any]) -> None:
    """It need not be a config.php: all that counts is how it begins."""
    target = site.put(site.top / "any.php", "<?php\nreturn 1;\n", ROOT)
    site.link(site.config, target, site.owner)
    refuses(site, site.change, "NC135", **way)


@on_sandbox
def test_a_link_over_a_link_is_refused(site: Site, way: dict[str, Any]) -> None:
    between = site.link(site.config.with_name("between.php"), site.config_of(ROOT), site.owner)
    site.link(site.config, between, site.owner)
    refuses(site, site.change, "NC135", **way)


@on_sandbox
def test_a_link_of_root_where_others_may_write_is_refused(site: Site, way: dict[str, Any]) -> None:
    """Whoever may write in a folder may have moved it there."""
    site.link(site.config, site.config_of(ROOT), ROOT)
    refuses(site, site.change, "NC135", "NC136", **way)


@on_sandbox
@pytest.mark.parametrize("victim", list(VICTIMS.values()), ids=list(VICTIMS))
def test_a_config_folder_that_is_a_link_to_one_of_somebody_else_is_refused(
    site: Site,
    way: dict[str, Any],
    victim: int,
) -> None:
    site.link(site.config.parent, site.config_of(victim, folder_owner=victim).parent, site.owner)
    refuses(site, site.change, "NC135", **way)


@on_sandbox
def test_a_config_folder_that_is_a_link_to_an_empty_one_of_root_is_refused(site: Site, way: dict[str, Any]) -> None:
    site.link(site.config.parent, site.folder("empty", ROOT), site.owner)
    refuses(site, site.change, "NC135", **way)


@on_sandbox
@pytest.mark.parametrize("victim", list(VICTIMS.values()), ids=list(VICTIMS))
def test_a_path_that_is_a_link_to_the_nextcloud_of_somebody_else_is_refused(
    site: Site,
    way: dict[str, Any],
    victim: int,
) -> None:
    give(victim, site.path, site.config.parent, site.config)
    give(victim, site.data, whole=True)
    planted = site.link(site.folder("www", site.owner) / "cloud", site.path, site.owner)
    refuses(site, site.change, "NC135", nextcloud_path=str(planted), **way)


@on_sandbox
def test_a_link_higher_up_is_refused(site: Site, way: dict[str, Any]) -> None:
    give(ROOT, site.path, site.config.parent, site.config)
    planted = site.link(site.folder("www", site.owner) / "srv", site.top, site.owner)
    refuses(site, site.change, "NC135", nextcloud_path=str(planted / site.path.name), **way)


@on_sandbox
def test_a_link_of_a_third_account_on_the_way_is_refused(site: Site, way: dict[str, Any]) -> None:
    """That account could let it lead elsewhere at any moment."""
    planted = site.link(site.folder("home", GAMES) / "cloud", site.path, GAMES)
    refuses(site, site.change, "NC135", nextcloud_path=str(planted), **way)


# ------------------------------------------------------------------ files and folders of somebody else


@on_sandbox
@pytest.mark.parametrize("victim", list(VICTIMS.values()), ids=list(VICTIMS))
@pytest.mark.parametrize("how", [os.link, os.rename], ids=["hard_link", "moved"])
def test_a_file_of_somebody_else_as_config_is_refused(
    site: Site,
    way: dict[str, Any],
    victim: int,
    how: Callable[[Path, Path], None],
) -> None:
    other = site.config_of(victim)
    site.config.unlink()
    how(other, site.config)
    refuses(site, site.change, *(["NC136"] if victim != ROOT else ["NC136", "NC137"]), **way)


def test_a_hard_link_to_a_file_of_root_is_refused_for_everybody_who_asks(site: Site, ask: Ask) -> None:
    other = site.config_of(ROOT)
    site.config.unlink()
    os.link(other, site.config)
    refuses(site, ask, "NC136", "NC137")


@on_sandbox
@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o775], ids=oct)
def test_a_config_folder_of_root_that_others_may_write_is_refused(site: Site, way: dict[str, Any], mode: int) -> None:
    """So they may have moved config.php there."""
    os.chown(site.config.parent, ROOT, site.owner)
    site.config.parent.chmod(mode)
    give(GAMES, site.config)
    refuses(site, site.change, "NC136", **way)


@on_sandbox
def test_a_config_folder_of_a_third_account_is_refused(site: Site, way: dict[str, Any]) -> None:
    give(GAMES, site.config.parent)
    refuses(site, site.change, "NC136", **way)


# ------------------------------------------------------------------ between the look and the start


def _replaced_by_link(site: Site, target: Path) -> str:
    new = site.config.with_name(".new")
    mine = f'[ "$(id -u)" != 0 ] || chown -h {site.owner} {new}'
    return f"ln -sfn {target} {new} && {{ {mine}; }} && mv -fT {new} {site.config}"


@pytest.mark.parametrize("back", ["genuine", "link"])
def test_a_config_that_is_back_when_php_starts_decides_nothing(site: Site, way: dict[str, Any], back: str) -> None:
    kept = site.put(site.top / "kept.php", site.text, site.owner)
    put_back = f"cp -p {kept} {site.config}" if back == "genuine" else _replaced_by_link(site, site.config_of(ROOT))
    site.config.unlink()
    php = site.wrapped_php(f"[ -e {site.config} ] || {{ {put_back}; }}")
    site.change(php=php, **way)
    assert site.ran_as() <= {site.owner}
    assert way["exec_prefix"] or site.shells() <= {site.owner}, "a program behind php starts as the same account"


@pytest.mark.parametrize("start", [1, 2, 3])
@pytest.mark.parametrize("victim", list(VICTIMS.values()), ids=list(VICTIMS))
def test_a_config_that_is_swapped_before_php_starts_decides_nothing(
    site: Site,
    way: dict[str, Any],
    victim: int,
    start: int,
) -> None:
    """At the first start of a run, or at a later one."""
    swap = _replaced_by_link(site, site.config_of(victim))
    php = site.wrapped_php(f'[ "$starts" -lt {start} ] || {{ {swap}; }}')
    site.change(php=php, **way)
    assert site.ran_as() <= {site.owner}
    assert way["exec_prefix"] or site.shells() == {site.owner}


@contextlib.contextmanager
def flickering(one: Path, other: Path) -> Iterator[None]:
    """The two change places as often as possible, each time in one step of the kernel."""
    libc = ctypes.CDLL(None, use_errno=True)
    exchange = (-100, os.fsencode(one), -100, os.fsencode(other), 2)  # AT_FDCWD, RENAME_EXCHANGE
    if libc.renameat2(*exchange) != 0:
        pytest.skip("needs a file system that can exchange two names")

    def work() -> None:
        while os.getppid() != 1:
            libc.renameat2(*exchange)

    child = scene.as_account(ROOT, work)
    try:
        yield
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


@on_sandbox
@pytest.mark.parametrize("what", ["link", "hard_link", "folder"])
def test_a_config_that_flickers_decides_nothing(site: Site, way: dict[str, Any], what: str) -> None:
    genuine, other = site.config, site.config.with_name("other.php")
    if what == "folder":
        genuine = site.config.parent
        other = site.link(genuine.with_name("other"), site.config_of(ROOT).parent, site.owner)
    elif what == "link":
        site.link(other, site.config_of(ROOT), site.owner)
    else:
        os.link(site.config_of(ROOT), other)
    with flickering(genuine, other):
        results = [site.run("twofactor_info", users="none", **way) for _ in range(12)]
    assert site.ran_as() <= {site.owner}
    assert not [result.data for result in results if result.failed and "code" not in result.data]


def test_a_config_folder_that_the_environment_names_decides(
    site: Site,
    way: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As snap has it; where there is none in the tree, nobody is root for that."""
    elsewhere = site.top / "etc"
    site.config.parent.rename(elsewhere)
    site.config = elsewhere / "config.php"
    monkeypatch.setenv("NEXTCLOUD_CONFIG_DIR", str(elsewhere))
    works(site, site.owner, **way)


def test_the_timer_is_not_kept_waiting_by_a_fifo(site: Site, timer: Callable[[Site, bool], Result]) -> None:
    """Its timeout is five minutes, and a fifo need not take even one."""
    site.config.unlink()
    os.mkfifo(site.config, 0o644)
    give(site.owner, site.config)
    reported = Result(json.loads(scene.within(60, lambda: json.dumps(timer(site, False).data))))
    fails(reported, str(reported.data.get("code")))


# ------------------------------------------------------------------ run_as


@on_sandbox
def test_run_as_names_the_account(site: Site, way: dict[str, Any]) -> None:
    for name in ("www-data", str(site.owner)):
        result = site.run("twofactor_info", users="none", run_as=name, **way)
        assert not result.failed, result.data
    assert site.ran_as() == {site.owner}


@on_sandbox
@pytest.mark.parametrize("name", ["root", "0"])
def test_run_as_root_is_refused_where_others_may_write(site: Site, way: dict[str, Any], name: str) -> None:
    refuses(site, site.change, "NC137", run_as=name, **way)


@on_sandbox
@pytest.mark.parametrize("name", ["no-such-account", "", "-1", "4294967295", "4294967296"])
def test_run_as_nobody_that_there_is_is_refused(site: Site, way: dict[str, Any], name: str) -> None:
    """-1 leaves the user id as it is, so it would be root's."""
    result = site.change(run_as=name, **way)
    assert site.ran_as() <= {site.owner}
    if name:
        fails(result, str(result.data.get("code")), "run_as")


@on_sandbox
def test_run_as_does_not_follow_a_planted_link(site: Site, way: dict[str, Any]) -> None:
    site.link(site.config, site.config_of(ROOT), site.owner)
    result = site.change(run_as="www-data", **way)
    assert "Unsupported parameters" not in result["msg"]
    assert site.ran_as() <= {site.owner}


# ------------------------------------------------------------------ where everything belongs to root


@pytest.mark.parametrize("name", [None, "root"])
def test_a_nextcloud_of_root_alone_runs_as_root(root_site: Site, way: dict[str, Any], name: Any) -> None:
    works(root_site, ROOT, **dict(way, **({"run_as": name} if name else {})))


def _deep_file(site: Site) -> None:
    (site.path / "lib" / "private" / "deep" / "down").mkdir(parents=True)
    site.put(site.path / "lib" / "private" / "deep" / "down" / "file.php", "<?php\n", site.owner)


def _linked_file(site: Site) -> None:
    code = site.path / "lib" / "versioncheck.php"
    own = site.put(site.top / "own" / "versioncheck.php", code.read_text(encoding="utf-8"), site.owner)
    site.link(code, own, ROOT)


def _second_config(site: Site) -> None:
    site.put(site.config.with_name("a.config.php"), "<?php\n$CONFIG = [];\n", site.owner)


def _group(site: Site) -> None:
    os.chown(site.path / "lib", ROOT, site.owner)
    (site.path / "lib").chmod(0o775)


def _app_of_the_web_user(site: Site) -> None:
    site.link(site.path / "apps" / "more", site.folder("more", site.owner), ROOT)


# What others may write to
NOT_ONLY_ROOTS: dict[str, Callable[[Site], Any]] = {
    "a_file_of_lib": lambda site: give(site.owner, site.path / "lib" / "versioncheck.php"),
    "a_file_deep_down": _deep_file,
    "a_file_that_everybody_may_write": lambda site: (site.path / "lib" / "base.php").chmod(0o666),
    "a_file_that_is_a_link": _linked_file,
    "a_folder_that_a_group_may_write": _group,
    "a_folder_that_everybody_may_write": lambda site: (site.path / "apps").chmod(0o777),
    "a_folder_of_apps_that_is_a_link": _app_of_the_web_user,
    "the_tree_itself": lambda site: site.path.chmod(0o777),
    "a_second_config_file": _second_config,
    "the_folder_above": lambda site: site.path.parent.chmod(0o777),
    "a_folder_further_above": lambda site: site.top.chmod(0o777),
    "a_folder_above_of_another_account": lambda site: give(GAMES, site.path.parent),
}


@on_sandbox
@pytest.mark.parametrize("what", list(NOT_ONLY_ROOTS))
def test_no_code_runs_as_root_where_others_may_write(root_site: Site, way: dict[str, Any], what: str) -> None:
    NOT_ONLY_ROOTS[what](root_site)
    refuses(root_site, root_site.change, "NC137", **way)


def test_everybody_who_asks_a_nextcloud_of_root_is_refused(
    root_site: Site,
    timer: Callable[[Site, bool], Result],
) -> None:
    give(root_site.owner, root_site.path / "lib" / "versioncheck.php")
    for who in ASKERS:
        refuses(root_site, asker(who, root_site, timer), "NC137")


@on_sandbox
def test_apps_elsewhere_that_others_may_write_do_not_run_as_root(root_site: Site, way: dict[str, Any]) -> None:
    """config.php names them, and their code is loaded like that of the tree."""
    folder = root_site.folder("more-apps", root_site.owner)
    apps = [f"['path' => '{p}', 'url' => '/{p.name}', 'writable' => true]" for p in (root_site.path / "apps", folder)]
    text = root_site.text.rstrip()[:-2] + f"  'apps_paths' => [{', '.join(apps)}],\n);\n"
    root_site.put(root_site.config, text, ROOT, 0o640)
    refuses(root_site, root_site.change, "NC137", **way)


# ------------------------------------------------------------------ ordinary installations


Layout = tuple[int, Path]


def _all_of_the_web_user(site: Site) -> Layout:
    if not site.is_sandbox:
        pytest.skip("the code of a real release is a hard link, and stays root's")
    give(site.owner, site.path, site.data, whole=True)
    return site.owner, site.path


def _linked_config_folder(site: Site) -> Layout:
    there = site.top / "etc-nextcloud"
    site.config.parent.rename(there)
    site.link(site.config.parent, there, ROOT)
    return site.owner, site.path


def _account_without_a_name(site: Site) -> Layout:
    give(54321, site.config.parent, site.config)
    give(54321, site.data, whole=True)
    return 54321, site.path


def _below_a_third_account(site: Site) -> Layout:
    home = site.folder("home", GAMES)
    site.path.rename(home / "cloud")
    site.path, site.config = home / "cloud", home / "cloud" / "config" / "config.php"
    give(site.owner, site.path)
    return site.owner, site.path


def _current_of_root(site: Site) -> Layout:
    return site.owner, site.link(site.top / "current", site.path, ROOT)


def _current_of_a_deployer(site: Site) -> Layout:
    deploy = site.folder("deploy", GAMES)
    (deploy / "releases").mkdir()
    site.path.rename(deploy / "releases" / "1")
    site.path, site.config = deploy / "releases" / "1", deploy / "releases" / "1" / "config" / "config.php"
    give(GAMES, deploy / "releases", site.path)
    return site.owner, site.link(deploy / "current", Path("releases/1"), GAMES)


def _own_link_to_own_config(site: Site) -> Layout:
    shared = site.folder("shared", site.owner)
    site.config.rename(shared / "config.php")
    site.link(site.config, shared / "config.php", site.owner)
    return site.owner, site.path


def _own_link_to_own_config_folder(site: Site) -> Layout:
    give(site.owner, site.path)
    site.config.parent.rename(site.folder("shared", site.owner) / "config")
    site.link(site.path / "config", site.top / "shared" / "config", site.owner)
    return site.owner, site.path


# How it is laid out, and who owns config.php then
LAYOUTS: dict[str, Callable[[Site], Layout]] = {
    "code_of_root": lambda site: (site.owner, site.path),
    "all_of_the_web_user": _all_of_the_web_user,
    "config_folder_is_a_link_of_root": _linked_config_folder,
    "account_without_a_name": _account_without_a_name,
    "below_a_folder_of_a_third_account": _below_a_third_account,
    "current_is_a_link_of_root": _current_of_root,
    "current_is_a_link_of_a_deployer": _current_of_a_deployer,
    "config_is_a_link_to_a_file_of_the_same_owner": _own_link_to_own_config,
    "config_folder_is_a_link_to_one_of_the_same_owner": _own_link_to_own_config_folder,
}


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_an_ordinary_installation_runs_as_its_owner(site: Site, way: dict[str, Any], layout: str) -> None:
    owner, path = LAYOUTS[layout](site)
    works(site, owner, nextcloud_path=str(path), **way)


@on_sandbox
def test_a_config_folder_of_root_alone_can_be_read(site: Site, way: dict[str, Any]) -> None:
    """Nextcloud itself wants to write in that folder before it changes anything."""
    give(ROOT, site.config.parent)
    result = site.run("twofactor_info", **way)
    assert not result.failed, result.data
    assert site.ran_as() == {site.owner}


def test_everybody_who_asks_an_ordinary_installation_is_answered(site: Site, ask: Ask) -> None:
    for check in (True, False):
        result = ask(check=check)
        assert not result.failed, result.data
    assert site.ran_as() == {site.owner}


def test_whoever_owns_it_needs_no_root(site: Site, way: dict[str, Any]) -> None:
    done = site.run_as_owner("enforcement", **scene.CHANGE, **way)
    assert not done.failed and done.changed, done.data
    assert site.ran_as() == {site.owner}
