# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Nextcloud for each release that NEXTCLOUD_ARCHIVES=DIR holds. SECSIGN_TEST_DATABASES adds databases besides SQLite."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, Iterator, List

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
for folder in (HERE, ROOT / "sandbox", ROOT / "sandbox" / "id_server", ROOT / "nextcloud_app"):
    sys.path.insert(0, str(folder))

import build  # noqa: E402
import hosts  # noqa: E402
from nextcloud_site import Site, make_site  # noqa: E402
from ran_on import RAN_ON  # noqa: E402

FIRST, LAST = 30, 34
_ran_on = RAN_ON["app"]


def _sites() -> List[Any]:
    """Every release in reach that the app is made for, on each database; or one stand-in that skips by name."""
    archives = os.environ.get("NEXTCLOUD_ARCHIVES")
    databases = ["", *filter(None, os.environ.get("SECSIGN_TEST_DATABASES", "").split())]
    found = []
    for source in hosts.find_sources(Path(archives)) if archives else []:
        digits = "".join(c if c.isdigit() else " " for c in Path(source).name).split()
        if digits and FIRST <= int(digits[0]) <= LAST:
            for database in databases:
                name = Path(source).name + "-" + (database.split(":")[0] or "sqlite")
                found.append(pytest.param((source, database), id=name))
    return found or [pytest.param(None, id="no-release")]


@pytest.fixture(scope="session")
def release_code() -> Path:
    """The code of the newest release in reach that stands as a folder."""
    archives = os.environ.get("NEXTCLOUD_ARCHIVES")
    folders = [hosts.code_folder(path) for path in sorted(Path(archives).iterdir()) if path.is_dir()] if archives else []
    found = [folder for folder in folders if folder is not None and FIRST <= int(hosts.release_of(folder).split(".")[0]) <= LAST]
    if not found:
        pytest.skip("needs a Nextcloud {0} to {1} as a folder in NEXTCLOUD_ARCHIVES=DIR".format(FIRST, LAST))
    return found[-1]


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build.build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session", params=_sites())
def _site(request: pytest.FixtureRequest, archive: Path) -> Iterator[Site]:
    if request.param is None:
        pytest.skip("needs a real Nextcloud {0} to {1}: name a folder of releases with NEXTCLOUD_ARCHIVES=DIR".format(FIRST, LAST))
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


def pytest_terminal_summary(terminalreporter: Any) -> None:
    told = ", ".join("{0} ({1} tests)".format(name, count) for name, count in sorted(_ran_on.items()))
    terminalreporter.section("Nextcloud releases with the app")
    terminalreporter.line(told or "none (name some with NEXTCLOUD_ARCHIVES=DIR)")
