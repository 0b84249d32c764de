# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""users_packed of a managed node that means harm: it ends in a clear error, before memory grows beyond the bounds."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from audit_fleet import pack, user
from paths import ROOT

from ansible_collections.secsign.nextcloud.plugins.filter.unpack_users import unpack_users
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit import users
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.users import UnpackError, unpack

ROW = user("a")
VERDICT = {key: ROW[key] for key in ("login", "in_scope", "factors")}


def packed(lines: Iterable[bytes], level: int = 1) -> str:
    zipped = zlib.compressobj(level)
    return base64.b64encode(b"".join([*(zipped.compress(line) for line in lines), zipped.flush()])).decode()


def document(*lines: Any) -> str:
    return packed([b"\n".join(json.dumps(line).encode() for line in lines)])


def refusal(text: str, **bounds: int) -> str:
    with pytest.raises(UnpackError) as caught:
        unpack(text, **bounds)
    assert caught.value.message.endswith("[NC703]")
    assert len(caught.value.message) < 600
    return caught.value.message


def test_what_is_within_the_bounds_comes_out_as_it_went_in() -> None:
    rows = [user(f"user{number}", groups=["staff", "it"]) for number in range(1200)]
    assert unpack(pack(rows)) == rows
    length = len(zlib.decompress(base64.b64decode(pack(rows))))
    assert unpack(pack(rows), most_bytes=length, most_users=1200) == rows
    assert f"more than {length - 1} bytes" in refusal(pack(rows), most_bytes=length - 1)
    assert "more than 1199 users" in refusal(pack(rows), most_users=1199)


def test_pages_are_put_together_with_their_verdicts() -> None:
    plain = {key: value for key, value in ROW.items() if key not in VERDICT}
    other = dict(VERDICT, login="locked_out", factors=[])
    text = document(
        {"rows": [dict(plain, uid="a"), dict(plain, uid="b")]},
        [0, 1],
        {"rows": [dict(plain, uid="c", more=1)]},
        [0],
        [VERDICT, other],
    )
    assert unpack(text) == [dict(ROW, uid="a"), dict(ROW, **other, uid="b"), dict(ROW, uid="c")]


MALFORMED: list[Any] = [
    ("", "cut off"),
    ("AAAA", "not valid"),
    ("not base64!", "not valid"),
    ("jürgen", "not valid"),
    (pack([ROW])[:-8], "cut off"),
    (pack([ROW])[:40] + "=" + pack([ROW])[41:], "not valid"),
    (pack([ROW]) + pack([ROW]), "not valid"),
    (5, "not a text"),
    (None, "not a text"),
    ([pack([ROW])], "not a text"),
    (document({"rows": [ROW]}, [0]), "users_packed"),
    (document({"rows": [ROW]}, [0], {}), "verdicts must be a list"),
    (document({"rows": [ROW]}, [0], [5]), "verdicts[0] must be a dictionary, and is 5"),
    (document({"rows": [ROW]}, [1], [VERDICT]), "there is no verdict 1"),
    (document({"rows": [ROW]}, [-1], [VERDICT]), "there is no verdict -1"),
    (document({"rows": [ROW]}, [True], [VERDICT]), "there is no verdict true"),
    (document({"rows": [ROW]}, ["0"], [VERDICT]), "there is no verdict '0'"),
    (document({"rows": [ROW, ROW]}, [0], [VERDICT]), "as many verdicts as users"),
    (document({"rows": [ROW]}, 5, [VERDICT]), "must be a list"),
    (document([ROW], [0], [VERDICT]), "must be a dictionary"),
    (document({}, [0], [VERDICT]), "lacks the key rows"),
    (document({"rows": {"a": ROW}}, [0], [VERDICT]), "must be a list"),
    (document({"rows": [5]}, [0], [VERDICT]), "must be a dictionary, and is 5"),
    (document({"rows": [{}]}, [0], [VERDICT]), "lacks the key uid"),
    (document({"rows": [dict(ROW, uid=5)]}, [0], [VERDICT]), "uid must be a text, and is 5"),
    (document({"rows": [dict(ROW, uid="x" * 5000)]}, [0], [VERDICT]), "uid must have at most"),
    (document({"rows": [dict(ROW, last_login=10**30)]}, [0], [VERDICT]), "last_login must be at most"),
    (document({"rows": [dict(ROW, last_login=float("nan"))]}, [0], [VERDICT]), "NaN"),
    (
        document({"rows": [dict(ROW, backup_codes="10")]}, [0], [VERDICT]),
        "backup_codes must be a whole number or null, and is '10'",
    ),
    (document({"rows": [dict(ROW, groups=[["a"]])]}, [0], [VERDICT]), "groups[0] must be a text"),
    (document({"rows": [dict(ROW, groups="admin")]}, [0], [VERDICT]), "groups must be a list"),
    (document({"rows": [dict(ROW, providers=[])]}, [0], [VERDICT]), "providers must be a dictionary"),
    (document({"rows": [dict(ROW, secsign_ids=[{"app": "x"}])]}, [0], [VERDICT]), "secsign_ids[0] lacks the key"),
    (document({"rows": [ROW]}, [0], [dict(VERDICT, login="fine")]), "login must be one of"),
    (packed([b'{"rows": []}\n[]\n[]'])[:-4] + "AAAA", "not valid"),
    (packed([b'{"rows": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n[]\n[]"]), "users_packed"),
    (packed([b'{"rows": []}\n[]\n[' + b"9" * 100_000 + b"]"]), "users_packed"),
    (packed([b'{"rows": [\xff]}\n[]\n[]']), "users_packed"),
    (packed([b"\x00" * 100]), "users_packed"),
]


@pytest.mark.parametrize(("text", "said"), MALFORMED, ids=range(len(MALFORMED)))
def test_anything_else_is_refused_with_what_is_wrong(text: Any, said: str) -> None:
    assert said in refusal(text)


def test_the_filter_says_the_same() -> None:
    with pytest.raises(AnsibleFilterError, match=r"lacks the key uid.*\[NC703\]"):
        unpack_users(document({"rows": [{}]}, [0], [VERDICT]))


# ---------------------------------------------------------------------- bombs, each in a process of its own

PAGE = json.dumps({"rows": [ROW] * 500}).encode() + b"\n" + json.dumps([0] * 500).encode() + b"\n"
END = json.dumps([VERDICT]).encode()

BOMB = """
import base64, json, resource, sys, zlib
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.users import UnpackError, unpack
text = open(sys.argv[1]).read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    unpack(text, **json.loads(sys.argv[2]))
except UnpackError as error:
    print(json.dumps([before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, error.message]))
"""


# What comes before, what is repeated, and what comes after.
BOMBS: dict[str, tuple[bytes, bytes, bytes]] = {
    "zeros": (b"", b"\0", b""),
    "one endless name": (b'{"rows":[{"uid":"', b"a", b'"}]}\n[0]\n' + END),
    "empty lines": (b"", b"\n", END),
    "pages": (b"", PAGE, END),
    "one page": (b'{"rows":[', json.dumps(ROW).encode() + b",", b"0]}\n[0]\n" + END),
    "empty lists": (b'{"rows":[', b"[],", b"0]}\n[0]\n" + END),
    "small dictionaries": (b'{"rows":[', b'{"a":0},', b"0]}\n[0]\n" + END),
    "groups": (b'{"rows":[{"groups":[', b'"ab",', b'"ab"]}]}\n[0]\n' + END),
    "verdicts": (PAGE + b"[", END[1:-1] + b",", b"0]"),
    "numbers": (b'{"rows":[]}\n[', b"1.5,", b"0]\n" + END),
}


def bomb(name: str, megabytes: int) -> str:
    """Zipped once and repeated, which takes no time."""
    head, repeated, tail = BOMBS[name]
    block = repeated * max(1, (1 << 20) // len(repeated))
    times = megabytes * (1 << 20) // len(block)
    zipped = zlib.compressobj(9, zlib.DEFLATED, -15)
    begin = zipped.compress(head) + zipped.flush(zlib.Z_FULL_FLUSH)
    middle = zipped.compress(block) + zipped.flush(zlib.Z_FULL_FLUSH)
    end = zipped.compress(tail) + zipped.flush()
    checksum = zlib.adler32(head)
    for _number in range(times):
        checksum = zlib.adler32(block, checksum)
    checksum = zlib.adler32(tail, checksum)
    return base64.b64encode(b"\x78\xda" + begin + middle * times + end + checksum.to_bytes(4, "big")).decode()


def detonated(name: str, megabytes: int, folder: Any, **bounds: int) -> list[Any]:
    file = folder / "packed"
    file.write_text(bomb(name, megabytes), encoding="ascii")
    path = os.pathsep.join(str(ROOT / part) for part in ("collections", "tests"))
    # by way of a small shell, since the memory of the process that starts another counts for that one too
    command = ["sh", "-c", '"$@"; exit $?', "sh", sys.executable, "-c", BOMB, str(file), json.dumps(bounds)]
    done = subprocess.run(command, env=dict(os.environ, PYTHONPATH=path), capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stdout, done.stderr
    before, peak, message = json.loads(done.stdout)
    return [(peak - before) // 1024, message]


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_stays_within_its_bound(name: str, tmp_path: Path) -> None:
    grown, message = detonated(name, 100, tmp_path, most_bytes=20 << 20)
    assert message.endswith("[NC703]") and "users_packed" in message
    assert grown < 20 + 100, f"{grown} MB for {message}"


@pytest.mark.parametrize("name", sorted(set(BOMBS) - {"pages"}))
def test_what_is_small_as_a_text_does_not_become_large_as_values(name: str, tmp_path: Path) -> None:
    grown, message = detonated(name, 14, tmp_path)
    assert message.endswith("[NC703]") and "users_packed" in message
    assert grown < 256 + 100, f"{grown} MB for {message}"


@pytest.mark.parametrize("name", ["zeros", "pages"])
def test_two_gigabytes_stay_within_the_default_bound(name: str, tmp_path: Path) -> None:
    grown, message = detonated(name, 2048, tmp_path)
    assert (tmp_path / "packed").stat().st_size < 20_000_000
    assert message.endswith("[NC703]")
    assert users.MOST_BYTES == 256 << 20
    assert grown < 256 + 100, f"{grown} MB for {message}"


def test_too_many_users_are_refused_before_they_are_kept(tmp_path: Path) -> None:
    grown, message = detonated("pages", 60, tmp_path, most_users=100_000)
    assert "more than 100000 users" in message
    assert grown < 100, f"{grown} MB for {message}"


def test_users_are_counted_however_they_are_written() -> None:
    page = PAGE.replace(b'"uid":', b'"\\u0075id" :')
    assert len(unpack(packed([page, page, END]))) == 1000
    assert "more than 999 users" in refusal(packed([page, page, END]), most_users=999)
