# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Nextcloud for each release that hosts.releases() selects and the app supports.

SECSIGN_TEST_DATABASES adds databases to SQLite.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
for folder in (HERE, ROOT / "sandbox", ROOT / "sandbox" / "id_server", ROOT / "nextcloud_app"):
    sys.path.insert(0, str(folder))

import build  # noqa: E402
import hosts  # noqa: E402
from nextcloud_site import Site, make_site  # noqa: E402
from ran_on import RAN_ON, print_last  # noqa: E402

FIRST, LAST = 30, 34
_ran_on = RAN_ON["app"]


NONE = f"needs a real Nextcloud {FIRST} to {LAST}: set NEXTCLOUD_ARCHIVES to a folder with releases"


@cache
def _releases() -> hosts.Releases:
    return hosts.releases()


def _sources() -> list[str]:
    """Each release that the app supports, oldest first."""
    return sorted(
        (source for source in _releases().sources if FIRST <= (hosts.version_of(source) or (0,))[0] <= LAST),
        key=hosts.version_of,
    )


def _sites() -> list[Any]:
    """Each release on each database; or one parameter that is skipped by name."""
    databases = ["", *filter(None, os.environ.get("SECSIGN_TEST_DATABASES", "").split())]
    found = []
    for source in _sources():
        for database in databases:
            name = Path(source).name + "-" + (database.split(":")[0] or "sqlite")
            found.append(pytest.param((source, database), id=name, marks=[pytest.mark.real, pytest.mark.login]))
    return found or [pytest.param(None, id="no-release")]


@pytest.fixture(scope="session")
def release_code() -> Path:
    """The code of the newest of them that is a folder."""
    for source in reversed(_sources()):
        folder = hosts.code_folder(Path(source))
        if folder is not None:
            return folder
    pytest.skip(NONE)


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build.build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session", params=_sites())
def _site(request: pytest.FixtureRequest, archive: Path) -> Iterator[Site]:
    if request.param is None:
        pytest.skip(NONE)
    source, database = request.param
    # pytest closes its own folders to everybody else, and the web user has to get there
    folder = Path(tempfile.mkdtemp(prefix="secsign-app-"))
    folder.chmod(0o755)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        site = stack.enter_context(make_site(source, folder, archive, database))
        _ran_on[site.release + " on " + (database.split(":")[0] or "sqlite")] = 0
        yield site


@pytest.fixture
def site(_site: Site) -> Iterator[Site]:
    _site.reset()
    for key in [key for key in _ran_on if key.startswith(_site.release)][-1:]:
        _ran_on[key] += 1
    yield _site


def pytest_unconfigure(config: pytest.Config) -> None:
    print_last(
        config, "The app: " + _releases().line([f"{name} ({count} tests)" for name, count in sorted(_ran_on.items())])
    )
