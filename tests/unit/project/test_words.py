# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lint of words finds each word to avoid, in each kind of text for users, and nothing in names and comments."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from paths import ROOT


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("words", ROOT / "tools" / "words.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


words = _load()
DATA: dict[str, Any] = words.load()
ENTRIES = [*DATA["words"], *DATA["german"]]
# A word to avoid, in the smallest text of each kind that has it.
HIT = "The other person waits."


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: next(iter(entry["not"])))
def test_each_word_to_avoid_is_found_in_its_example(entry: dict[str, Any]) -> None:
    missed = [word for word, example in entry["not"].items() if not list(words.found_in(example, [entry]))]
    assert missed == []
    for pattern in entry["patterns"]:
        only = {**entry, "patterns": [pattern]}
        examples = [*entry["not"].values(), *entry.get("also", ())]
        assert any(list(words.found_in(example, [only])) for example in examples), pattern


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: next(iter(entry["not"])))
def test_what_to_say_is_not_a_word_to_avoid(entry: dict[str, Any]) -> None:
    assert entry["say"] and not list(words.found_in(entry["say"], [*DATA["words"], entry]))


@pytest.mark.parametrize(
    "text",
    [
        "Where the web server runs PHP, overwrite.cli.url goes into config.php.",
        "The folder holds config.php, and no error is told apart.",
        "There is no group 'pilot'. There are none left. The type is none of these.",
        "The user is in no group. A code is no longer valid. PHP stands for nothing. The release 34.0.1.",
    ],
)
def test_other_meanings_are_not_found(text: str) -> None:
    assert list(words.found_in(text, DATA["words"])) == []


@pytest.mark.parametrize(
    ("path", "content", "line"),
    [
        ("plugins/modules/x.py", f'# person\nDOCUMENTATION = r"""\n---\nnotes: {HIT}\n"""\nperson = "person"\n', 4),
        ("plugins/doc_fragments/x.py", f'class Fragment:\n    GUARD = r"""\nnotes: {HIT}\n"""\n', 3),
        ("plugins/module_utils/_a/x.py", f'"""A person."""\n# {HIT}\nx = f"{HIT} {{x}}"\n', 3),
        ("plugins/module_utils/_errors.py", f'A = {{"person": ("NC101", "{HIT}")}}\n', 1),
        ("bridge/src/x.php", f"<?php\n// {HIT}\n/* {HIT}\n */\nthrow new Failure('a', '{HIT}');\n", 5),
        ("tools/errors.yml", f"# {HIT}\ncause: {HIT}\n", 2),
        ("roles/x/meta/argument_specs.yml", f"# {HIT}\ndescription: {HIT}\n", 2),
        ("roles/x/tasks/main.yml", f"- name: {HIT}\n  vars: {{person: 1}}\n", 1),
        ("playbooks/x.yml", f'- hosts: all\n  tasks:\n    - fail:\n        msg: "{{{{ person }}}} {HIT}"\n', 4),
        ("playbooks/templates/report/x.html.j2", f"{{# {HIT}\n #}}\n{{{{ person }}}}\n<p>{HIT}</p>\n", 4),
        ("playbooks/templates/x.txt.j2", f"{{{{ person ~\n '{HIT}' }}}}", 1),
        ("awx/surveys/x.json", f'{{\n  "variable": "person",\n  "question_name": "{HIT}"\n}}\n', 3),
        ("nextcloud_app/twofactor_secsign/templates/x.php", f"<p><?php p($l->t('{HIT}')) ?></p>\n", 1),
        ("nextcloud_app/twofactor_secsign/js/x.js", f"// {HIT}\nconst person = '{HIT}'\n", 2),
        ("nextcloud_app/twofactor_secsign/appinfo/info.xml", f"<summary>{HIT}</summary>\n", 1),
        ("nextcloud_app/twofactor_secsign/l10n/de.json", '{\n    "Phone": "Mit dem Telefon"\n}\n', 2),
        ("README.md", f"`person`\n```\n{HIT}\n```\n{HIT}\n", 5),
        ("roles/x/README.md", f"{HIT}\n", 1),
    ],
)
def test_a_word_is_found_in_texts_for_users_alone(tmp_path: Path, path: str, content: str, line: int) -> None:
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(content, encoding="utf-8")
    found = list(words.lint({**DATA, "pending": []}, tmp_path))
    assert [(finding.path, finding.line) for finding in found] == [(path, line)]


def test_a_finding_names_place_word_and_what_to_say(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(HIT, encoding="utf-8")
    data = {**DATA, "pending": [], "excused": []}
    assert words.problems(data, tmp_path) == ["README.md:1: 'person': use: user, users, they"]
    excuse = {"path": "README.md", "text": "other person", "reason": "a test"}
    assert words.problems({**data, "excused": [excuse]}, tmp_path) == []
    assert words.problems({**data, "pending": [{"path": "README.md"}]}, tmp_path) == []
    (surplus,) = words.problems({**data, "excused": [excuse, {**excuse, "text": "no more"}]}, tmp_path)
    assert "no more" in surplus


def test_every_excuse_has_a_reason_and_every_pending_room_a_subject() -> None:
    assert all(entry["reason"] for entry in DATA["excused"])
    for entry in DATA["pending"]:
        assert entry["subject"] and (ROOT / entry["path"]).exists(), entry


def test_every_kind_of_text_exists() -> None:
    """A pattern that no file matches any more would check nothing."""
    assert [pattern for pattern, _take in words.SOURCES if not list(ROOT.glob(pattern))] == []


def test_texts_for_users_have_no_word_to_avoid() -> None:
    assert words.problems(DATA) == []
