# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which real releases the test suites run on."""

from __future__ import annotations

import os
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import hosts
import pytest
from paths import ROOT

PHP_8_2 = 80236
Release = Callable[..., Path]


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NEXTCLOUD_ARCHIVES", "NEXTCLOUD_RELEASES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(hosts, "_php_version", lambda program: PHP_8_2)


def make_tree(code: Path, text: str, oldest: int = 80200, limit: int = 80600) -> Path:
    """A folder with the three files of a release that are read."""
    (code / "lib").mkdir(parents=True)
    (code / "lib" / "base.php").touch()
    (code / "version.php").write_text(f"<?php\n$OC_VersionString = '{text}';\n", encoding="utf-8")
    check = (
        f"<?php\nif (PHP_VERSION_ID < {oldest}) {{\n\texit(1);\n}}\nif (PHP_VERSION_ID >= {limit}) {{\n\texit(1);\n}}\n"
    )
    (code / "lib" / "versioncheck.php").write_text(check, encoding="utf-8")
    return code


def fill(folder: Path) -> Path:
    make_tree(folder / "19.0.12", "19.0.12", 70200, 70500)
    make_tree(folder / "9.1.0", "9.1.0")
    make_tree(folder / "28.0.2", "28.0.2", 80000, 80400)
    make_tree(folder / "34.0.1", "34.0.1")
    make_tree(folder / "34.0.2-rc", "34.0.2 RC1")
    make_tree(folder / "35.0.0-dev", "35.0.0 dev", 80300)
    return folder


def names() -> list[str]:
    return [Path(source).name for source in hosts.releases().sources]


LEFT_OUT = ["19.0.12: needs PHP older than 7.5, this is 8.2", "35.0.0-dev: needs PHP 8.3, this is 8.2"]


def test_without_a_folder_there_are_none() -> None:
    assert hosts.releases() == hosts.Releases([], [])
    assert hosts.releases().line([]) == "real releases: none"


def test_the_folder_in_the_cache_is_the_default(tmp_path: Path) -> None:
    fill(tmp_path / "cache" / "secsign-nextcloud" / "releases")
    assert names() == ["28.0.2", "34.0.1", "34.0.2-rc", "9.1.0"]
    assert hosts.releases().left_out == LEFT_OUT
    assert hosts.releases().line(["28.0.2 (3 tests)"]) == "real releases: 28.0.2 (3 tests); left out: " + "; ".join(
        LEFT_OUT
    )


def test_a_named_folder_replaces_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "cache" / "secsign-nextcloud" / "releases")
    make_tree(tmp_path / "named" / "nextcloud-33.0.0" / "nextcloud", "33.0.0")
    monkeypatch.setenv("NEXTCLOUD_ARCHIVES", str(tmp_path / "named"))
    assert names() == ["nextcloud-33.0.0"]
    monkeypatch.setenv("NEXTCLOUD_ARCHIVES", "")
    assert hosts.releases() == hosts.Releases([], [])
    monkeypatch.setenv("NEXTCLOUD_ARCHIVES", str(tmp_path / "missing"))
    with pytest.raises(hosts.HostError, match=r"NEXTCLOUD_ARCHIVES: folder '.*missing' does not exist"):
        hosts.releases()


def test_the_newest_is_stable_and_compared_as_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fill(tmp_path / "cache" / "secsign-nextcloud" / "releases")
    monkeypatch.setenv("NEXTCLOUD_RELEASES", "newest")
    assert names() == ["34.0.1"]
    assert hosts.releases().left_out == LEFT_OUT
    make_tree(folder / "34.0.10", "34.0.10")
    assert names() == ["34.0.10"]
    monkeypatch.setenv("NEXTCLOUD_RELEASES", "")
    assert len(names()) == 5
    monkeypatch.setenv("NEXTCLOUD_RELEASES", "oldest")
    with pytest.raises(hosts.HostError, match="NEXTCLOUD_RELEASES: 'oldest' is not valid"):
        hosts.releases()


def test_a_newer_php_runs_other_releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "cache" / "secsign-nextcloud" / "releases")
    monkeypatch.setattr(hosts, "_php_version", lambda program: 80427)
    assert names() == ["34.0.1", "34.0.2-rc", "35.0.0-dev", "9.1.0"]
    assert hosts.releases().left_out == [line.replace("this is 8.2", "this is 8.4") for line in LEFT_OUT[:1]] + [
        "28.0.2: needs PHP older than 8.4, this is 8.4"
    ]
    # before PHP is installed nothing is left out, so that its extensions are installed too
    monkeypatch.setattr(hosts, "_php_version", lambda program: 0)
    assert len(names()) == 6 and not hosts.releases().left_out


def pack_tar(code: Path, archive: Path) -> None:
    with tarfile.open(archive, "w:bz2") as tar:
        tar.add(code, "nextcloud")


def pack_zip(code: Path, archive: Path) -> None:
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(code.rglob("*.php")):
            packed.write(path, f"nextcloud/{path.relative_to(code)}")


@pytest.mark.parametrize(("pack", "suffix"), [(pack_tar, "tar.bz2"), (pack_zip, "zip")])
def test_archives(
    pack: Callable[[Path, Path], None], suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "archives"
    folder.mkdir()
    monkeypatch.setenv("NEXTCLOUD_ARCHIVES", str(folder))
    pack(make_tree(tmp_path / "new", "36.0.0", 80300), folder / f"nextcloud-36.0.0.{suffix}")
    pack(make_tree(tmp_path / "fits", "34.0.1"), folder / f"nextcloud-34.0.1.{suffix}")
    pack(make_tree(tmp_path / "early", "35.0.0 RC2"), folder / f"nextcloud-35.0.0rc2.{suffix}")
    (folder / f"nextcloud-1.0.0.{suffix}").write_bytes(b"broken")
    # the installation of a broken one fails, so that it is seen
    assert names() == [f"nextcloud-1.0.0.{suffix}", f"nextcloud-34.0.1.{suffix}", f"nextcloud-35.0.0rc2.{suffix}"]
    assert hosts.releases().left_out == [f"nextcloud-36.0.0.{suffix}: needs PHP 8.3, this is 8.2"]
    monkeypatch.setenv("NEXTCLOUD_RELEASES", "newest")
    # read once
    monkeypatch.setattr(
        hosts, "_read_archived", lambda path, name: pytest.fail("read again") if "1.0.0" not in path.name else ""
    )
    assert names() == [f"nextcloud-34.0.1.{suffix}"]


def test_apps_beside_the_releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert hosts.find_app("user_saml") == []
    cache = tmp_path / "cache" / "secsign-nextcloud"
    for folder in ("releases", "apps/user_saml", "apps-28/user_saml", "apps/guests"):
        (cache / folder).mkdir(parents=True)
    (cache / "releases" / "user_saml-8.2.0.tar.gz").touch()
    found = hosts.find_app("user_saml")
    assert [str(path.relative_to(cache)) for path in found] == [
        "releases/user_saml-8.2.0.tar.gz",
        "apps/user_saml",
        "apps-28/user_saml",
    ]
    monkeypatch.setenv("NEXTCLOUD_ARCHIVES", str(cache / "apps"))
    assert hosts.find_app("user_saml") == [cache / "apps" / "user_saml"]


def tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "tools" / name), *arguments], capture_output=True, text=True, check=False, env=dict(os.environ)
    )


@pytest.fixture
def php(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PHP 8.2 without the extension gd, and a user that may not install packages."""
    program = tmp_path / "php"
    program.write_text(
        f'#!/bin/sh\n[ "$1" = -r ] && printf {PHP_8_2} && exit\nprintf "%s\\n" curl mbstring zip intl bcmath gmp\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    monkeypatch.setenv("PHP", str(program))
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "id").write_text("#!/bin/sh\necho 1000\n", encoding="utf-8")
    (programs / "id").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")


@pytest.mark.usefixtures("php")
def test_extensions_are_needed_for_real_releases_alone(tmp_path: Path) -> None:
    assert tool("need", "releases:real").returncode == 0
    folder = tmp_path / "cache" / "secsign-nextcloud" / "releases"
    make_tree(folder / "19.0.12", "19.0.12", 70200, 70500)
    assert tool("need", "releases:real").returncode == 0
    assert (
        tool("releases", "--line").stdout
        == "real releases: none; left out: 19.0.12: needs PHP older than 7.5, this is 8.2\n"
    )
    make_tree(folder / "34.0.1", "34.0.1")
    assert tool("releases").stdout == f"{folder / '34.0.1'}\n"
    done = tool("need", "releases:real")
    assert done.returncode == 1 and "php-gd" in done.stderr
