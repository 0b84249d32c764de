#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packs the app twofactor_secsign: the same files give the same bytes, whenever, wherever and by whomever it is
built."""

from __future__ import annotations

import argparse
import hashlib
import io
import struct
import tarfile
import xml.etree.ElementTree as ElementTree
import zlib
from collections.abc import Iterator
from pathlib import Path

APP = "twofactor_secsign"
HERE = Path(__file__).resolve().parent
# 2026-01-01 00:00 UTC; a date of some kind must stand in the archive, and it must not be that of the build
MTIME = 1767225600
# what belongs to an app; anything else in the folder (tests, caches, editor files) stays out
SHIPPED = ("COPYING", "appinfo", "css", "img", "js", "l10n", "lib", "templates")


def shipped_files(source: Path) -> Iterator[Path]:
    for name in SHIPPED:
        top = source / name
        found = [top] if top.is_file() else [path for path in top.rglob("*") if path.is_file()]
        yield from (path for path in found if not any(part.startswith(".") for part in path.relative_to(source).parts))


def app_version(source: Path) -> str:
    version = ElementTree.parse(source / "appinfo" / "info.xml").getroot().findtext("version")
    if not version:
        raise SystemExit("{} names no version".format(source / "appinfo" / "info.xml"))
    return version


def pack(source: Path) -> bytes:
    """The archive as bytes: sorted names, one date, no owner, fixed modes."""
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        files = {f"{APP}/{path.relative_to(source).as_posix()}": path for path in shipped_files(source)}
        folders = {parent.as_posix() for name in files for parent in Path(name).parents if parent.as_posix() != "."}
        for name in sorted(folders | set(files)):
            entry = tarfile.TarInfo(name)
            entry.mtime = MTIME
            if name in folders:
                entry.type = tarfile.DIRTYPE
                entry.mode = 0o755
                archive.addfile(entry)
            else:
                data = files[name].read_bytes()
                entry.mode = 0o644
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
    return gzip_stored(inner.getvalue())


def gzip_stored(data: bytes) -> bytes:
    """Gzip without compression: releases of zlib compress the same data to different bytes, stored blocks have one
    form."""
    limit = 65535
    blocks = [data[start : start + limit] for start in range(0, len(data), limit)] or [b""]
    packed = [b"\x1f\x8b\x08\0\0\0\0\0\0\xff"]  # no name, no time, system unknown
    for number, block in enumerate(blocks, 1):
        packed.append(struct.pack("<BHH", number == len(blocks), len(block), len(block) ^ limit) + block)
    packed.append(struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF))
    return b"".join(packed)


def build(output: Path, source: Path = HERE / APP) -> Path:
    """Writes the archive and, beside it, its SHA-256 in the form that ``sha256sum -c`` reads."""
    target = output / f"{APP}-{app_version(source)}.tar.gz"
    data = pack(source)
    output.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    digest = f"{hashlib.sha256(data).hexdigest()}  {target.name}\n"
    target.with_name(target.name + ".sha256").write_text(digest, encoding="ascii")
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--output", type=Path, default=HERE.parent / "dist", help="folder for the archive (default: %(default)s)"
    )
    print(build(parser.parse_args().output))


if __name__ == "__main__":
    main()
