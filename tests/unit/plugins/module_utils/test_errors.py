# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every error message has a problem, a remedy and a code, and the table has exactly those that can happen."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator

import pytest
from paths import PLUGINS

from ansible_collections.secsign.nextcloud.plugins.module_utils._bridge.program import PROGRAM
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import MESSAGES, UNDONE, NextcloudError

SOURCES = {
    path: path.read_text(encoding="utf-8") for path in sorted(PLUGINS.rglob("*.py")) if path.name != "_errors.py"
}
KIND_IN_PHP = re.compile(r"(?:Failure\(|fail\(|return )'([a-z_]+)'")


def fields(template: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(template) if name}


def raised() -> Iterator[tuple[str, ast.Call, str]]:
    """Every error that Python code makes with a kind written out."""
    for path, text in SOURCES.items():
        for node in ast.walk(ast.parse(text)):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") == "NextcloudError"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                yield str(node.args[0].value), node, f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("kind", MESSAGES)
def test_is_a_problem_and_a_remedy_in_short_sentences(kind: str) -> None:
    code, template = MESSAGES[kind]
    message = NextcloudError(kind, **{name: "something" for name in fields(template)}).message
    assert re.fullmatch(r"NC\d{3}", code)
    text = message[: -len(f" [{code}]")]
    assert message == f"{text} [{code}]"
    assert text.endswith((".", "?")) and not text.endswith("..")
    # a fact at the end has its own remedy, and nothing can be done about servers without snapshots
    sentences = re.split(r"(?<=\.) (?=[A-Z])", text)
    assert template.endswith("}") or kind == "no_snapshots" or 2 <= len(sentences) <= 3, text
    for sentence in sentences:
        assert len(sentence.split()) <= 25, sentence
        assert not re.match(r"(\w+: )?(What|Who|Whoever|Where)\b", sentence), sentence
        assert ";" not in sentence, sentence


@pytest.mark.parametrize("kind", UNDONE)
def test_what_is_undone_is_not_told_as_if_it_still_were(kind: str) -> None:
    error = NextcloudError(kind, app="x", detail="y")
    error.undone = True
    assert (
        error.message
        == UNDONE[kind].format(app="x", detail="y")
        + f" All earlier changes of this task are undone. [{MESSAGES[kind][0]}]"
    )
    assert fields(UNDONE[kind]) <= fields(MESSAGES[kind][1])


def test_codes_are_unique_but_for_options_that_are_not_valid() -> None:
    codes = [code for code, _template in MESSAGES.values() if code != "NC201"]
    # one group or several; a user on no server; no snapshot at all, none of that name, or one of another release
    assert {code for code in codes if codes.count(code) > 1} == {"NC202", "NC204", "NC317"}


def test_no_code_is_typed_by_hand() -> None:
    typed = [path.name for path, text in SOURCES.items() if re.search(r"\[NC\d|code\S{0,3}[=:]\s*[\"']NC\d", text)]
    assert typed == [], "raise NextcloudError, which adds the code"


def test_every_kind_that_is_raised_is_in_the_table_and_the_other_way_round() -> None:
    for kind, _node, where in raised():
        assert kind in MESSAGES, where
    for kind in KIND_IN_PHP.findall(PROGRAM):
        assert kind in MESSAGES, f"{kind} in the bridge"
    everything = "".join(SOURCES.values())
    plays = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("roles", "playbooks")
        for path in (PLUGINS.parent / folder).rglob("*.yml")
    )
    unused = [
        kind
        for kind, (code, _template) in MESSAGES.items()
        if f'"{kind}"' not in everything
        and f"'{kind}'" not in everything
        and f"[{code}]" not in plays
        and f"error: {kind}\n" not in plays
    ]
    assert unused == []


def test_every_raise_gives_what_its_sentence_names() -> None:
    lacking: list[str] = []
    for kind, node, where in raised():
        names = {keyword.arg for keyword in node.keywords}
        if None not in names:  # **facts
            lacking += [f"{where}: {kind} without {field}" for field in fields(MESSAGES[kind][1]) - names]
    assert lacking == []


def test_what_others_wrote_becomes_part_of_the_sentence() -> None:
    message = NextcloudError("database", detail="SQLSTATE[HY000]: no.\nSee  the manual! It says\tmore").message
    assert "no; See the manual; It says more" in message
    assert NextcloudError("no such kind", detail="x").code == MESSAGES["bridge"][0]
    assert "?" in NextcloudError("occ_failed").message  # rather a gap than a traceback


def test_a_fact_at_the_end_keeps_its_sentences() -> None:
    error = NextcloudError("report_input", detail="policy: no rules.\nAdd a rule.\x1b Then run again.")
    assert error.message == "policy: no rules. Add a rule.\\x1b Then run again. [NC201]"
    assert error.result() == {"failed": True, "msg": error.message, "code": "NC201"}


def test_an_undo_is_told() -> None:
    error = NextcloudError("timeout", detail=3)
    assert "undone" not in error.message
    error.undone = True
    assert error.message.endswith(" All earlier changes of this task are undone. [NC114]")


def test_the_password_of_an_address_is_not_shown() -> None:
    error = NextcloudError("download", url="https://user:pass@word@cloud.example.com/a.tar.gz", detail="no")
    assert "pass" not in error.message and "https://***@cloud.example.com/a.tar.gz" in error.message
