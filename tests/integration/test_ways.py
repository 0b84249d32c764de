# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every inventory of inventories/ways, as it stands, on a root that is laid out as that way lays it out.

docker, kubectl and snap are stand-ins that read the command line as the real ones do; podman is the real one where it
runs. What is inside is the sandbox. Bare metal is the case of all other suites, and of the molecule scenarios on real
hosts of Debian 12 and 13.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import ways
from subprocess_runner import needs_root

pytestmark = pytest.mark.thorough

WAYS: dict[str, Any] = {
    "docker": (ways.OFFICIAL, "nextcloud"),
    "docker_compose": (ways.OFFICIAL, "app"),
    "podman": (ways.OFFICIAL, "nextcloud"),
    "linuxserver": (ways.LINUXSERVER, "nextcloud"),
    "aio": (ways.OFFICIAL, "nextcloud-aio-nextcloud"),
    "snap": (ways.SNAP, "nextcloud.occ"),
    "kubernetes": (ways.OFFICIAL, "deploy/nextcloud"),
}
APP = "twofactor_secsign"


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="nextcloud-way-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def host_variables(name: str) -> dict[str, Any]:
    command = [
        str(Path(sys.executable).with_name("ansible-inventory")),
        "--inventory",
        str(ways.INVENTORIES / f"{name}.yml"),
        "--list",
    ]
    reported = json.loads(subprocess.run(command, capture_output=True, check=True, cwd=ways.ROOT).stdout)["_meta"][
        "hostvars"
    ]
    return dict(next(iter(reported.values())))


class Play:
    """The playbooks of the collection with one of the inventories, on this machine instead of the host that it
    names."""

    def __init__(self, folder: Path, way: str, programs: str, environment: dict[str, str], **extra: Any) -> None:
        self._way, self._folder = way, folder
        here = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable}
        self._extra = dict(here, twofactor_snapshot_dir=str(folder / "before"), **extra)
        self._environment = dict(
            environment, PATH=f"{programs}{os.pathsep}{os.environ['PATH']}", ANSIBLE_NOCOLOR="1", HOME=str(folder)
        )

    def __call__(self, playbook: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [
            str(Path(sys.executable).with_name("ansible-playbook")),
            "--inventory",
            str(ways.INVENTORIES / f"{self._way}.yml"),
            "--extra-vars",
            json.dumps(self._extra),
            f"playbooks/{playbook}",
            *arguments,
        ]
        return subprocess.run(
            command, cwd=ways.ROOT, env=self._environment, capture_output=True, text=True, check=False
        )


def changed(done: subprocess.CompletedProcess[str]) -> int:
    assert done.returncode == 0, done.stdout + done.stderr
    return sum(int(number) for number in re.findall(r"changed=(\d+)", done.stdout))


def walk_through(play: Play, entered: ways.Entered, back: bool) -> None:
    """Check, run, run again, and perhaps back: and each time what stands in the files of the root."""
    layout = entered.layout
    app, settings = entered.inside(f"{layout.apps}/{APP}"), entered.config()
    assert changed(play("site.yml", "--check", "--diff")) == 1
    assert not app.exists() and entered.config() == settings
    assert changed(play("site.yml", "--diff")) == 1
    assert {path.stat().st_uid for path in app.rglob("*")} == {layout.owner}
    assert (app / "appinfo" / "info.xml").is_file()
    config = entered.config()
    assert config["twofactor_enforced"] == "true" and config["twofactor_enforced_groups"] == ["pilot"]
    assert entered.inside(f"{layout.config}/config.php").stat().st_uid == layout.owner
    assert changed(play("site.yml")) == 0
    if not back:
        return
    reported = play("status.yml")
    assert changed(reported) == 0 and ways.RELEASE in reported.stdout
    assert (
        changed(play("unlock.yml", "--extra-vars", json.dumps({"user": "alice", "method": "exempt", "reason": "test"})))
        == 1
    )
    assert changed(play("rollback.yml", "--extra-vars", "snapshot=first")) == 1
    assert entered.config().get("twofactor_enforced", "false") == "false" and not app.exists()


# ------------------------------------------------------------------ stand-ins for the clients


@pytest.fixture
def stand_in(request: pytest.FixtureRequest, folder: Path) -> ways.Entered:
    layout, name = WAYS[request.param]
    root = ways.make_root(folder, layout)
    ways.place_nextcloud(root, layout)
    ways.make_clients(folder, root, name)
    user = {0: "root", 33: "www-data", 911: "abc"}[layout.owner]
    entered = ways.Entered(
        root, layout, [str(folder / "bin" / "docker"), "exec", "-i", "--user", user, name], dict(os.environ)
    )
    entered.install()
    (folder / "bin" / "calls.jsonl").unlink()
    return entered


def calls(folder: Path) -> list[list[str]]:
    return [json.loads(line) for line in (folder / "bin" / "calls.jsonl").read_text(encoding="utf-8").splitlines()]


@needs_root
@pytest.mark.parametrize(("stand_in", "way"), [(way, way) for way in WAYS], indirect=["stand_in"], ids=list(WAYS))
def test_the_inventory_works_as_it_stands(stand_in: ways.Entered, way: str, folder: Path) -> None:
    # the three that lay it out differently go all the way
    walk_through(
        Play(folder, way, str(folder / "bin"), dict(os.environ)),
        stand_in,
        back=way in ("docker", "linuxserver", "snap"),
    )
    names = {"{{ nextcloud_namespace }}": "nextcloud", "{{ nextcloud_deployment }}": WAYS[way][1]}
    prefix = [names.get(word, word) for word in host_variables(way)["twofactor_exec_prefix"]]
    made = calls(folder)
    assert made and all(call[: len(prefix)] == prefix for call in made), made[0]
    # whatever is to be stored or read goes over standard input
    assert not [word for call in made for word in call if "alice" in word or "example" in word]


@needs_root
@pytest.mark.parametrize("stand_in", ["docker"], indirect=True)
@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        (["docker", "exec", "--user", "www-data", "nextcloud"], ["[NC134]", "-i"]),
        (["docker", "exec", "-it", "nextcloud"], ["[NC201]", "exec_prefix", "-t"]),
        (["docker", "exec", "-i", "another"], ["[NC118]", "No such container: another"]),
        (["docker", "exec", "-i", "--user", "nobody", "nextcloud"], ["[NC105]", "www-data"]),
        (["no-such-client", "exec", "-i", "nextcloud"], ["[NC121]", "no-such-client"]),
        (["kubectl", "exec", "-i", "nextcloud"], ["[NC118]", "is not supported anymore"]),
    ],
    ids=["no_input", "terminal", "no_container", "wrong_user", "no_client", "no_dashes"],
)
def test_a_wrong_prefix_is_told_in_one_sentence(
    stand_in: ways.Entered, folder: Path, prefix: list[str], words: list[str]
) -> None:
    before = stand_in.config()
    done = Play(folder, "docker", str(folder / "bin"), dict(os.environ), twofactor_exec_prefix=prefix)("site.yml")
    assert done.returncode == 2
    reported = next(line for line in done.stdout.splitlines() if line.startswith("fatal: "))
    for word in words:
        assert word in reported, reported
    assert "Traceback" not in done.stdout + done.stderr
    assert stand_in.config() == before and not stand_in.inside(f"{stand_in.layout.apps}/{APP}").exists()


@needs_root
@pytest.mark.parametrize("stand_in", ["docker"], indirect=True)
def test_a_container_that_is_down_and_php_that_is_not_there(stand_in: ways.Entered, folder: Path) -> None:
    done = Play(folder, "docker", str(folder / "bin"), dict(os.environ), twofactor_php="php-of-another-world")(
        "site.yml"
    )
    assert done.returncode == 2 and "[NC106]" in done.stdout
    ways_file = folder / "bin" / "ways.json"
    ways_file.write_text(ways_file.read_text(encoding="utf-8").replace("true", "false"), encoding="utf-8")
    done = Play(folder, "docker", str(folder / "bin"), dict(os.environ))("site.yml")
    assert done.returncode == 2 and "[NC118]" in done.stdout and "is not running" in done.stdout


def test_bare_metal_needs_no_prefix() -> None:
    reported = host_variables("bare_metal")
    assert (
        "twofactor_exec_prefix" not in reported
        and reported["twofactor_nextcloud_path"] == "/var/www/nextcloud"
        and reported["ansible_become"] is True
    )


def test_every_inventory_is_tried() -> None:
    assert {path.stem for path in ways.INVENTORIES.glob("*.yml")} == {*WAYS, "bare_metal"}


# ------------------------------------------------------------------ the real podman


@pytest.fixture
def container(request: pytest.FixtureRequest, folder: Path) -> Iterator[ways.Entered]:
    layout: ways.Layout = request.param
    try:
        image = ways.podman_image(folder)
    except ways.NoPodmanError as problem:
        pytest.skip(f"{request.node.name}: {problem}")
    environment = ways.podman_environment(folder)
    root, name = folder / "volumes", f"nextcloud-way-{uuid.uuid4().hex[:8]}"
    ways.place_nextcloud(root, layout)
    shared = [layout.code] if layout is ways.OFFICIAL else ["/app", "/config", "/data"]
    volumes = [option for path in shared for option in ("--volume", f"{root}{path}:{path}")]
    subprocess.run(
        ["podman", "run", "--detach", "--name", name, "--network", "none", *volumes, image, "sleep", "infinity"],
        check=True,
        capture_output=True,
        env=environment,
    )
    try:
        user = {33: "www-data", 911: "abc"}[layout.owner]
        entered = ways.Entered(root, layout, ["podman", "exec", "-i", "--user", user, name], environment)
        entered.install()
        yield entered
    finally:
        subprocess.run(
            ["podman", "rm", "--force", "--time", "0", name], check=True, capture_output=True, env=environment
        )


@pytest.mark.parametrize(
    ("container", "way"),
    [(ways.OFFICIAL, "podman"), (ways.LINUXSERVER, "linuxserver")],
    indirect=["container"],
    ids=["official_layout", "linuxserver_layout"],
)
def test_real_podman(container: ways.Entered, way: str, folder: Path) -> None:
    """The same inventories; only the name of the container is this test's own, and podman stands where linuxserver's
    says docker."""
    name = container.prefix[-1]
    prefix = ["podman", *host_variables(way)["twofactor_exec_prefix"][1:-1], name]
    walk_through(
        Play(folder, way, "/usr/bin", container.environment, twofactor_exec_prefix=prefix), container, back=False
    )
