# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances of the sandbox, one replay a release, shared by all tests that ask for it."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator

import pytest

from .replay import EXTENSIONS, Instance, Replay, php


class Replays:
    """Starts the replay of a release when a test of it is near, as many at a time as there are processors."""

    def __init__(self, releases: list[str]) -> None:
        gate = threading.Semaphore(os.cpu_count() or 1)
        self._all = {release: Replay(release, gate) for release in releases}

    def of(self, release: str) -> Replay:
        return self._all[release]

    def finish(self) -> None:
        for replay in self._all.values():
            replay.finish()


@pytest.fixture(scope="session", autouse=True)
def usable_php() -> None:
    try:
        listed = subprocess.run([php(), "-m"], capture_output=True, text=True, check=True).stdout.lower().split()
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.fail(
            f"no usable PHP ({php()}): {error}. Install php-cli, or name one in the environment variable PHP.",
            pytrace=False,
        )
    missing = {"json", *EXTENSIONS} - set(listed)
    if missing:
        pytest.fail(f"{php()} lacks {', '.join(sorted(missing))}", pytrace=False)


@pytest.fixture(scope="module")
def replays(request: pytest.FixtureRequest) -> Iterator[Replays]:
    wanted = {
        item.callspec.params["release"]
        for item in request.session.items
        if hasattr(item, "callspec") and "call" in item.callspec.params
    }
    running = Replays(sorted(wanted))
    yield running
    running.finish()


@pytest.fixture(scope="module", params=["35.0.0-dev", "34.0.1", "28.0.2", "19.0.12"])
def instance(request: pytest.FixtureRequest) -> Iterator[Instance]:
    made = Instance(request.param)
    yield made
    made.remove()
