# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import os
import random
import re
import stat
import subprocess
import sys
import tarfile
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paths import ROOT

from ansible_collections.secsign.nextcloud.plugins.module_utils._app import package as package_module
from ansible_collections.secsign.nextcloud.plugins.module_utils._app.package import Package, read_package
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.info_xml import (
    AppInfo,
    PackageError,
    fits,
    parse_info,
)

APP = "secsignid"
INFO = b"""<?xml version="1.0"?>
<info>
  <id>secsignid</id>
  <version>0.3.3</version>
  <dependencies><nextcloud min-version="17" max-version="20"/></dependencies>
</info>
"""
FILES: dict[str, bytes] = {
    "appinfo/info.xml": INFO,
    "lib/Provider.php": b"<?php\nclass Provider {}\n",
    "css/empty.css": b"",
}
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "tar": bytes,
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
}


def member(name: str, data: bytes = b"", **fields: Any) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for key, value in fields.items():
        setattr(info, key, value)
    return info, data


def tar_of(members: list[tuple[tarfile.TarInfo, bytes]], tar_format: int = tarfile.PAX_FORMAT) -> bytes:
    """An archive that ends with its end marker: without the padding that tarfile adds, so that each byte counts."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tar_format) as archive:
        for info, data in members:
            archive.addfile(info, io.BytesIO(data))
        end = archive.offset
    return stream.getvalue()[:end] + bytes(1024)


def app_tar(files: dict[str, bytes] = FILES, top: str = APP + "/", **kwargs: Any) -> bytes:
    return tar_of([member(top + path, data) for path, data in files.items()], **kwargs)


def zip_of(entries: list[tuple[Any, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for entry, data in entries:
            archive.writestr(entry, data)
    return stream.getvalue()


def named(value: Any) -> str | None:
    """The id of a case: pytest would print a whole archive."""
    return "bytes" if isinstance(value, bytes) else None


def edited_header(name: str, edits: dict[int, bytes]) -> bytes:
    """A tar header that tarfile itself would not write, with a correct checksum."""
    header = bytearray(member(name)[0].tobuf(tarfile.GNU_FORMAT))
    for at, data in {**edits, 148: b" " * 8}.items():
        header[at : at + len(data)] = data
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


def app_zip(files: dict[str, bytes] = FILES, top: str = APP + "/", **kwargs: Any) -> bytes:
    return zip_of([(top + path, data) for path, data in files.items()], **kwargs)


def zip_entry(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    return entry


def fill(folder: str, files: dict[str, bytes] = FILES) -> str:
    for path, data in files.items():
        target = os.path.join(folder, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as stream:
            stream.write(data)
    return folder


def read(blob: bytes, **kwargs: Any) -> Package:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "package")
        with open(path, "wb") as stream:
            stream.write(blob)
        return read_package(path, APP, **kwargs)


def content(package: Package) -> dict[str, bytes]:
    return {file.path: file.data for file in package.files}


def info_xml(inside: str = "", app_id: str = APP, version: str = "1.0.0") -> bytes:
    return f"<info><id>{app_id}</id><version>{version}</version>{inside}</info>".encode()


# --- fits -------------------------------------------------------------------------------------------------------------

# What lib/private/App/DependencyAnalyzer.php of Nextcloud 34.0.1 answered.
RECORDED: list[tuple[str, str | None, str | None, bool]] = [
    ("34.0.1.2", "34", "34", True),
    ("34.0.1.2", "30.0.2", "34", True),
    ("34.0.1.2", "17", "20", False),
    ("20.0.14.2", "17", "20", True),
    ("21.0.0.18", "17", "20", False),
    ("16.0.11.1", "17", "20", False),
    ("30.0.1.2", "30.0.2", None, False),
    ("30.0.2.1", "30.0.2", None, True),
    ("34.0.1.2", None, "34.0", True),
    ("34.0.1.2", None, "34.0.0", False),
    ("34.0.1.2", None, "34.0.1", True),
    ("34.1.0.0", None, "34.0", False),
    ("34", "34.0.5", None, True),
    ("9.1.0", "10", None, False),
    ("10.0.0", "9", None, True),
    ("34.0.1.2", None, None, True),
    ("8.2.36", "8.1", None, True),
    ("8.2.36", "8.3", None, False),
    ("7.4.33", "7.2", "7.4", True),
    ("8.0.0", "7.2", "7.4", False),
    ("7.4.3-4ubuntu2.18", "7.4.3", "7.4", True),
    ("7.4.3-4ubuntu2.18", None, "7.4.3", False),
    ("8.3.0RC1", "8.3.0", None, False),
    ("8.3.0RC1", "8.3", None, True),
    ("8.3.0-dev", "8.3.0RC1", None, False),
    ("8.3.0alpha2", None, "8.3.0beta1", True),
    ("8.3.0alpha1", "8.3.0-dev", None, True),
    ("8.3.0b1", "8.3.0a9", None, True),
    ("8.3.0rc2", "8.3.0RC1", None, True),
    ("8.3.0pl1", "8.3.0", None, True),
    ("8.3.0pl1", "8.3.0.1", None, True),
    ("8.3.0alpha", None, "8.3.0-dev", False),
    ("8.3.0beta1", "8.3.0RC1", None, False),
    ("8.3.0rc1", "8.3.0RC1", "8.3.0RC1", True),
    ("8.3.0pl1", "8.3.0-1", None, True),
    ("8.3.0foo", "8.3.0-dev", None, False),
    ("8.2.7-1+0~20230620.62", "8.2.7", None, True),
    ("34.00.1", "34.0.1", "34.0.1", True),
    ("34.0.1.2", None, "", False),
    ("34.0.1.2", "", None, True),
]


@pytest.mark.parametrize("version, minimum, maximum, expected", RECORDED)
def test_fits_answers_like_nextcloud(version: str, minimum: str | None, maximum: str | None, expected: bool) -> None:
    assert fits(version, minimum, maximum) is expected


def reference_fits(version: list[int], minimum: list[int] | None, maximum: list[int] | None) -> bool:
    for bound, wrong_side in ((minimum, -1), (maximum, 1)):
        for have, want in zip(version, bound or []):
            if have != want:
                if (have - want) * wrong_side > 0:
                    return False
                break
    return True


NUMBERS = st.lists(st.sampled_from([0, 1, 2, 9, 10, 30, 34]), min_size=1, max_size=4)


@settings(deadline=None)
@given(NUMBERS, st.none() | NUMBERS, st.none() | NUMBERS)
def test_fits_equals_the_reference(version: list[int], minimum: list[int] | None, maximum: list[int] | None) -> None:
    def text(numbers: list[int] | None) -> str | None:
        return None if numbers is None else ".".join(map(str, numbers))

    assert fits(text(version) or "", text(minimum), text(maximum)) is reference_fits(version, minimum, maximum)


@settings(deadline=None)
@given(st.text(max_size=12), st.text(max_size=12))
def test_any_two_texts_can_be_compared_and_one_side_holds(left: str, right: str) -> None:
    assert fits(left, right, None) or fits(left, None, right)
    assert fits(left, left, left)


# --- parse_info -------------------------------------------------------------------------------------------------------


def test_info_is_read_completely() -> None:
    info = parse_info(b"""\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>
        <info xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
          <id>twofactor_secsign</id><name>SecSign \xc3\xa4</name>
          <version>1.2.3-beta.1</version><namespace> TwoFactorSecSign </namespace>
          <types><!-- loaded early --><authentication/><prelogin/></types>
          <dependencies>
            <php min-version="8.1" max-version="8.4"/><database>mysql</database><database> pgsql </database><database/>
            <lib>curl</lib><lib min-version="3">openssl</lib><owncloud min-version="9" max-version="10"/>
            <nextcloud min-version="28" max-version="34"/>
          </dependencies>
          <two-factor-providers><provider>OCA\\TwoFactorSecSign\\Provider\\SecSign</provider></two-factor-providers>
        </info>""")
    assert info == AppInfo(
        app_id="twofactor_secsign",
        version="1.2.3-beta.1",
        nextcloud_min="28",
        nextcloud_max="34",
        php_min="8.1",
        php_max="8.4",
        databases=("mysql", "pgsql"),
        libs=("curl", "openssl"),
        two_factor_providers=("OCA\\TwoFactorSecSign\\Provider\\SecSign",),
        namespace="TwoFactorSecSign",
        types=("authentication", "prelogin"),
    )


def test_info_with_nothing_optional() -> None:
    assert parse_info(info_xml()) == AppInfo(APP, "1.0.0", None, None, None, None, (), (), (), "Secsignid", ())


@pytest.mark.parametrize(
    "dependencies, expected",
    [
        ('<owncloud min-version="9" max-version="10"/>', ("9", "10")),
        (
            '<owncloud max-version="10"/><nextcloud min-version="28"/>',
            ("28", "10"),
        ),  # Nextcloud falls back for each bound on its own
        ('<nextcloud min-version="28"/>', ("28", None)),
    ],
)
def test_the_declared_range(dependencies: str, expected: tuple[str | None, str | None]) -> None:
    info = parse_info(info_xml(f"<dependencies>{dependencies}</dependencies>"))
    assert (info.nextcloud_min, info.nextcloud_max) == expected


DOCTYPE = b'<!DOCTYPE info [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    "xml, message",
    [
        (DOCTYPE + info_xml("<name>&b;</name>"), "DOCTYPE"),
        (b'<!DOCTYPE info SYSTEM "file:///etc/passwd">' + info_xml(), "DOCTYPE"),
        (b'<?xml version="1.0"?><!ENTITY a "b">' + info_xml(), "entity"),
        ((DOCTYPE + info_xml()).decode().encode("utf-16"), "UTF-8"),
        ((DOCTYPE + info_xml()).decode().encode("utf-16-be"), "NUL"),
        ((DOCTYPE + info_xml()).decode().encode("utf-16-le"), "NUL"),
        (b"", "not well-formed"),
        (b"<html><body>404</body>", "not well-formed"),
        (b"<html></html>", "starts with <'html'>"),
        (info_xml("<name>\x00</name>"), "not well-formed"),
        (info_xml("<name>&undefined;</name>"), "not well-formed"),
        (info_xml()[:-3], "not well-formed"),
        (info_xml(" " * (1024 * 1024 + 1 - len(info_xml()))), "larger than 1048576 bytes"),
        (b"<info><version>1.0</version></info>", "<id> ''"),
        (b"<info><id>secsignid</id></info>", "<version> ''"),
        (info_xml(version=""), "<version> ''"),
        (info_xml(version="../../x"), "'../../x', which is not a version number"),
        (info_xml(version="1.0\n"), "not a version number"),
        (info_xml('<dependencies><nextcloud max-version=""/></dependencies>'), "max-version '' for nextcloud"),
        (info_xml('<dependencies><php min-version="&gt;=8"/></dependencies>'), "min-version '>=8' for php"),
    ],
    ids=named,
)
def test_info_is_refused(xml: bytes, message: str) -> None:
    with pytest.raises(PackageError, match=re.escape(message)):
        parse_info(xml)


def test_info_may_be_as_large_as_its_limit() -> None:
    assert parse_info(info_xml(" " * (1024 * 1024 - len(info_xml())))).version == "1.0.0"


def test_a_declared_encoding_is_not_followed() -> None:
    xml = b'<?xml version="1.0" encoding="iso-8859-1"?>' + info_xml("<namespace>\u00c4</namespace>")
    assert parse_info(xml).namespace == "\u00c4"


@pytest.mark.parametrize("app_id", ["a", "a_1", "a" * 64])
def test_app_id_is_accepted(app_id: str) -> None:
    assert parse_info(info_xml(app_id=app_id)).app_id == app_id


@pytest.mark.parametrize(
    "app_id", ["", "A", "1a", "_a", "a-b", "a.b", "a/b", "..", "a\n", " a", "\u00e4", "a\u0663", "a" * 65]
)
def test_app_id_is_refused(app_id: str) -> None:
    with pytest.raises(PackageError, match="<id>"):
        parse_info(info_xml(app_id=app_id))


@settings(deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: info_xml(text)))
def test_no_input_raises_anything_else(xml: bytes) -> None:
    try:
        assert parse_info(xml).app_id
    except PackageError as error:
        assert "info.xml" in str(error)


# --- what is read -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("compression", COMPRESS)
@pytest.mark.parametrize("tar_format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_each_kind_of_tar(compression: str, tar_format: int) -> None:
    package = read(COMPRESS[compression](app_tar(tar_format=tar_format)))
    assert content(package) == FILES
    assert package.info.version == "0.3.3"
    assert package.size == sum(map(len, FILES.values()))
    assert [file.path for file in package.files] == ["appinfo/info.xml", "css/empty.css", "lib/Provider.php"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_each_kind_of_zip(method: int) -> None:
    assert content(read(app_zip(method=method))) == FILES


def test_a_folder_has_any_name_and_loses_only_top_level_leftovers(tmp_path: Any) -> None:
    kept = {**FILES, "lib/node_modules/kept.js": b"1", "lib/.git": b"2", ".gitignore": b"3"}
    fill(str(tmp_path), {**kept, ".git/config": b"x", "node_modules/a/b.js": b"y"})
    assert content(read_package(str(tmp_path), APP)) == kept
    (tmp_path / ".git" / "config").unlink()
    (tmp_path / ".git").rmdir()
    (tmp_path / ".git").symlink_to("/")  # a worktree's .git is not a folder either
    assert content(read_package(str(tmp_path), APP)) == kept


def test_a_folder_loses_its_tests_unless_it_is_signed(tmp_path: Any) -> None:
    kept = {**FILES, "lib/tests/kept.php": b"1"}
    fill(str(tmp_path), {**kept, "tests/Test.php": b"x"})
    assert content(read_package(str(tmp_path), APP)) == kept
    signed = {**kept, "tests/Test.php": b"x", "appinfo/signature.json": b"{}"}
    fill(str(tmp_path), signed)
    assert content(read_package(str(tmp_path), APP)) == signed
    assert "tests/Test.php" in content(read(app_tar({**FILES, "tests/Test.php": b"x"})))


def test_an_installed_folder_equals_the_archive_that_shipped_leftovers(tmp_path: Any) -> None:
    shipped = read(app_tar({**FILES, "node_modules/a.js": b"a"}))
    assert "node_modules/a.js" in content(shipped)
    fill(str(tmp_path), content(shipped))
    assert read_package(str(tmp_path), APP).digest == shipped.digest


def test_the_source_may_be_a_link(tmp_path: Any) -> None:
    fill(str(tmp_path / "real"))
    (tmp_path / "link").symlink_to("real")
    assert content(read_package(str(tmp_path / "link"), APP)) == FILES


def test_entries_that_carry_no_file_are_ignored(tmp_path: Any) -> None:
    folders = [
        member(name, type=tarfile.DIRTYPE, mode=0o2775)
        for name in ("./", "./secsignid/", "./secsignid/lib/", "./secsignid/bare")
    ]
    litter = [
        member(name, b"x") for name in ("./._secsignid", "./secsignid/lib/._Provider.php", "__MACOSX/secsignid/x")
    ]
    files = [member("./secsignid/" + path, data) for path, data in FILES.items()]
    assert content(read(tar_of(folders + litter + files))) == FILES

    entries: list[tuple[Any, bytes]] = [
        ("secsignid/", b""),
        ("secsignid/lib/", b""),
        (zip_entry("secsignid/css", stat.S_IFDIR | 0o755), b""),
    ]
    entries += [
        (zip_entry("secsignid/js/", stat.S_IFREG | 0o644), b""),
        (zip_entry("secsignid/img/", 0), b""),
        ("__MACOSX/secsignid/._x", b"x"),
    ]
    assert content(read(zip_of(entries + [("secsignid/" + path, data) for path, data in FILES.items()]))) == FILES

    fill(str(tmp_path), {**FILES, "lib/._Provider.php": b"x", "__MACOSX/x": b"x"})
    assert content(read_package(str(tmp_path), APP)) == FILES


def test_pax_headers_are_no_files() -> None:
    stream = io.BytesIO()
    with tarfile.open(
        fileobj=stream, mode="w", format=tarfile.PAX_FORMAT, pax_headers={"comment": "0123abcd"}
    ) as archive:
        for path, data in FILES.items():
            info, _ = member(f"{APP}/{path}", data, pax_headers={"SCHILY.xattr.user.a": "b"}, mtime=1.5)
            archive.addfile(info, io.BytesIO(data))
    assert content(read(gzip.compress(stream.getvalue()))) == FILES


@pytest.mark.parametrize(
    "mode, expected", [(0o600, 0o644), (0o666, 0o644), (0o700, 0o755), (0o777, 0o755), (0o645, 0o755), (0o1644, 0o644)]
)
def test_modes_are_one_of_two(tmp_path: Any, mode: int, expected: int) -> None:
    def mode_of(package: Package) -> int:
        return {file.path: file.mode for file in package.files}["bin/run"]

    assert (
        mode_of(read(tar_of([member(f"{APP}/appinfo/info.xml", INFO), member(f"{APP}/bin/run", b"", mode=mode)])))
        == expected
    )
    assert (
        mode_of(
            read(zip_of([(f"{APP}/appinfo/info.xml", INFO), (zip_entry(f"{APP}/bin/run", stat.S_IFREG | mode), b"")]))
        )
        == expected
    )
    fill(str(tmp_path), {**FILES, "bin/run": b""})
    (tmp_path / "bin" / "run").chmod(mode)
    assert mode_of(read_package(str(tmp_path), APP)) == expected


@pytest.mark.parametrize(
    "name, utf8", [("\u00e4\u20ac.txt".encode(), True), ("\u00e4\u00f6\u00fc.txt".encode("latin-1"), False)], ids=named
)
def test_a_zip_whose_names_do_not_say_that_they_are_utf8(name: bytes, utf8: bool) -> None:
    stand_in = "Q" * len(name)
    blob = zip_of([(f"{APP}/appinfo/info.xml", INFO), (f"{APP}/{stand_in}", b"1")]).replace(stand_in.encode(), name)
    if utf8:
        assert name.decode() in content(read(blob))
    else:
        with pytest.raises(PackageError, match="not a plain relative path in UTF-8"):
            read(blob)


def test_a_zip_without_unix_modes() -> None:
    assert {
        file.mode
        for file in read(zip_of([(zip_entry(f"{APP}/{path}", 0), data) for path, data in FILES.items()])).files
    } == {0o644}


def test_owners_in_the_archive_do_not_matter() -> None:
    foreign = tar_of([member(f"{APP}/{path}", data, uid=4711, gid=0, uname="mallory") for path, data in FILES.items()])
    assert read(foreign) == read(app_tar())


# --- the digest -------------------------------------------------------------------------------------------------------


def test_the_digest_is_stable() -> None:
    """A change of the recipe would make every installed app look modified."""
    recipe = hashlib.sha256()
    for path in sorted(FILES):
        recipe.update(f"{len(path)}:{len(FILES[path])}:{path}".encode() + FILES[path])
    digest = read(app_tar()).digest
    assert digest == recipe.hexdigest() == "b762a05e1462b67ddbacfdf87f4e74edcc6f7c50ffcfe4e6be5e5b9340944e85"
    assert read(app_tar(dict(reversed(list(FILES.items()))))).digest == digest
    assert (
        read(tar_of([member(f"{APP}/{path}", data, mode=0o755, mtime=7) for path, data in FILES.items()])).digest
        == digest
    )


@pytest.mark.parametrize(
    "one, other",
    [
        ({"a": b"1"}, {"a": b"2"}),
        ({"a": b"1"}, {"b": b"1"}),
        ({"a": b""}, {}),
        ({"a": b"bc"}, {"ab": b"c"}),
        ({"a": b"1", "b": b"2"}, {"a": b"2", "b": b"1"}),
        ({"a": b"1", "b": b""}, {"a": b"", "b": b"1"}),
    ],
)
def test_the_digest_tells_contents_apart(one: dict[str, bytes], other: dict[str, bytes]) -> None:
    assert read(app_tar({**FILES, **one})).digest != read(app_tar({**FILES, **other})).digest


PART = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="/\\\0"), min_size=1, max_size=8).filter(
    lambda part: part not in (".", "..", "__MACOSX", ".git", "node_modules", "tests") and not part.startswith("._")
)
PATHS = st.lists(PART, min_size=1, max_size=4).map("/".join)


@st.composite
def apps(draw: Any) -> dict[str, bytes]:
    files = dict(FILES)
    for path, data in draw(st.dictionaries(PATHS, st.binary(max_size=600), max_size=5)).items():
        # A name cannot be a file and a folder at once.
        if not any((path + "/").startswith(other + "/") or (other + "/").startswith(path + "/") for other in files):
            files[path] = data
    return files


@settings(deadline=None)
@given(
    apps(), st.sampled_from(sorted(COMPRESS)), st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]), st.booleans()
)
def test_tar_zip_and_folder_of_one_content_are_one_package(
    files: dict[str, bytes], compression: str, tar_format: int, dotted: bool
) -> None:
    top = "./secsignid/" if dotted else "secsignid/"
    packages = [read(COMPRESS[compression](app_tar(files, top, tar_format=tar_format))), read(app_zip(files, top))]
    with tempfile.TemporaryDirectory() as folder:
        packages.append(read_package(fill(folder, files), APP))
    assert [content(package) for package in packages] == [files] * 3
    assert len({package.digest for package in packages}) == 1


# --- what is refused --------------------------------------------------------------------------------------------------

BAD_NAMES = [
    "/etc/passwd",
    "//secsignid/x",
    "../x",
    "secsignid/../x",
    "secsignid/lib/../../x",
    "secsignid/..",
    "..",
    "secsignid//x",
    "secsignid/./x",
    ".//secsignid/x",
    "././secsignid/x",
    "secsignid\\x",
    "secsignid/..\\x",
    "secsignid/a\0b",
    "\\\\host\\share",
    "secsignid/\udcff",
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_unsafe_names_in_a_tar(name: str) -> None:
    # Only an extended header can carry a NUL, and no extended header can carry what is not UTF-8.
    fields: dict[str, Any] = {"pax_headers": {"path": name}} if "\0" in name else {}
    blob = tar_of(
        [member("x" if fields else name, b"x", **fields)], tarfile.PAX_FORMAT if fields else tarfile.GNU_FORMAT
    )
    with pytest.raises(PackageError, match="not a plain relative path"):
        read(blob)


@pytest.mark.parametrize("name", [name for name in BAD_NAMES if "\udcff" not in name])
def test_unsafe_names_in_a_zip(name: str) -> None:
    stand_in = name.replace("\0", "\x01").replace("\\", "\x02")  # zipfile would not write these
    blob = zip_of([(stand_in, b"x")]).replace(stand_in.encode(), name.encode())
    with pytest.raises(PackageError, match="not a plain relative path"):
        read(blob)


@pytest.mark.parametrize("name", [b"a\\b", b"\xff"])
def test_unsafe_names_in_a_folder(tmp_path: Any, name: bytes) -> None:
    fill(str(tmp_path))
    with open(os.path.join(os.fsencode(str(tmp_path)), name), "wb"):
        pass
    with pytest.raises(PackageError, match="not a plain relative path"):
        read_package(str(tmp_path), APP)


@settings(deadline=None)
@given(st.text(st.sampled_from("./a\\\0s") | st.characters(), max_size=12))
def test_every_admitted_path_stays_below_the_folder(name: str) -> None:
    contents = package_module._Contents(APP, 10, 10)
    try:
        path = contents.admit(f"{APP}/{name}", False)
    except PackageError:
        return
    if path is not None:
        path.encode("utf-8")
        assert path == name
        assert os.path.normpath(os.path.join("/base", path)) == "/base/" + path
        assert "\\" not in path and "\0" not in path


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}, "symbolic link"),
        ({"type": tarfile.SYMTYPE, "linkname": "info.xml"}, "symbolic link"),
        ({"type": tarfile.LNKTYPE, "linkname": "secsignid/appinfo/info.xml"}, "hard link"),
        ({"type": tarfile.CHRTYPE}, "device"),
        ({"type": tarfile.BLKTYPE}, "device"),
        ({"type": tarfile.FIFOTYPE}, "pipe"),
        ({"type": b"V"}, "special file"),
        ({"pax_headers": {"GNU.sparse.map": "0,0", "GNU.sparse.size": "999"}}, "special file"),
        ({"mode": 0o4755}, "setuid"),
        ({"mode": 0o2755}, "setgid"),
    ],
)
def test_only_plain_files_in_a_tar(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(PackageError, match=f"'bin/x'.*{message}"):
        read(tar_of([member(f"{APP}/appinfo/info.xml", INFO), member(f"{APP}/bin/x", **fields)]))


@pytest.mark.parametrize(
    "name, mode, message",
    [
        ("x", stat.S_IFLNK | 0o777, "symbolic link"),
        ("x/", stat.S_IFLNK | 0o777, "not a plain relative path"),
        ("x", stat.S_IFIFO | 0o644, "pipe"),
        ("x", stat.S_IFCHR | 0o644, "device"),
        ("x", stat.S_IFREG | 0o4755, "setuid"),
        ("x", 0o2755, "setgid"),
    ],
)
def test_only_plain_files_in_a_zip(name: str, mode: int, message: str) -> None:
    with pytest.raises(PackageError, match=message):
        read(zip_of([(f"{APP}/appinfo/info.xml", INFO), (zip_entry(f"{APP}/{name}", mode), b"/etc/passwd")]))


def test_only_plain_files_in_a_folder(tmp_path: Any) -> None:
    fill(str(tmp_path))
    odd = tmp_path / "lib" / "odd"
    for make, message in (
        (lambda: odd.symlink_to("Provider.php"), "'lib/odd', which is a symbolic link"),
        (lambda: odd.symlink_to("/etc"), "'lib/odd', which is a symbolic link"),
        (lambda: odd.symlink_to("nowhere"), "'lib/odd', which is a symbolic link"),
        (lambda: os.mkfifo(str(odd)), "'lib/odd', which is a device, pipe"),
        (lambda: (odd.touch(), odd.chmod(0o4755)), "'lib/odd' with the setuid"),
    ):
        make()
        with pytest.raises(PackageError, match=message):
            read_package(str(tmp_path), APP)
        odd.unlink()
    assert content(read_package(str(tmp_path), APP)) == FILES


def test_a_link_put_into_a_folder_while_it_is_read_is_not_followed(tmp_path: Any, monkeypatch: Any) -> None:
    fill(str(tmp_path / "app"))
    (tmp_path / "secret").write_bytes(b"secret")
    real_open = os.open

    def swap_then_open(path: Any, *args: Any, **kwargs: Any) -> int:
        if str(path).endswith("Provider.php"):
            os.unlink(path)
            os.symlink(str(tmp_path / "secret"), path)
        return real_open(path, *args, **kwargs)

    monkeypatch.setattr(package_module.os, "open", swap_then_open)
    with pytest.raises(PackageError, match="cannot be read"):
        read_package(str(tmp_path / "app"), APP)


GOOD = (f"{APP}/appinfo/info.xml", INFO)
LAYOUTS: dict[str, tuple[list[tuple[str, bytes]], str]] = {
    "twice": ([GOOD, (f"{APP}/a", b"1"), (f"{APP}/a", b"1")], "'a' twice"),
    "twice, once with a dot": ([GOOD, (f"{APP}/a", b"1"), (f"./{APP}/a", b"1")], "'a' twice"),
    "file and folder": ([GOOD, (f"{APP}/a", b"1"), (f"{APP}/a/b/c", b"1")], "'a' both as a file and as a folder"),
    "folder and file": ([GOOD, (f"{APP}/a/b/c", b"1"), (f"{APP}/a/b", b"1")], "'a/b' both as a file and as a folder"),
    "second top folder": (
        [GOOD, ("other/a", b"1")],
        "contains 'other/a', but its only top-level entry must be the folder 'secsignid'",
    ),
    "top folder with a version": ([("secsignid-0.3.3/appinfo/info.xml", INFO)], "must be the folder 'secsignid'"),
    "top folder in other case": ([("SecSignID/appinfo/info.xml", INFO)], "must be the folder 'secsignid'"),
    "no top folder": ([("appinfo/info.xml", INFO)], "must be the folder 'secsignid'"),
    "file beside": ([GOOD, ("README.md", b"1")], "contains 'README.md', but"),
    "file in place of the folder": ([(APP, b"1")], "must be the folder 'secsignid'"),
    "no info.xml": ([(f"{APP}/lib/a.php", b"1")], "has no appinfo/info.xml"),
    "info.xml too deep": ([(f"{APP}/{APP}/appinfo/info.xml", INFO)], "has no appinfo/info.xml"),
    "other app": ([(f"{APP}/appinfo/info.xml", info_xml(app_id="other"))], "app id 'other' and not 'secsignid'"),
    "bad info.xml": ([(f"{APP}/appinfo/info.xml", DOCTYPE + INFO)], "DOCTYPE"),
    "nothing": ([], "has no appinfo/info.xml"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_layouts_that_are_no_app(layout: str, kind: str) -> None:
    entries, message = LAYOUTS[layout]
    blob = tar_of([member(name, data) for name, data in entries]) if kind == "tar" else zip_of(list(entries))
    with pytest.raises(PackageError, match=re.escape(message)):
        read(blob)


def test_a_folder_entry_at_a_files_place() -> None:
    with pytest.raises(PackageError, match="'a' both as a file and as a folder"):
        read(tar_of([member(*GOOD), member(f"{APP}/a", b"1"), member(f"{APP}/a", type=tarfile.DIRTYPE)]))


def test_a_foreign_top_folder_without_files() -> None:
    with pytest.raises(PackageError, match="contains 'other', but"):
        read(tar_of([member(*GOOD), member("other", type=tarfile.DIRTYPE)]))


def test_encrypted_zip() -> None:
    blob = bytearray(zip_of([GOOD]))
    blob[6] |= 1  # flags in the local header
    blob[blob.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    with pytest.raises(PackageError, match=r"'appinfo/info.xml' in it is encrypted"):
        read(bytes(blob))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_zip_methods_without_a_limit(method: int) -> None:
    with pytest.raises(PackageError, match=f"uses the zip method {method}"):
        read(app_zip(method=method))


# --- limits -----------------------------------------------------------------------------------------------------------

KINDS = ["tar", "gz", "bz2", "xz", "zip", "folder"]


def read_as(kind: str, files: dict[str, bytes], **kwargs: Any) -> Package:
    if kind != "folder":
        return read(app_zip(files) if kind == "zip" else COMPRESS[kind](app_tar(files)), **kwargs)
    with tempfile.TemporaryDirectory() as folder:
        return read_package(fill(folder, files), APP, **kwargs)


@pytest.mark.parametrize("kind", KINDS)
def test_max_bytes_is_exact(kind: str) -> None:
    size = sum(map(len, FILES.values()))
    assert read_as(kind, FILES, max_bytes=size).size == size
    with pytest.raises(PackageError, match=f"unpacks to more than {size - 1} bytes"):
        read_as(kind, FILES, max_bytes=size - 1)


@pytest.mark.parametrize("kind", ["tar", "zip", "folder"])
def test_max_files_is_exact(kind: str) -> None:
    entries = 3 if kind != "folder" else 6  # an archive need not list its folders
    assert content(read_as(kind, FILES, max_files=entries)) == FILES
    with pytest.raises(PackageError, match=f"contains more than {entries - 1} files and folders"):
        read_as(kind, FILES, max_files=entries - 1)


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", "zip"])
def test_a_bomb_is_not_unpacked(kind: str) -> None:
    files = {**FILES, "bomb": bytes(64 * 1024 * 1024)}
    blob = app_zip(files) if kind == "zip" else COMPRESS[kind](app_tar(files))
    del files
    tracemalloc.start()
    try:
        with pytest.raises(PackageError, match="Check where the package comes from"):
            read(blob, max_bytes=1024 * 1024, max_files=10)
        assert tracemalloc.get_traced_memory()[1] < 16 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_package_just_below_the_limit_may_have_many_small_files() -> None:
    files = {**FILES, **{f"lib/{'x' * 150}{number}.php": b"1" for number in range(50)}}
    size = sum(map(len, files.values()))
    assert read(app_tar(files, tar_format=tarfile.PAX_FORMAT), max_bytes=size, max_files=len(files)).size == size


@pytest.mark.parametrize("declared", [0, 5, 1 << 20])
def test_a_zip_that_lies_about_a_size(declared: int) -> None:
    data = random.Random(1).getrandbits(8 * 4096).to_bytes(4096, "big")
    blob = bytearray(zip_of([GOOD, (f"{APP}/x", data)]))
    at = blob.rindex(b"PK\x01\x02") + 24
    blob[at : at + 4] = declared.to_bytes(4, "little")
    try:
        assert content(read(bytes(blob), max_bytes=8192))["x"] == data
    except PackageError as error:
        assert "not a complete tar or zip archive" in str(error)


@pytest.mark.parametrize("name", [f"{APP}/x", f"{APP}/._x"])
@pytest.mark.parametrize("size", [-512, -1024, -1])
def test_a_tar_that_goes_back_does_not_loop(name: str, size: int) -> None:
    header = edited_header(
        name, {124: (256**12 + size).to_bytes(13, "big")[1:]}
    )  # base 256, as GNU tar writes huge numbers
    with pytest.raises(PackageError, match="not a complete tar or zip archive"):
        read(header + app_tar(), max_files=100)


def test_a_long_chain_of_extended_headers() -> None:
    with pytest.raises(PackageError, match="not a complete tar or zip archive"):
        read(edited_header("x", {156: b"L"}) * 5000 + app_tar())


# --- damage -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["tar", "gz", "bz2", "xz", "zip"])
def test_every_truncation_is_noticed(tmp_path: Any, kind: str) -> None:
    # A stored zip in it is what a search for the directory could mistake for the whole.
    files = {**FILES, "docs/inner.zip": app_zip(method=zipfile.ZIP_STORED)}
    tar = app_tar(files)
    blob = app_zip(files, method=zipfile.ZIP_STORED) if kind == "zip" else COMPRESS[kind](tar)
    whole = read(blob)
    path = tmp_path / "package"
    path.write_bytes(blob)
    refused = 0
    for length in range(len(blob) - 1, -1, -1):
        os.truncate(str(path), length)
        try:
            # The second half of a tar's end marker may be missing: nothing of the app is.
            assert read_package(str(path), APP) == whole
        except PackageError:
            refused += 1
    assert refused == len(blob) - (512 if kind == "tar" else 0)


def test_a_tar_cut_between_two_files() -> None:
    blob = app_tar()
    last = blob.index(b"secsignid/css/empty.css")
    assert read(blob[:last] + bytes(1024)).digest != read(blob).digest
    with pytest.raises(PackageError, match="the end of the archive is missing"):
        read(blob[:last])


def test_a_broken_header_is_not_the_end_of_a_tar() -> None:
    blob = bytearray(app_tar())
    last = blob.index(b"secsignid/css/empty.css")
    blob[last + 1] ^= 0xFF
    with pytest.raises(PackageError, match="the end of the archive is missing"):
        read(bytes(blob))
    blob[last - 512 : last + 512] = bytes(1024)  # a block that reads as the end while more follows
    with pytest.raises(PackageError):
        read(bytes(blob[: last + 512]) + app_tar())


def test_a_zip_with_something_before_it() -> None:
    with pytest.raises(PackageError, match="does not belong to the archive's beginning"):
        read(zip_of([GOOD])[:40] + app_zip())


@pytest.mark.parametrize(
    "blob",
    [b"", b"\x1f", bytes(511), b"<html></html>" * 99, b"Rar!\x1a\x07\x00" + bytes(600), gzip.compress(b"text")],
    ids=named,
)
def test_what_is_no_archive(blob: bytes) -> None:
    with pytest.raises(PackageError, match=r"not a complete tar or zip archive.*Download the archive again"):
        read(blob)


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", "zip"])
def test_a_changed_checksum_or_content_is_noticed(kind: str) -> None:
    files = {**FILES, "lib/noise": random.Random(2).getrandbits(8 * 2000).to_bytes(2000, "big")}
    blob = bytearray(app_zip(files) if kind == "zip" else COMPRESS[kind](app_tar(files)))
    blob[len(blob) // 2] ^= 0x10
    with pytest.raises(PackageError, match="not a complete tar or zip archive"):
        read(bytes(blob))


def edited_zip(edits: dict[int, bytes]) -> bytes:
    """A zip archive whose second directory entry is edited."""
    blob = bytearray(zip_of([GOOD, (f"{APP}/\u00e4", b"1")]))
    for at, data in edits.items():
        at += blob.rindex(b"PK\x01\x02")
        blob[at : at + len(data)] = data
    return bytes(blob)


@pytest.mark.parametrize(
    "blob, cause",
    [
        (
            edited_header(f"{APP}/._x", {124: b"\x80" + b"\x7f" * 11}) + app_tar(),
            OverflowError,
        ),  # a size beyond any memory
        (edited_header(f"{APP}/x", {156: b"S", 482: b"\x01"}), IndexError),  # a sparse file whose map is missing
        (tar_of([member(f"{APP}/x", pax_headers={"GNU.sparse.map": "a,b", "GNU.sparse.size": "1"})]), ValueError),
        (edited_zip({6: b"\xff"}), NotImplementedError),  # needs a version of zip that does not exist
        (
            edited_zip({46 + len(APP) + 1: b"\xff\xff"}),
            UnicodeDecodeError,
        ),  # its name is not the UTF-8 that it claims to be
    ],
    ids=named,
)
def test_whatever_the_archive_modules_raise(blob: bytes, cause: type) -> None:
    with pytest.raises(PackageError, match="not a complete tar or zip archive") as caught:
        read(blob)
    error = caught.value.__cause__
    assert error is not None and isinstance(error.__cause__, cause)


def test_an_error_without_a_text_is_named(monkeypatch: Any) -> None:
    def fail(*args: Any) -> None:
        raise EOFError

    monkeypatch.setattr(package_module, "_read_zip", fail)
    with pytest.raises(PackageError, match=re.escape("(EOFError)")):
        read(app_zip())


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(["tar", "gz", "bz2", "xz", "zip"]),
    st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(1, 255)), min_size=1, max_size=4),
)
def test_no_damage_raises_anything_else(kind: str, changes: list[tuple[int, int]]) -> None:
    blob = bytearray(app_zip() if kind == "zip" else COMPRESS[kind](app_tar()))
    for at, change in changes:
        blob[at % len(blob)] ^= change
    try:
        package = read(bytes(blob), max_bytes=1 << 20)
    except PackageError as error:
        assert str(error).startswith("the package '")
    else:
        assert package.info.app_id == APP and package.size <= 1 << 20


# --- the source -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", ["{}", "sha256:{}", "SHA256:{}"])
@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_the_expected_checksum(spelling: str, case: Callable[[str], str]) -> None:
    blob = app_tar()
    assert content(read(blob, sha256=spelling.format(case(hashlib.sha256(blob).hexdigest())))) == FILES


def test_a_wrong_checksum_is_told_before_the_archive_is_opened(monkeypatch: Any) -> None:
    monkeypatch.setattr(package_module, "_read_archive", lambda *args: pytest.fail("opened"))
    actual = hashlib.sha256(app_tar()).hexdigest()
    with pytest.raises(PackageError, match=f"its SHA-256 checksum is {actual} and not {'0' * 64}"):
        read(app_tar(), sha256="0" * 64)


@pytest.mark.parametrize("sha256", ["", "abc", "g" * 64, "0" * 63, "0" * 65, "md5:" + "0" * 64, "0" * 64 + "\n"])
def test_a_checksum_that_is_none(sha256: str) -> None:
    with pytest.raises(PackageError, match="is not a SHA-256"):
        read(app_tar(), sha256=sha256)


def test_a_folder_has_no_checksum(tmp_path: Any) -> None:
    with pytest.raises(PackageError, match="it is a folder, which has no SHA-256 checksum"):
        read_package(fill(str(tmp_path)), APP, sha256="0" * 64)


def test_sources_that_cannot_be_read(tmp_path: Any) -> None:
    with pytest.raises(PackageError, match=r"cannot be read .*No such file"):
        read_package(str(tmp_path / "missing.tar.gz"), APP)
    with pytest.raises(PackageError, match=r"cannot be read .*null"):
        read_package("a\0b", APP)
    os.mkfifo(str(tmp_path / "pipe"))
    with pytest.raises(PackageError, match="neither a file nor a folder"):
        read_package(str(tmp_path / "pipe"), APP)


@pytest.mark.parametrize("name", ["lib/" + "x" * 100000, "a\nb\x1b[31m"])
def test_messages_stay_one_short_line(name: str) -> None:
    with pytest.raises(PackageError) as caught:
        read(tar_of([member(*GOOD), member(f"{APP}/{name}", type=tarfile.FIFOTYPE)]))
    message = str(caught.value)
    assert len(message) < 500 and message.isprintable() and message.endswith("with plain files only.")


def test_a_package_does_not_print_its_content() -> None:
    assert "Provider" not in repr(read(app_tar()))


BOMB = """
import gzip, io, resource, sys, tarfile, zipfile
from ansible_collections.secsign.nextcloud.plugins.module_utils._app.package import PackageError, read_package

class Blanks(io.RawIOBase):
    left = 2 << 30
    def readable(self): return True
    def readinto(self, buffer):
        size = min(len(buffer), self.left)
        buffer[:size] = bytes(size)
        self.left -= size
        return size

path, kind = sys.argv[1:]
member = tarfile.TarInfo("example/huge")
member.size = Blanks.left
if kind == "zip":
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("example/huge", "w", force_zip64=True) as entry:
            for _ in range(256):
                entry.write(bytes(8 << 20))
else:
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        archive.addfile(member, io.BufferedReader(Blanks(), 1 << 20))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_package(path, "example")
except PackageError as error:
    print(error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10)
"""


@pytest.mark.parametrize("kind", ["tar.gz", "zip"])
def test_an_archive_of_two_gigabytes_of_blanks_is_refused_before_they_are_in_memory(tmp_path: Any, kind: str) -> None:
    environment = dict(os.environ, PYTHONPATH=str(ROOT / "collections"))
    done = subprocess.run(
        [sys.executable, "-c", BOMB, str(tmp_path / "bomb"), kind],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    *message, grown = done.stdout.split("\n")[:-1]
    assert os.path.getsize(tmp_path / "bomb") < 10 << 20
    assert re.search(r"(unpacks to|larger than)", message[0]), message
    assert int(grown) < 600, "megabytes"
