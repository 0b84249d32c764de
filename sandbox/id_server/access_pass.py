# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws an access pass: a small picture that looks different for each request. A PNG made with zlib alone."""

from __future__ import annotations

import hashlib
import struct
import zlib

CELLS = 5
CELL_PIXELS = 30


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _colour(digest: bytes) -> tuple[int, int, int]:
    return digest[0] % 160, digest[1] % 160, digest[2] % 160


def access_pass(seed: str) -> bytes:
    """A pattern of squares, symmetric from left to right, in one colour on white."""
    digest = hashlib.sha256(seed.encode("utf-8")).digest()
    colour = bytes(_colour(digest))
    rows = []
    for row in range(CELLS):
        bits = [digest[3 + row * 3 + min(column, CELLS - 1 - column)] & 1 for column in range(CELLS)]
        line = b"".join((colour if bit else b"\xff\xff\xff") * CELL_PIXELS for bit in bits)
        rows.extend([b"\0" + line] * CELL_PIXELS)
    side = CELLS * CELL_PIXELS
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"".join(rows), 9))
        + _chunk(b"IEND", b"")
    )
