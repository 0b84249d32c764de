# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where demos and tests get their Nextcloud from: archives, folders, and the official download with its checksum."""

from __future__ import annotations

import hashlib
import http.server
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import hosts
import pytest


@pytest.fixture
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A server with one release, as the official one has it: the archive, and its SHA-512 beside it."""
    folder = tmp_path / "releases"
    folder.mkdir()
    archive = folder / "nextcloud-1.2.3.tar.bz2"
    archive.write_bytes(b"a release")
    (folder / "nextcloud-1.2.3.tar.bz2.sha512").write_text(
        hashlib.sha512(b"a release").hexdigest() + "  nextcloud-1.2.3.tar.bz2\n", encoding="ascii"
    )
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(hosts, "DOWNLOADS", f"http://127.0.0.1:{server.server_address[1]}/nextcloud-{{0}}.tar.bz2")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yield folder
    server.shutdown()


def test_download_is_checked_and_kept(downloads: Path) -> None:
    path = hosts.download("1.2.3")
    assert path.read_bytes() == b"a release"
    # the second time the archive itself is not loaded again
    (downloads / "nextcloud-1.2.3.tar.bz2").unlink()
    assert hosts.download("1.2.3") == path


def test_wrong_checksum_is_thrown_away(downloads: Path) -> None:
    (downloads / "nextcloud-1.2.3.tar.bz2").write_bytes(b"something else")
    with pytest.raises(hosts.HostError, match="SHA-512"):
        hosts.download("1.2.3")
    assert not list((downloads.parent / "cache").rglob("*.bz2"))


def test_unknown_release_says_what_to_do(downloads: Path) -> None:
    with pytest.raises(hosts.HostError, match="NEXTCLOUD_ARCHIVE"):
        hosts.download("9.9.9")


@pytest.mark.parametrize(
    "make", [lambda path: path, lambda path: path.write_bytes(b"no archive"), lambda path: path.mkdir()]
)
def test_what_is_no_release_is_refused_in_one_sentence(tmp_path: Path, make: object) -> None:
    source = tmp_path / "thing"
    make(source)  # type: ignore[operator]
    with pytest.raises(hosts.HostError, match="thing"):
        hosts.make(str(source), tmp_path / "target" / "nextcloud")


def test_sources_are_archives_and_folders_that_hold_a_nextcloud(tmp_path: Path) -> None:
    for name in ("nextcloud-1", "plain/nextcloud", "nothing"):
        (tmp_path / name / "lib").mkdir(parents=True)
    for name in ("nextcloud-1", "plain/nextcloud"):
        (tmp_path / name / "version.php").touch()
        (tmp_path / name / "lib" / "base.php").touch()
    for name in ("nextcloud-2.zip", "nextcloud-3.tar.bz2", "notes.txt"):
        (tmp_path / name).touch()
    assert [Path(path).name for path in hosts.find_sources(tmp_path)] == [
        "nextcloud-1",
        "nextcloud-2.zip",
        "nextcloud-3.tar.bz2",
        "plain",
    ]


def test_hosts_of_one_folder_share_code_but_no_lock(tmp_path: Path) -> None:
    """An upgrade locks version.php, and Nextcloud writes to files that begin with a dot: two hosts must not meet
    there."""
    source = tmp_path / "nextcloud"
    for name in ("lib/base.php", "version.php", ".htaccess", "occ"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text("<?php\n", encoding="utf-8")
    hosts._copy_code(source, tmp_path / "copy")
    shared = {
        name: (tmp_path / "copy" / name).stat().st_ino == (source / name).stat().st_ino
        for name in ("lib/base.php", "version.php", ".htaccess")
    }
    assert shared == {"lib/base.php": True, "version.php": False, ".htaccess": False}
