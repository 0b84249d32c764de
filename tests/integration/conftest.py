# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Nextclouds that the integration suite runs on.

Always the sandbox; also each real release that hosts.releases() selects, and each host that NEXTCLOUD_HOSTS=FILE.yml
describes (a server that the user prepared, reached as its ``options`` say and put back to a fresh installation by its
``reset`` command). The last line of a run lists them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import hosts
import pytest
import supported
import yaml
from ran_on import RAN_ON, print_last
from servers import FolderServer, PreparedServer, Server

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
FIXTURE_APP = FIXTURES / "apps" / "twofactor_fixture"

_ran_on = RAN_ON["integration"]


@cache
def _releases() -> hosts.Releases:
    return hosts.releases()


def _sources() -> list[Any]:
    return [*(f"sandbox:{release}" for release in supported.FACTS["tested"]["sandbox"]), *_releases().sources]


def _prepared() -> list[dict[str, Any]]:
    path = os.environ.get("NEXTCLOUD_HOSTS")
    return list(yaml.safe_load(Path(path).read_text(encoding="utf-8"))) if path else []


_made: dict[str, Server] = {}


@pytest.fixture(scope="session")
def _workshop() -> Iterator[Path]:
    # pytest closes its own folders to everybody else, and the web user has to get there
    folder = Path(tempfile.mkdtemp(prefix="nextcloud-suite-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Where the owner of the Nextcloud can read and run what a test puts there."""
    folder = Path(tempfile.mkdtemp(prefix="nextcloud-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def counted(open_folder: Path) -> tuple[str, Callable[[], int]]:
    """A php that notes each of its starts, and a function that shows how many there were since the last time."""
    log = open_folder / "starts"
    log.touch()
    log.chmod(0o666)
    php = open_folder / "php"
    php.write_text(f'#!/bin/sh\necho start >> {log}\nexec php "$@"\n', encoding="utf-8")
    php.chmod(0o755)

    def starts() -> int:
        count = len(log.read_text(encoding="utf-8").splitlines())
        log.write_text("", encoding="utf-8")
        return count

    return str(php), starts


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "server" in metafunc.fixturenames:
        sources = _sources()
        if metafunc.definition.get_closest_marker("prepared"):
            sources = _prepared() or [None]
        metafunc.parametrize(
            "server", [pytest.param(source, id=_id(source), marks=_marks(source)) for source in sources], indirect=True
        )


def _marks(source: Any) -> list[pytest.MarkDecorator]:
    if source in _releases().sources:
        return [pytest.mark.real]
    older = isinstance(source, str) and source.startswith("sandbox:") and source != f"sandbox:{supported.NEWEST}"
    return [pytest.mark.older_sandbox] if older else []


def _id(source: Any) -> str:
    if source is None:
        return "none"
    return str(source["name"]) if isinstance(source, dict) else Path(source).name


@pytest.fixture
def server(request: pytest.FixtureRequest, _workshop: Path) -> Iterator[Server]:
    source = request.param
    if source is None:
        pytest.skip(f"{request.node.name} needs a prepared server: describe one in NEXTCLOUD_HOSTS=FILE.yml")
    key = _id(source)
    if key not in _made:
        folder = _workshop / key.replace(":", "-")
        _made[key] = PreparedServer(source) if isinstance(source, dict) else FolderServer(key, source, folder)
    made = _made[key]
    made.reset()
    _ran_on[made.name] += 1
    yield made


def pytest_terminal_summary(terminalreporter: Any) -> None:
    lines = _told_of_podman(terminalreporter.stats)
    if lines:
        terminalreporter.section("podman")
    for line in lines:
        terminalreporter.line(line)


def pytest_unconfigure(config: pytest.Config) -> None:
    counted = [f"{name} ({count} tests)" for name, count in sorted(_ran_on.items())]
    sandboxes = [name for name in counted if name.startswith("sandbox")]
    print_last(
        config,
        f"{', '.join(sandboxes) or 'no sandbox'};"
        f" {_releases().line([name for name in counted if name not in sandboxes])}",
    )


def _told_of_podman(stats: dict[str, list[Any]]) -> list[str]:
    """Whether the real podman was there; see test_ways.py."""
    reported = {
        kind: [report for report in stats.get(kind, []) if "::test_real_podman[" in report.nodeid]
        for kind in ("passed", "failed", "error", "skipped")
    }
    lines = [
        f"in containers of the real podman: {', '.join(_case(report) for report in reported[kind])} {kind}"
        for kind in ("passed", "failed", "error")
        if reported[kind]
    ]
    return lines + [
        f"in containers of the real podman: {_case(report)} NOT RUN: {report.longrepr[2].rsplit(']: ', 1)[-1]}"
        for report in reported["skipped"]
    ]


def _case(report: Any) -> str:
    return str(report.nodeid.split("[")[-1].rstrip("]"))
