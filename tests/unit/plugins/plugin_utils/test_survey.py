# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of a survey: text becomes what the option takes, or one sentence that names the question."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from hypothesis import given
from hypothesis import strategies as st
from paths import ROOT

from ansible_collections.secsign.nextcloud.plugins.filter.survey import survey
from ansible_collections.secsign.nextcloud.plugins.filter.survey_list import survey_list
from ansible_collections.secsign.nextcloud.plugins.plugin_utils import _survey

SURVEYS = sorted((ROOT / "awx" / "surveys").glob("*.json"))
# what AWX knows
TYPES = {"text", "textarea", "password", "multiplechoice", "multiselect", "integer", "float"}
FIELDS = {"question_name", "question_description", "required", "type", "variable", "default", "choices", "min", "max"}


@pytest.mark.parametrize(
    ("question", "answer", "becomes"),
    [
        ("survey_enforced", "true", True),
        ("survey_enforced", "False", False),
        ("survey_enforced", " yes ", True),
        ("survey_enforced", False, False),
        ("survey_groups", "a,b", ["a", "b"]),
        ("survey_groups", " a , b ,", ["a", "b"]),
        ("survey_groups", "a\nb\n", ["a", "b"]),
        ("survey_groups", "a\r\nb", ["a", "b"]),
        ("survey_groups", "Sales, North\nSales, South", ["Sales, North", "Sales, South"]),
        ("survey_groups", ["a", "b"], ["a", "b"]),
        ("survey_groups", "none", []),
        ("survey_groups", 123, ["123"]),
        ("survey_serverport", "443", 443),
        ("survey_serverport", 443, 443),
        ("survey_server", " https://id.example.com ", "https://id.example.com"),
        ("survey_guard", "exempt", "exempt"),
    ],
)
def test_what_an_answer_becomes(question: str, answer: Any, becomes: Any) -> None:
    variable, option = _survey.QUESTIONS[question]
    assert survey({}, {question: answer}) == {variable: {option: becomes}}


@pytest.mark.parametrize("answer", ["", "  ", "\n", None, []])
@pytest.mark.parametrize("question", sorted(_survey.QUESTIONS))
def test_an_empty_answer_is_none(question: str, answer: Any) -> None:
    assert survey({"twofactor_enforcement": {"enforced": True}}, {question: answer}) == {}


@pytest.mark.parametrize(
    ("question", "answer", "words"),
    [
        ("survey_enforced", "maybe", ["survey_enforced", "maybe", "true nor false"]),
        ("survey_enforced", 2, ["survey_enforced"]),
        ("survey_serverport", "https", ["survey_serverport", "https", "whole number"]),
        ("survey_serverport", True, ["survey_serverport"]),
        ("survey_serverport", "٣", ["survey_serverport"]),
        ("survey_guard", "relaxed", ["survey_guard", "relaxed", "strict"]),
        ("survey_groups", {"a": 1}, ["survey_groups"]),
        ("survey_groups", True, ["survey_groups"]),
        ("survey_server", ["a", "b"], ["survey_server"]),
        ("survey_enforce", "true", ["survey_enforce ", "survey_enforced"]),
    ],
)
def test_a_wrong_answer_names_its_question(question: str, answer: Any, words: list[str]) -> None:
    with pytest.raises(AnsibleFilterError) as caught:
        survey({}, {question: answer})
    told = str(caught.value)
    assert all(word in told for word in words) and "[NC201]" in told and "\n" not in told


def test_answers_go_over_the_inventory_and_leave_the_rest() -> None:
    given_before: dict[str, Any] = {
        "twofactor_enforcement": {"enforced": False, "groups": ["a"], "guard": "exempt"},
        "twofactor_app": {"state": "enabled"},
    }
    kept = json.dumps(given_before)
    changed = survey(given_before, {"survey_enforced": "true", "survey_groups": "b", "survey_rollout_groups": "b,c"})
    assert changed == {
        "twofactor_enforcement": {"enforced": True, "groups": ["b"], "guard": "exempt"},
        "rollout_groups": ["b", "c"],
    }
    assert json.dumps(given_before) == kept


def test_waves() -> None:
    assert survey_list("1, 10%, 100%") == ["1", "10%", "100%"]
    assert survey_list("") == survey_list(None) == []
    assert survey_list(5) == ["5"]


names = st.text(
    st.characters(exclude_characters=",\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", exclude_categories=["Cs"]), min_size=1
).filter(lambda text: text.strip() == text and text.lower() not in ("none", "nobody", "[]"))


@given(st.lists(names, min_size=1, max_size=6), st.sampled_from([",", ", ", "\n", "\r\n"]))
def test_names_come_through_whole(groups: list[str], between: str) -> None:
    assert _survey.as_list("survey_groups", between.join(groups)) == groups


@pytest.mark.parametrize("path", SURVEYS, ids=[path.stem for path in SURVEYS])
def test_the_examples_are_surveys_that_awx_takes(path: Path) -> None:
    told = json.loads(path.read_text(encoding="utf-8"))
    assert set(told) == {"name", "description", "spec"} and told["name"]
    variables = [question["variable"] for question in told["spec"]]
    assert variables and len(set(variables)) == len(variables)
    playbook = (ROOT / "playbooks" / f"{path.stem}.yml").read_text(encoding="utf-8")
    for question in told["spec"]:
        assert set(question) <= FIELDS and question["type"] in TYPES and question["question_name"]
        if question["type"] == "multiplechoice":
            # AWX keeps them as lines or as a list
            assert question["default"] in question["choices"]
        if path.stem == "site":
            assert question["variable"] in {*_survey.QUESTIONS, *_survey.OF_THE_PLAYBOOK}
            # an operator who only presses the button changes nothing
            assert question["default"] == "" and not question["required"]
        else:
            assert question["variable"] in playbook


def test_every_playbook_that_is_asked_for_has_a_survey() -> None:
    assert {path.stem for path in SURVEYS} == {"site", "unlock", "exempt", "rollback", "audit"}


def test_the_page_names_every_question() -> None:
    page = (ROOT / "docs" / "awx.md").read_text(encoding="utf-8")
    rows = {
        cells[1].strip().strip("`"): re.findall(r"`(\w+)`", cells[2])
        for cells in (line.split("|") for line in page.splitlines() if "`survey_" in line and "|" in line)
    }
    of_variables: dict[str, list[str]] = {}
    for question, (variable, _option) in _survey.QUESTIONS.items():
        of_variables.setdefault(variable, []).append(question)
    assert rows == {**of_variables, "of the playbook": list(_survey.OF_THE_PLAYBOOK)}
    for path in SURVEYS:
        if path.stem != "site":
            asked = [question["variable"] for question in json.loads(path.read_text(encoding="utf-8"))["spec"]]
            assert f"| `{path.name}` | " + ", ".join(f"`{name}`" for name in asked) + " |" in page
