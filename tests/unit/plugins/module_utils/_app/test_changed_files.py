# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run says about changed files: each by name, whatever the name holds, and never too many."""

from __future__ import annotations

import pytest

from ansible_collections.secsign.nextcloud.plugins.module_utils._app.changed_files import changed_files, describe
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import App, Code

PACKAGE = {name: letter * 64 for name, letter in (("appinfo/info.xml", "a"), ("js/a.js", "b"), ("lib/P.php", "c"))}


def app(files: dict[str, str], complete: bool = True) -> App:
    code = Code(False, tuple(files.items()), complete)
    return App("twofactor_secsign", "/apps/x", "1.0.0", "1.0.0", True, (), code=code)


CASES: list[tuple[dict[str, str], list[str]]] = [
    (PACKAGE, []),
    ({**PACKAGE, "lib/P.php": "d" * 64}, ["lib/P.php (different)"]),
    ({**PACKAGE, "lib/P.php": "a link"}, ["lib/P.php (a link)"]),
    ({**PACKAGE, "lib/P.php": "unreadable"}, ["lib/P.php (unreadable)"]),
    ({**PACKAGE, "a": "c" * 64}, ["a (not in the package)"]),
    ({**PACKAGE, "a": "a link"}, ["a (not in the package)"]),
    ({name: digest for name, digest in PACKAGE.items() if name != "js/a.js"}, ["js/a.js (missing)"]),
    (
        {"js/a.js": "", "a": "", "lib/P.php": "c" * 64},
        ["appinfo/info.xml (missing)", "js/a.js ()", "a (not in the package)"],
    ),
]


@pytest.mark.parametrize(("files", "expected"), CASES)
def test_each_difference_has_a_name_and_a_word(files: dict[str, str], expected: list[str]) -> None:
    assert changed_files(app(files), PACKAGE) == expected


def test_nothing_is_called_missing_where_not_all_was_looked_at() -> None:
    assert changed_files(app({"evil": "e" * 64}, complete=False), PACKAGE) == ["evil (not in the package)"]


def test_many_files_hide_none_of_the_package() -> None:
    files = {**PACKAGE, "lib/P.php": "d" * 64, **{f"a{number:03}": "e" * 64 for number in range(100)}}
    text = describe(app(files), PACKAGE)
    assert "on this server were changed: lib/P.php (different), a000 (not in the package), " in text
    assert text.endswith("a008 (not in the package) and 91 more.")


def test_a_name_cannot_break_the_line_or_turn_it_around() -> None:
    text = describe(app({**PACKAGE, "a\nb": "", "\u202egnp.php": "", "ä": "", "x" * 5000: ""}), PACKAGE)
    assert text.isprintable() and len(text) < 500
    assert "a\\nb (not in the package)" in text and "\\u202egnp.php" in text and "ä (not" in text
