# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Killed between any two writes, the next run ends in the wanted state, and nobody is locked out in between.

The run that dies is a copy of this process. It dies either between two steps of the plan, or, together with PHP, in the
middle of one: the bridge calls PHP's functions from a namespace of its own, so that a function of the same name there
is called instead, and that one kills the process when its turn comes.
"""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apps
import pytest
from apps import APP_ID, variant
from expect import fails, rests
from subprocess_runner import in_child

from ansible_collections.secsign.nextcloud.plugins.module_utils import _engine
from ansible_collections.secsign.nextcloud.plugins.module_utils._server import transport

pytestmark = pytest.mark.thorough

DIED = 77
FIXTURE = {"app_id": APP_ID}
INSTALL_STEPS = ["place_app", "app:enable", "keep_app", "settings", "enforcement"]
UPGRADE_STEPS = ["place_app", "upgrade", "keep_app"]


def everything(source: Path) -> dict[str, Any]:
    return {
        "app": {"source": str(source)},
        "id_server": {"server": "https://id.example.com"},
        "user_permissions": {"allow_edit": True},
        "onboarding": {"enabled": True, "suffix": "example"},
        "enforcement": {"enforced": True, "groups": ["staff"]},
        **FIXTURE,
    }


def wanted_state(server: Any) -> dict[str, Any]:
    found = server.fingerprint()
    return dict(found, **{"app config": [row for row in found["app config"] if row[0] == APP_ID]})


def with_1_0_0(server: Any, tmp_path: Path) -> None:
    """A server on which everything is in place, with version 1.0.0 of the app."""
    if not server.has_saved("1.0.0"):
        done = server.run("twofactor", **everything(variant(tmp_path / "before")))
        assert not done.failed, done.data
        server.save("1.0.0")
    server.restore("1.0.0")


def must_die(work: Callable[[], Any]) -> None:
    code, said = in_child(lambda: str(work()))
    assert code == DIED, f"was not interrupted: {said}"


def dies_after_step(server: Any, number: int, options: dict[str, Any]) -> None:
    def work() -> Any:
        count = 0

        def dying(run: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
            def step(self: Any, nextcloud: Any) -> None:
                nonlocal count
                run(self, nextcloud)
                if count == number:
                    os._exit(DIED)
                count += 1

            return step

        for kind in (_engine.Occ, _engine.Bridge, _engine.ConfigImport, _engine.Upgrade):
            kind.run = dying(kind.run)  # type: ignore[method-assign]
        return server.run("twofactor", **options).data

    must_die(work)


_DEADLY = """
function die_in_turn(string $name): void {
    static $calls = [];
    $calls[$name] = ($calls[$name] ?? 0) + 1;
    if (\\getenv('NOW_IN') . " $name $calls[$name]" === \\getenv('DIE_AT')) {
        \\posix_kill(\\getmypid(), 9);
    }
}
""" + "\n".join(
    f"function {name}(...$arguments) {{ die_in_turn('{name}'); return \\{name}(...$arguments); }}"
    for name in ("rename", "mkdir", "file_put_contents", "chmod", "unlink", "rmdir")
)


def deadly_php(moment: str, module_dies_too: bool) -> None:
    """For this process: PHP is killed just before it would do that, as in 'place_app rename 2'."""
    opening = "namespace SecSign\\Bridge;\n"
    # each file of the bridge opens the namespace; the first one is enough for all
    assert opening in transport.PROGRAM
    transport.PROGRAM = transport.PROGRAM.replace(opening, opening + _DEADLY, 1)
    ask, run = transport.Nextcloud.ask, transport.Nextcloud._run

    def asking(self: Any, operation: str, *arguments: Any, **options: Any) -> Any:
        self._environment.update(NOW_IN=operation, DIE_AT=moment)
        return ask(self, operation, *arguments, **options)

    def running(self: Any, *arguments: Any) -> Any:
        output = run(self, *arguments)
        if output.rc == -9 and module_dies_too:
            os._exit(DIED)
        return output

    transport.Nextcloud.ask = asking  # type: ignore[method-assign]
    transport.Nextcloud._run = running  # type: ignore[method-assign]


def dies_in_bridge(server: Any, moment: str, options: dict[str, Any]) -> None:
    def work() -> Any:
        deadly_php(moment, module_dies_too=True)
        return server.run("twofactor", **options).data

    must_die(work)


def never_enforced_without_a_provider(server: Any) -> None:
    found = server.run("twofactor_info", users="none", **FIXTURE)
    assert not found.failed, found.data
    mine = [entry["loads"] for entry in found["providers"] or [] if entry["app"] == APP_ID]
    # while an upgrade waits, or between two renames, Nextcloud asks nobody for this factor
    if found["enforcement"]["enforced"] and found["providers"] is not None and found["app"]["path"] is not None:
        assert mine == [True]


def recovers(server: Any, options: dict[str, Any], version: str) -> None:
    never_enforced_without_a_provider(server)
    again = server.run("twofactor", **options)
    assert not again.failed, again.data
    rests(server, "twofactor", checks=(False,), **options)
    assert not [entry.name for entry in (server.path / "apps").iterdir() if entry.name.startswith(".secsign-")]
    rows = dict(server.sql("SELECT configkey, configvalue FROM oc_appconfig WHERE appid = ?", APP_ID))
    assert (rows["installed_version"], rows["enabled"]) == (version, "yes")
    assert (rows["server"], rows["allowEdit"], rows["onboarding_suffix"]) == ("https://id.example.com", "1", "example")
    assert "'twofactor_enforced' => 'true'" in server.config.read_text(encoding="utf-8")


def names(commands: list[str]) -> list[str]:
    """The steps of a plan in the words of this file."""
    words = {"config:import": "settings"}
    return [
        "enforcement" if "twofactor_enforced" in command else words.get(command.split()[1], command.split()[1])
        for command in commands
    ]


@pytest.mark.parametrize("step", INSTALL_STEPS)
def test_killed_after_a_step_of_an_installation(server: Any, tmp_path: Path, step: str) -> None:
    options = everything(variant(tmp_path))
    if step == INSTALL_STEPS[0]:
        predicted = server.run("twofactor", check=True, **options)
        assert names(predicted["commands"]) == INSTALL_STEPS, "each step has its case here"
    dies_after_step(server, INSTALL_STEPS.index(step), options)
    recovers(server, options, "1.0.0")


@pytest.mark.parametrize("step", UPGRADE_STEPS)
def test_killed_after_a_step_of_an_upgrade(server: Any, tmp_path: Path, step: str) -> None:
    with_1_0_0(server, tmp_path)
    options = everything(variant(tmp_path, "1.1.0"))
    if step == UPGRADE_STEPS[0]:
        assert names(server.run("twofactor", check=True, **options)["commands"]) == UPGRADE_STEPS
    dies_after_step(server, UPGRADE_STEPS.index(step), options)
    recovers(server, options, "1.1.0")


@pytest.mark.parametrize("moment", ["place_app mkdir 1", "place_app file_put_contents 3", "place_app rename 1"])
def test_killed_while_the_app_is_put_in_place(server: Any, tmp_path: Path, moment: str) -> None:
    options = everything(variant(tmp_path))
    dies_in_bridge(server, moment, options)
    recovers(server, options, "1.0.0")


@pytest.mark.parametrize(
    "moment",
    [
        "place_app file_put_contents 3",
        "place_app rename 1",
        "place_app rename 2",
        "keep_app unlink 1",
        "keep_app unlink 3",
        "keep_app rmdir 1",
        "keep_app rmdir 5",
    ],
)
def test_killed_while_a_version_takes_the_place_of_another(server: Any, tmp_path: Path, moment: str) -> None:
    with_1_0_0(server, tmp_path)
    options = everything(variant(tmp_path, "1.1.0"))
    dies_in_bridge(server, moment, options)
    recovers(server, options, "1.1.0")


@pytest.mark.parametrize("moment", ["revert_app unlink 2", "revert_app rmdir 5", "revert_app rename 1"])
def test_killed_while_a_broken_version_is_taken_back(server: Any, tmp_path: Path, moment: str) -> None:
    with_1_0_0(server, tmp_path)
    dies_in_bridge(server, moment, everything(variant(tmp_path, "1.1.0", "id_throws")))
    recovers(server, everything(variant(tmp_path, "1.2.0")), "1.2.0")


@pytest.mark.parametrize("step", UPGRADE_STEPS[:2])
def test_killed_after_a_step_to_a_broken_version(server: Any, tmp_path: Path, step: str) -> None:
    """The next run finds out, and the earlier version is back."""
    with_1_0_0(server, tmp_path)
    broken = everything(variant(tmp_path, "1.1.0", "id_throws"))
    dies_after_step(server, UPGRADE_STEPS.index(step), broken)
    fails(server.run("twofactor", **broken), "NC305", "undone")
    never_enforced_without_a_provider(server)
    recovers(server, everything(variant(tmp_path)), "1.0.0")


def test_php_alone_is_killed(server: Any, tmp_path: Path) -> None:
    """As the kernel does when memory runs out: the module lives, and takes back what it had begun."""
    with_1_0_0(server, tmp_path)
    before = wanted_state(server)
    options = everything(variant(tmp_path, "1.1.0"))

    def work() -> str:
        deadly_php("place_app rename 2", module_dies_too=False)
        result = fails(server.run("twofactor", **options), "NC118", "undone")
        return str(result["msg"])

    code, said = in_child(work)
    assert code == 0, said
    assert wanted_state(server) == before
    recovers(server, options, "1.1.0")


_KILL_ONCE = """
        $marker = $this->config->getSystemValue('datadirectory') . '/killed-once';
        if (!file_exists($marker)) {
            touch($marker);
            posix_kill(getmypid(), 9);
        }
"""


def marker(server: Any) -> list[Any]:
    return list(
        server.sql("SELECT configvalue FROM oc_appconfig WHERE appid = 'secsign_nextcloud' AND configkey = 'upgrade'")
    )


@pytest.fixture
def kill_once(server: Any) -> Iterator[Path]:
    path = server.data / "killed-once"
    yield path
    path.unlink(missing_ok=True)


def occ_upgrade_dies(server: Any, tmp_path: Path) -> dict[str, Any]:
    """As when the host goes down in the middle of it: nobody is left to take anything back."""
    with_1_0_0(server, tmp_path)
    newer = variant(tmp_path, "1.1.0", repair_step="KillOnce")
    apps.add_repair_step(newer, "KillOnce", _KILL_ONCE)
    options = everything(newer)

    def work() -> Any:
        upgrade = transport.Nextcloud.upgrade

        def dying(self: Any, operation: str, **request: Any) -> None:
            try:
                upgrade(self, operation, **request)
            finally:
                os._exit(DIED)

        transport.Nextcloud.upgrade = dying  # type: ignore[method-assign]
        return server.run("twofactor", **options).data

    must_die(work)
    return options


def test_killed_in_the_middle_of_an_occ_upgrade(server: Any, tmp_path: Path, kill_once: Path) -> None:
    """Nextcloud is then in maintenance mode, and says everything in its log; the next run ends the upgrade and both."""
    options = occ_upgrade_dies(server, tmp_path)
    assert kill_once.exists()
    assert re.search(r"'maintenance' => true", server.config.read_text(encoding="utf-8"))
    assert marker(server)
    for result in (server.run("twofactor_info", **FIXTURE), server.run("twofactor", check=True, **options)):
        fails(result, "NC132", str(server.path))
    again = server.run("twofactor", **options)
    assert not again.failed and again.changed, again.data
    assert again["commands"][0] == "occ upgrade, begun by an earlier run"
    assert not marker(server)
    recovers(server, options, "1.1.0")
    shown = json.loads(server.php("include 'config/config.php'; echo json_encode($CONFIG);"))
    assert not shown.get("maintenance") and shown.get("loglevel", 2) == 2


@pytest.mark.parametrize("trace", ["no marker", "another app waits", "no upgrade, and the usual log"])
def test_the_maintenance_mode_of_an_administrator_is_left_alone(
    server: Any, tmp_path: Path, kill_once: Path, trace: str
) -> None:
    if trace == "no upgrade, and the usual log":
        with_1_0_0(server, tmp_path)
        options = everything(variant(tmp_path))
        server.occ(
            "config:app:set",
            "secsign_nextcloud",
            "upgrade",
            "--value",
            json.dumps({"apps": {APP_ID: "yes"}, "loglevel": None}),
        )
        server.configure("maintenance", "true")
    else:
        options = occ_upgrade_dies(server, tmp_path)
        if trace == "no marker":
            server.sql("DELETE FROM oc_appconfig WHERE appid = 'secsign_nextcloud' AND configkey = 'upgrade'")
        else:
            server.configure("version", f"'{server.major}.0.0.0'")
    before = server.fingerprint()
    fails(server.run("twofactor", **options), "NC104", "maintenance:mode --off")
    assert server.fingerprint() == before


def test_a_marker_that_was_left_is_crossed_out(server: Any, tmp_path: Path) -> None:
    """Or a later maintenance mode, meant by an administrator, could be taken for what an upgrade left."""
    with_1_0_0(server, tmp_path)
    server.occ(
        "config:app:set",
        "secsign_nextcloud",
        "upgrade",
        "--value",
        json.dumps({"apps": {APP_ID: "yes"}, "loglevel": None}),
    )
    server.configure("loglevel", "0")
    options = everything(variant(tmp_path))
    assert server.run("twofactor", check=True, **options)["commands"] == ["bridge end_upgrade"]
    assert server.run("twofactor", **options)["commands"] == ["bridge end_upgrade"]
    assert not marker(server)
    assert json.loads(server.php("include 'config/config.php'; echo json_encode($CONFIG['loglevel'] ?? 2);")) == 2
    rests(server, "twofactor", **options)


def test_an_upgrade_that_still_goes_on_is_left_alone(server: Any, tmp_path: Path, kill_once: Path) -> None:
    """The module has died, the occ that it started has not: nobody begins a second one beside it, or touches the
    code."""
    with_1_0_0(server, tmp_path)
    slow = variant(tmp_path, "1.1.0", repair_step="Wait")
    file = "$this->config->getSystemValue('datadirectory') . '/killed-once'"
    wait = f"touch({file}); for ($i = 0; $i < 100 && file_exists({file}); $i++) {{ usleep(100000); clearstatcache(); }}"
    apps.add_repair_step(slow, "Wait", wait)
    options = everything(slow)
    child = os.fork()
    if child == 0:
        server.run("twofactor", **options)
        os._exit(0)
    deadline = time.monotonic() + 30
    while not kill_once.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    bridges = [pid for pid in _children(child)]
    for process in (child, *bridges):
        os.kill(process, signal.SIGKILL)
    os.waitpid(child, 0)
    try:
        before = server.fingerprint()
        for module, more in (
            ("twofactor", options),
            ("twofactor_info", FIXTURE),
            ("app", {"state": "absent", **FIXTURE}),
        ):
            fails(server.run(module, **more), "NC131", str(server.path))
        assert server.fingerprint() == before
    finally:
        kill_once.unlink()
    while server.run("twofactor_info", **FIXTURE).data.get("code") == "NC131" and time.monotonic() < deadline:
        time.sleep(0.1)
    again = server.run("twofactor", **options)
    assert not again.failed, again.data
    recovers(server, options, "1.1.0")


def _children(parent: int) -> list[int]:
    """Its own, not theirs."""
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()]
