# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which release a host of a molecule scenario gets, what is reported of it, and a machine on which there can be no
hosts."""

from __future__ import annotations

import importlib.util
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import supported
from paths import ROOT


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("MOLECULE_EPHEMERAL_DIRECTORY", str(tmp_path))
    monkeypatch.delenv("NEXTCLOUD_ARCHIVES", raising=False)
    spec = importlib.util.spec_from_file_location("lab", ROOT / "molecule" / "shared" / "lab.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def release(folder: Path, version: str) -> None:
    code = folder / f"nextcloud-{version}"
    (code / "lib").mkdir(parents=True)
    (code / "lib" / "base.php").touch()
    (code / "version.php").write_text(f"<?php\n$OC_VersionString = '{version}';\n", encoding="utf-8")


def test_without_a_folder_it_is_the_sandbox(lab: ModuleType) -> None:
    newest, old = supported.NEWEST, supported.OLD
    assert lab.find_release("newest") == {"kind": "sandbox", "release": newest, "source": f"sandbox:{newest}"}
    assert lab.find_release([17, 18, 19, 20])["source"] == f"sandbox:{old}"


def test_the_newest_that_the_app_runs_on(lab: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXTCLOUD_ARCHIVES", str(tmp_path / "releases"))
    for version in ("19.0.12", "28.0.2"):
        release(tmp_path / "releases", version)
    # neither takes the app
    assert lab.find_release("newest")["kind"] == "sandbox"
    assert lab.find_release([17, 18, 19, 20])["release"] == "19.0.12"
    (tmp_path / "releases" / "nextcloud-31.0.10.tar.bz2").touch()
    release(tmp_path / "releases", "31.0.2")
    release(tmp_path / "releases", f"{supported.majors('twofactor_secsign').stop}.0.0")
    found = lab.find_release("newest")
    assert (
        found["kind"] == "real"
        and found["release"] == "31.0.10"
        and found["source"].endswith("nextcloud-31.0.10.tar.bz2")
    )


def test_what_the_last_lines_say(lab: ModuleType) -> None:
    hosts = {"old": {"release": "19.0.12", "kind": "real"}, "new": {"release": "34.0.1", "kind": "sandbox"}}
    reported = lab.runs_on({"hosts": hosts, "upstream": {"kind": "stand-in"}})
    assert reported == "19.0.12 (real), 34.0.1 (sandbox, a stand-in), a stand-in for secsignid"
    assert lab.runs_on({"hosts": {"one": hosts["old"]}}) == "19.0.12 (real)"


def program(path: Path, text: str) -> None:
    path.write_text("#!/bin/sh\n" + text, encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """All that the script calls, without anything that would make hosts."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in (
        "bash",
        "sh",
        "env",
        "cat",
        "dirname",
        "mktemp",
        "rm",
        "sed",
        "tail",
        "tee",
        "id",
        "grep",
        "mkdir",
        "timeout",
    ):
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    program(folder / "python", f'exec {sys.executable} "$@"\n')
    return folder


def molecule(programs: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(programs / "bash"), str(ROOT / "tests" / "molecule.sh"), *arguments],
        env={"PATH": str(programs), "HOME": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_where_there_can_be_no_hosts_it_is_said_by_name(programs: Path) -> None:
    program(programs / "molecule", "exit 1\n")
    done = molecule(programs, "--where-it-can", "default", "waves")
    lines = done.stdout.splitlines()[-2:]
    assert done.returncode == 0, done.stderr
    for name, line in zip(("default", "waves"), lines):
        assert line.startswith(f"molecule {name}: NOT RUN: podman is not there: ")
    # asked for in so many words, it is a failure
    done = molecule(programs, "default")
    assert (
        done.returncode == 1
        and done.stdout.splitlines()[-1] == "molecule default: FAILED on hosts that could not be made"
    )


def test_a_scenario_that_fails_is_a_failure_also_where_it_may_be_left_out(programs: Path) -> None:
    program(programs / "python", 'case "$2" in probe) exit 0 ;; esac\n')
    program(
        programs / "molecule", 'echo "34.0.1 (sandbox, a stand-in)" > "$NEXTCLOUD_LAB_REPORT"; test "$3" = default\n'
    )
    done = molecule(programs, "--where-it-can", "default", "waves")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-2:] == [
        "molecule default: passed on 34.0.1 (sandbox, a stand-in)",
        "molecule waves: FAILED on 34.0.1 (sandbox, a stand-in)",
    ]
    assert molecule(programs, "--where-it-can", "default").returncode == 0
    program(programs / "python", 'case "$2" in probe) exit 124 ;; esac\n')  # as timeout does
    done = molecule(programs, "--where-it-can", "default")
    assert (
        done.returncode == 0
        and done.stdout.splitlines()[-1] == "molecule default: NOT RUN: no host was there after 15 minutes"
    )
    # a fault of the probe itself is not taken for a machine without podman
    program(programs / "python", 'case "$2" in probe) exit 1 ;; esac\n')
    assert molecule(programs, "--where-it-can", "default").returncode == 1


def test_a_scenario_that_does_not_exist(programs: Path) -> None:
    done = molecule(programs, "defalt")
    assert done.returncode == 2 and "defalt" in done.stderr and "default" in done.stderr and "waves" in done.stderr


def test_every_scenario_is_run_by_make_and_described() -> None:
    scenarios = {path.parent.name for path in (ROOT / "molecule").glob("*/molecule.yml")}
    (line,) = [
        line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if line.startswith("SCENARIO ?=")
    ]
    assert set(line.split("=", 1)[1].split()) == scenarios
    page = (ROOT / "docs" / "molecule.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in page for name in scenarios)
