# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters that a terminal obeys, or that turn the direction of text, are shown as escapes and never as they are."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.secsign.nextcloud.plugins.module_utils._audit_log import append_line
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._text import UNPRINTABLE, printable, printable_data

EVE = "eve\x1b[2J\x9b31m\u202e"
ESCAPED = r"eve\x1b[2J\x9b31m\u202e"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (EVE, ESCAPED),
        ("a\nb\tc\rd", r"a\nb\tc\rd"),
        ("\x00\x07\x7f\x85", r"\x00\x07\x7f\x85"),
        ("\u061c\u200e\u200f\u2028\u2029\u202a\u2066\u2069", r"\u061c\u200e\u200f\u2028\u2029\u202a\u2066\u2069"),
        ("\ud800", r"\ud800"),
    ],
)
def test_control_characters_are_escaped_as_python_escapes_them(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(text) == repr(text)[1:-1]


@pytest.mark.parametrize(
    "text", ["", "alice", "jürgen", "漢字", "עליזה", "🦊👩‍👩‍👧", r"CORP\alice", "a\u00a0b", 'o\'neil "x"']
)
def test_ordinary_text_stays(text: str) -> None:
    assert printable(text) is text


@given(st.text())
def test_what_is_shown_is_harmless_and_shown_the_same_once_more(text: str) -> None:
    shown = printable(text)
    assert not UNPRINTABLE.search(shown)
    assert printable(shown) == shown
    shown.encode("utf-8")
    for kind in ("Cc", "Cs", "Zl", "Zp"):
        assert not [c for c in shown if unicodedata.category(c) == kind]


def test_data_of_any_shape() -> None:
    assert printable_data({EVE: [EVE, (EVE, 1, None, 1.5, True)]}) == {
        ESCAPED: [ESCAPED, [ESCAPED, 1, None, 1.5, True]]
    }


def test_an_error_message_shows_the_characters_of_a_name() -> None:
    message = NextcloudError("unknown_users", option="user", detail=EVE).message
    assert ESCAPED in message and not UNPRINTABLE.search(message)


def test_the_audit_log_shows_the_characters_of_a_name(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    append_line(str(log), {"whom": EVE, "why": "\ud800 two\nlines", "hours": 8})
    text = log.read_text(encoding="utf-8")
    assert text.endswith("\n") and not re.search(UNPRINTABLE, text[:-1])
    assert json.loads(text) == {"whom": ESCAPED, "why": r"\ud800 two\nlines", "hours": 8}
