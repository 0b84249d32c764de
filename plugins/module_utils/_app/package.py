# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a Nextcloud app package, an archive or a folder, in memory and without trusting it."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import os
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import IO, Callable

from ansible_collections.secsign.nextcloud.plugins.module_utils._server.info_xml import (
    INFO_XML,
    AppInfo,
    PackageError,
    parse_info,
    shown,
)

MAX_BYTES = 500 * 1024 * 1024
MAX_FILES = 50000

# An archive of code is some ten times smaller than its content. One that unpacks to far more is made to fill the
# memory.
MAX_RATIO = 100
RATIO_COUNTS_FROM = 32 * 1024 * 1024

_CHUNK = 1024 * 1024
# What a tar archive may need on top of the content, for each entry: headers, extended headers, padding.
_TAR_OVERHEAD = 4096
# Leftovers of development at the top of an app's folder.
_LEFT_OUT = (".git", "node_modules")
# A folder without a signature is a checkout, which has more than is packed. A signature lists every file.
_SIGNATURE = os.path.join("appinfo", "signature.json")
_TESTS = "tests"

_UNSAFE = re.compile("[\\\\\0\ud800-\udfff]")  # surrogates stand for bytes that are not UTF-8
_SHA256 = re.compile(r"(?:sha256:)?([0-9a-f]{64})", re.IGNORECASE)

_OPENERS = ((b"\x1f\x8b", gzip.open), (b"BZh", bz2.open), (b"\xfd7zXZ\x00", lzma.open))
_LINKS: dict[int | bytes, str] = {
    stat.S_IFLNK: "symbolic link",
    tarfile.SYMTYPE: "symbolic link",
    tarfile.LNKTYPE: "hard link",
}
# What the archive modules raise on hostile or damaged input; NotImplementedError and RecursionError are RuntimeErrors.
_DAMAGE = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    ArithmeticError,
    LookupError,
    RuntimeError,
)


@dataclass(frozen=True)
class PackageFile:
    """A file of the app; the path is relative to the app's folder."""

    path: str
    mode: int  # 0o644 or 0o755
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Package:
    """A complete app; `files` are sorted by path, `size` is their content in bytes.

    `digest` covers paths and content, not modes, so that an installed folder can be compared with the archive it
    came from. It leaves out what the reading of a folder leaves out, else the two could never be equal.
    """

    info: AppInfo
    files: tuple[PackageFile, ...] = field(repr=False)
    digest: str
    size: int
    info_xml: bytes = field(repr=False)


def read_package(
    source: str, app_id: str, sha256: str | None = None, max_bytes: int = MAX_BYTES, max_files: int = MAX_FILES
) -> Package:
    """Read an app's archive (tar, also compressed with gzip, bzip2 or xz, or zip) or folder completely into memory.

    The archive is recognised by its content. Its owners are ignored: installed files always belong to the owner of the
    Nextcloud. `sha256` is compared with the archive before it is opened. `max_bytes` limits the unpacked content, which
    may also be at most `MAX_RATIO` times the archive, and `max_files` the files and folders in it. What is in the
    package is not trusted: anything but plain files and folders below one folder named like the app is refused.
    """
    contents = _Contents(app_id, max_bytes, max_files)
    try:
        mode = os.stat(source).st_mode
        if stat.S_ISREG(mode):
            with open(source, "rb") as stream:
                blob = _read_all(stream.read, contents.stream_limit)
            if sha256 is not None:
                _check_sha256(blob, sha256)
            contents.expect_at_most(max(RATIO_COUNTS_FROM, MAX_RATIO * len(blob)))
            _read_archive(blob, contents)
        elif not stat.S_ISDIR(mode):
            raise PackageError("it is neither a file nor a folder. Use the archive or the folder of the app.")
        elif sha256 is not None:
            raise PackageError(
                "it is a folder, which has no SHA-256 checksum. Leave the checksum out, or use the archive."
            )
        else:
            signed = os.path.lexists(os.path.join(source, _SIGNATURE))
            _read_folder(source, contents, _LEFT_OUT if signed else (*_LEFT_OUT, _TESTS))
        return contents.package()
    except (OSError, ValueError) as error:
        raise PackageError(
            f"the package {source!r} cannot be read ({error}). Check the path and its permissions."
        ) from error
    except PackageError as error:
        raise PackageError(f"the package {source!r} cannot be used, because {error}") from error


class _Contents:
    """Collects the files of a package under the rules that hold for every kind of source."""

    def __init__(self, app_id: str, max_bytes: int, max_files: int) -> None:
        self.app_id = app_id
        self.max_bytes = max_bytes
        self.max_files = max_files
        self._entries = 0
        self._size = 0
        self._files: dict[str, PackageFile] = {}
        self._folders: set[str] = set()

    @property
    def stream_limit(self) -> int:
        """Bytes of an archive, packed or not, before its content is looked at."""
        return self.max_bytes + _TAR_OVERHEAD * (self.max_files + 1)

    def expect_at_most(self, size: int) -> None:
        self.max_bytes = min(self.max_bytes, size)

    def admit(self, name: str, is_folder: bool) -> str | None:
        """Check an entry's name; return a file's path below the app's folder, None when there is no file to keep."""
        self._entries += 1
        if self._entries > self.max_files:
            raise PackageError(
                f"it contains more than {self.max_files} files and folders. Check where the package comes from."
            )
        parts = _path_parts(name, is_folder)
        # Finder and macOS tar add these for attributes that no server uses.
        if not parts or any(part == "__MACOSX" or part.startswith("._") for part in parts):
            return None
        path = "/".join(parts[1:])
        if parts[0] != self.app_id or not (path or is_folder):
            raise PackageError(
                f"it contains {shown(name)}, but its only top-level entry must be the folder {self.app_id!r}. Use the"
                " package of that app."
            )
        if is_folder:
            self._folders.add(path)
            return None
        if path in self._files:
            raise PackageError(f"it contains {shown(path)} twice. Pack the app again from a clean folder.")
        return path

    def add(self, path: str, mode: int, stream: IO[bytes]) -> None:
        if mode & (stat.S_ISUID | stat.S_ISGID):
            raise PackageError(
                f"it contains {shown(path)} with the setuid or setgid bit. Remove the bit, and pack the app again."
            )
        try:
            data = _read_all(stream.read, self.max_bytes - self._size)
        except PackageError:
            raise PackageError(
                f"it unpacks to more than {self.max_bytes} bytes. Check where the package comes from."
            ) from None
        self._size += len(data)
        self._files[path] = PackageFile(path, 0o755 if mode & 0o111 else 0o644, data)
        folder = path
        while "/" in folder:
            folder = folder.rpartition("/")[0]
            self._folders.add(folder)

    def package(self) -> Package:
        for path in self._files:
            if path in self._folders:
                raise PackageError(
                    f"it contains {shown(path)} both as a file and as a folder. Pack the app again from a clean folder."
                )
        if INFO_XML not in self._files:
            raise PackageError(f"it has no {INFO_XML}. Use the package of a Nextcloud app.")
        xml = self._files[INFO_XML].data
        info = parse_info(xml)
        if info.app_id != self.app_id:
            raise PackageError(
                f"{INFO_XML} has the app id {info.app_id!r} and not {self.app_id!r}. Use the package of that app."
            )
        files = tuple(self._files[path] for path in sorted(self._files))
        return Package(info, files, _digest(files), self._size, xml)


def _check_sha256(blob: bytes, expected: str) -> None:
    match = _SHA256.fullmatch(expected)
    if match is None:
        raise PackageError(f"the expected checksum {shown(expected)} is not a SHA-256. Use 64 hexadecimal digits.")
    actual = hashlib.sha256(blob).hexdigest()
    if match.group(1).lower() != actual:
        raise PackageError(
            f"its SHA-256 checksum is {actual} and not {match.group(1)}. Download the archive again, or correct the"
            " checksum."
        )


def _read_archive(blob: bytes, contents: _Contents) -> None:
    try:
        if blob.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            _read_zip(blob, contents)
            return
        for start, opener in _OPENERS:
            if blob.startswith(start):
                with opener(io.BytesIO(blob), "rb") as stream:
                    blob = _read_all(stream.read, contents.stream_limit)
                break
        _read_tar(blob, contents)
    except _DAMAGE as error:
        reason = str(error) or type(error).__name__
        raise PackageError(
            f"it is not a complete tar or zip archive ({reason}). Download the archive again."
        ) from error


def _read_tar(blob: bytes, contents: _Contents) -> None:
    with tarfile.open(fileobj=io.BytesIO(blob), mode="r:", encoding="utf-8", errors="surrogateescape") as archive:
        for member in archive:
            if member.size < 0:
                raise tarfile.ReadError("negative size")
            path = contents.admit(member.name, member.isdir())
            if path is None:
                continue
            stream = archive.extractfile(member) if member.isreg() and not member.issparse() else None
            if stream is None:
                raise _not_plain(path, member.type)
            contents.add(path, member.mode, stream)
        # tarfile takes a broken header for the end of the archive; only zeros are the end.
        end = blob[archive.offset :]
        if len(end) < tarfile.BLOCKSIZE or end.strip(b"\0"):
            raise tarfile.ReadError("the end of the archive is missing")


def _read_zip(blob: bytes, contents: _Contents) -> None:
    with zipfile.ZipFile(io.BytesIO(blob)) as archive:
        entries = archive.infolist()
        # zipfile would otherwise open an archive that is stored in a truncated one.
        if min((entry.header_offset for entry in entries), default=0) != 0:
            raise zipfile.BadZipFile("the directory does not belong to the archive's beginning")
        for entry in entries:
            name = entry.orig_filename  # zipfile cuts `filename` at a NUL
            if not entry.flag_bits & 0x800:  # zipfile assumes DOS names, while Info-ZIP writes UTF-8 without saying so
                name = name.encode("cp437").decode("utf-8", "surrogateescape")
            mode = entry.external_attr >> 16
            kind = stat.S_IFMT(mode)
            is_folder = kind == stat.S_IFDIR or (name.endswith("/") and kind in (0, stat.S_IFREG))
            path = contents.admit(name, is_folder)
            if path is None:
                continue
            if kind not in (0, stat.S_IFREG):
                raise _not_plain(path, kind)
            if entry.flag_bits & 0x1:
                raise PackageError(f"{shown(path)} in it is encrypted. Pack the app again without a password.")
            # The decompressors of other methods cannot stop at a limit.
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise PackageError(
                    f"{shown(path)} in it uses the zip method {entry.compress_type}. Pack the app again with deflate."
                )
            with archive.open(entry) as stream:
                contents.add(path, mode, stream)


def _read_folder(folder: str, contents: _Contents, leave_out: tuple[str, ...]) -> None:
    pending = [""]
    while pending:
        below = pending.pop()
        with os.scandir(os.path.join(folder, below)) as entries:
            for entry in entries:
                name = below + entry.name
                if name in leave_out:
                    continue
                is_folder = entry.is_dir(follow_symlinks=False)
                path = contents.admit(f"{contents.app_id}/{name}", is_folder)
                if is_folder:
                    pending.append(name + "/")
                elif path is not None:
                    mode = entry.stat(follow_symlinks=False).st_mode
                    if not stat.S_ISREG(mode):
                        raise _not_plain(path, stat.S_IFMT(mode))
                    # The folder may belong to somebody else who could put a link there just now.
                    with open(os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as stream:
                        contents.add(path, mode, stream)


def _read_all(read: Callable[[int], bytes], limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        chunk = read(_CHUNK)
        if not chunk:
            return b"".join(chunks)
        size += len(chunk)
        if size > limit:
            raise PackageError(f"it is larger than {limit} bytes. Check where the package comes from.")
        chunks.append(chunk)


def _path_parts(name: str, is_folder: bool) -> list[str]:
    parts = (name[:-1] if is_folder and name.endswith("/") else name).split("/")
    if parts[0] == ".":
        parts = parts[1:]
    if any(part in ("", ".", "..") for part in parts) or _UNSAFE.search(name):
        raise PackageError(
            f"it contains {shown(name)}, which is not a plain relative path in UTF-8 without '..'. Pack the app again"
            " from its folder."
        )
    return parts


def _not_plain(path: str, kind: int | bytes) -> PackageError:
    name = _LINKS.get(kind, "device, pipe or other special file")
    return PackageError(f"it contains {shown(path)}, which is a {name}. Pack the app again with plain files only.")


def _digest(files: tuple[PackageFile, ...]) -> str:
    digest = hashlib.sha256()
    for file in files:
        if file.path.split("/")[0] not in _LEFT_OUT:
            path = file.path.encode("utf-8")
            # The lengths keep a path's end and a content's beginning apart.
            digest.update(b"%d:%d:%s" % (len(path), len(file.data), path))
            digest.update(file.data)
    return digest.hexdigest()
