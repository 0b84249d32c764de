# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of SecSign IDs as a CSV file, and what makes a SecSign ID."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._users.secsign_ids import check_id
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._csv import merge, parse


def entries(text: str) -> list[dict[str, Any]]:
    return list(parse(text, "ids.csv"))


def refusal(text: str) -> str:
    with pytest.raises(NextcloudError) as caught:
        entries(text)
    assert "ids.csv" in caught.value.message and caught.value.code == "NC201"
    return caught.value.message


ALICE = {"user": "alice", "enabled": True, "secsign_id": "alice@corp"}


@pytest.mark.parametrize(
    "text",
    [
        "user,secsign_id\nalice,alice@corp\n",
        "user;secsign_id\r\nalice;alice@corp\r\n",
        'secsign_id,enabled,user\n"alice@corp",yes,"alice"',
        " User , SecSign_ID , Enabled \n alice , alice@corp , TRUE \n",
        "user,secsign_id\n\nalice,alice@corp\n\n",
    ],
)
def test_forms_that_users_use(text: str) -> None:
    assert entries(text) == [ALICE]


def test_what_the_columns_say() -> None:
    found = entries("user,secsign_id,enabled\na,a@corp,no\nb,,0\nc,c@corp,\nd,d@corp,on\n")
    assert [entry["enabled"] for entry in found] == [False, False, True, True]
    assert "secsign_id" not in found[1], "none given: the one that is there stays"


def test_names_with_commas_quotes_and_umlauts() -> None:
    assert [
        entry["user"]
        for entry in entries('user,secsign_id\n"Doe, J",j@corp\n"a ""b""",b@corp\nBjörn,bjoern@corp\n4711,n@corp\n')
    ] == [
        "Doe, J",
        'a "b"',
        "Björn",
        "4711",
    ]


def test_wrong_lines_are_named_by_their_number() -> None:
    assert "line 3 " in refusal("user,secsign_id\nalice,a@corp\nbob\n")
    assert "line 2 " in refusal("user,secsign_id\nalice,a@corp,extra\n")
    assert "line 2 " in refusal("user,secsign_id,enabled\nalice,a@corp,perhaps\n")
    assert "line 2 " in refusal("user,secsign_id\n ,a@corp\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "alice,alice@corp\n",
        "user\nalice\n",
        "user,secsign_id,mail\na,b,c\n",
        "user,user\na,b\n",
        "user\tsecsign_id\na\tb\n",
    ],
)
def test_wrong_columns_are_named(text: str) -> None:
    assert "does not name the columns" in refusal(text)


@given(
    st.lists(
        st.tuples(
            st.text("abcäß,;\"' @.1", min_size=1).filter(str.strip),
            st.sampled_from(["a@corp", "b.c@corp", ""]),
            st.sampled_from(["yes", "no"]),
        )
    )
)
@settings(max_examples=200, deadline=None)
def test_what_a_program_writes_is_what_is_read(lines: list[Any]) -> None:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(["user", "secsign_id", "enabled"])
    writer.writerows(lines)
    found = entries(written.getvalue())
    assert [(entry["user"], entry.get("secsign_id", ""), entry["enabled"]) for entry in found] == [
        (u.strip(), i, e == "yes") for u, i, e in lines
    ]


class Action:
    """Of an action plugin only how it finds a file."""

    def __init__(self, path: Any) -> None:
        self._path = path

    def _find_needle(self, kind: str, name: str) -> str:
        assert kind == "files"
        return str(self._path / name)


def test_a_file_is_added_to_the_list(tmp_path: Any) -> None:
    (tmp_path / "ids.csv").write_bytes("user;secsign_id\nbjörn;bjoern@corp\n".encode("utf-8-sig"))
    options = {"csv": "ids.csv", "ids": [ALICE], "prune": True}
    merged = merge(Action(tmp_path), options)
    assert merged == {"prune": True, "ids": [ALICE, {"user": "björn", "enabled": True, "secsign_id": "bjoern@corp"}]}
    assert options["csv"] == "ids.csv" and options["ids"] == [ALICE], "the task's own options are not touched"
    assert merge(Action(tmp_path), {"ids": [ALICE]}) == {"ids": [ALICE]}


@pytest.mark.parametrize(
    "content", [None, "user;secsign_id\nbjörn;b@corp\n".encode("latin-1")], ids=["missing", "latin-1"]
)
def test_a_file_that_cannot_be_read(tmp_path: Any, content: Any) -> None:
    if content is not None:
        (tmp_path / "ids.csv").write_bytes(content)
    with pytest.raises(NextcloudError, match=r"ids\.csv' cannot be read.*UTF-8"):
        merge(Action(tmp_path), {"csv": "ids.csv"})


@pytest.mark.parametrize(
    ("given_id", "normal"),
    [
        ("alice@corp", "alice@corp"),
        ("  Alice.Smith@CORP\t", "alice.smith@corp"),
        ("a", "a"),
        ("0+1_2-3", "0+1_2-3"),
        ("x" * 200, "x" * 200),
    ],
)
def test_ids_are_normalised(given_id: str, normal: str) -> None:
    assert check_id(given_id, "alice") == normal


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        " ",
        "a b",
        "a@",
        "@a",
        "-a",
        "a.",
        "älice",
        "a;b",
        "a'b",
        "a\nb",
        "a\x00",
        "x" * 201,
        "a/b",
        "\uff41",
        "a@corp\n",
    ],
)
def test_what_is_no_id(wrong: str) -> None:
    if wrong == "a@corp\n":
        assert check_id(wrong, "alice") == "a@corp", "white space around it is trimmed"
        return
    with pytest.raises(NextcloudError) as caught:
        check_id(wrong, "alice")
    assert caught.value.code == "NC201" and "alice" in str(caught.value)


@given(st.text(max_size=30))
@settings(max_examples=300, deadline=None)
def test_whatever_is_taken_is_normal(text: str) -> None:
    try:
        taken = check_id(text, "x")
    except NextcloudError:
        return
    assert check_id(taken, "x") == taken == taken.strip().lower() and taken.isascii() and "\n" not in taken


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("user,secsign_id\n", "names no user"),
        ("user,secsign_id\n\n\n", "names no user"),
        ("user,secsign_id,user\nalice,a@corp,bob\n", "does not name the columns"),
        ("user,secsign_id\nalice," + "a" * 200_000 + "\n", "cannot be read (field larger"),
    ],
)
def test_a_file_that_says_nothing_or_two_things_is_refused(tmp_path: Any, text: str, named: str) -> None:
    """With prune, one that lost its lines would take every SecSign ID away."""
    path = tmp_path / "ids.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(NextcloudError) as caught:
        merge(Action(tmp_path), {"csv": "ids.csv", "prune": True})
    assert named in caught.value.message and "ids.csv" in caught.value.message
