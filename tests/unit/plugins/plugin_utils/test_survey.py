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

from ansible_collections.secsign.nextcloud.plugins.action import report
from ansible_collections.secsign.nextcloud.plugins.filter.survey import survey
from ansible_collections.secsign.nextcloud.plugins.filter.survey_list import survey_list
from ansible_collections.secsign.nextcloud.plugins.filter.survey_problem import survey_problem
from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Context, Part
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules import rollback
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.enforcement import Enforcement
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.exemptions import Exemptions
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.id_server import IdServer
from ansible_collections.secsign.nextcloud.plugins.module_utils._users.unlock import Unlock
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
        ("survey_enforced", "maybe", ["survey_enforced", "maybe", "true or false"]),
        ("survey_enforced", 2, ["survey_enforced"]),
        ("survey_serverport", "https", ["survey_serverport", "https", "whole number"]),
        ("survey_serverport", True, ["survey_serverport"]),
        ("survey_serverport", "٣", ["survey_serverport"]),
        ("survey_guard", "relaxed", ["survey_guard", "relaxed", "strict"]),
        ("survey_groups", {"a": 1}, ["survey_groups"]),
        ("survey_groups", True, ["survey_groups"]),
        ("survey_server", ["a", "b"], ["survey_server"]),
        ("survey_enforce", "true", ["survey_enforce: unknown question", "survey_enforced"]),
    ],
)
def test_a_wrong_answer_names_its_question(question: str, answer: Any, words: list[str]) -> None:
    with pytest.raises(AnsibleFilterError) as caught:
        survey({}, {question: answer})
    reported = str(caught.value)
    assert all(word in reported for word in words) and "[NC201]" in reported and "\n" not in reported
    assert survey_problem({question: answer}) + " [NC201]" == reported


def test_valid_answers_have_no_problem() -> None:
    assert survey_problem({"survey_enforced": "true", "survey_rollout_serial": "1, 10%"}) == ""
    assert survey_problem({"survey_rollout_serial": True}).startswith("survey_rollout_serial: True is not a list.")


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
    reported = json.loads(path.read_text(encoding="utf-8"))
    assert set(reported) == {"name", "description", "spec"} and reported["name"]
    variables = [question["variable"] for question in reported["spec"]]
    assert variables and len(set(variables)) == len(variables)
    playbook = (ROOT / "playbooks" / f"{path.stem}.yml").read_text(encoding="utf-8")
    for question in reported["spec"]:
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


# Options of the modules that each survey answers, but for site.json. The answers of exempt.json are one exemption.
OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "unlock": Unlock.SPEC,
    "exempt": {
        **Exemptions.SPEC["exemptions"]["options"],
        "until_day": Exemptions.SPEC["exemptions"]["options"]["until"],
        "state": Exemptions.SPEC["state"],
    },
    "rollback": rollback.SPEC,
    # the comparison is a task of the playbook, not an option
    "audit": {
        **{f"audit_{name}": spec for name, spec in report._SPEC.items()},
        "audit_drift_check": {"type": "bool", "default": True},
    },
}
QUESTIONS = [
    pytest.param(path.stem, question, id=f"{path.stem}-{question['variable']}")
    for path in SURVEYS
    for question in json.loads(path.read_text(encoding="utf-8"))["spec"]
]


def option_of(survey_name: str, variable: str) -> dict[str, Any]:
    if survey_name != "site":
        return OPTIONS[survey_name][variable]
    if variable in _survey.OF_THE_PLAYBOOK:
        return {"type": "list"}
    owner, option = _survey.QUESTIONS[variable]
    return dict(_survey._SPECS[owner][option])


@pytest.mark.parametrize(("name", "question"), QUESTIONS)
def test_a_question_has_type_choices_and_default_of_its_option(name: str, question: dict[str, Any]) -> None:
    option = option_of(name, question["variable"])
    choices = ["true", "false"] if option["type"] == "bool" else option.get("choices")
    if choices:
        assert question["type"] == "multiplechoice"
        assert sorted(set(question["choices"]) - {""}) == sorted(choices)
    else:
        assert question["type"] == {"int": "integer", "str": "text"}.get(option["type"], question["type"])
        assert question["type"] in ("text", "textarea", "integer")
    if question["default"] != "":
        assert question["default"] == str(option["default"]).lower()


# How the modules check a number, where they have a lower and an upper bound.
CHECKS: dict[str, tuple[dict[str, Any], type[Part], str]] = {
    "survey_exempt_days": (Enforcement.SPEC, Enforcement, "exempt_days"),
    "survey_serverport": (IdServer.SPEC, IdServer, "serverport"),
    "survey_fallbackport": (IdServer.SPEC, IdServer, "fallbackport"),
    "hours": (Unlock.SPEC, Unlock, "hours"),
}


def accepts(variable: str, value: int) -> bool:
    """Whether the module takes this value."""
    spec, make, option = CHECKS[variable]
    params = {name: about.get("default") for name, about in spec.items()}
    try:
        make({**params, "app_id": "auto", "user": "alice", option: value}, Context())
    except NextcloudError as error:
        assert error.message.startswith(f"{option}: ")
        return False
    return True


@pytest.mark.parametrize(("name", "question"), [param for param in QUESTIONS if param.values[1]["type"] == "integer"])
def test_bounds_of_a_number_are_those_of_the_module(name: str, question: dict[str, Any]) -> None:
    lowest, highest = question["min"], question["max"]
    if question["variable"] == "audit_list_limit":
        assert lowest == 1  # the report has no upper bound, AWX needs one
        return
    values = (lowest - 1, lowest, highest, highest + 1)
    assert [accepts(question["variable"], value) for value in values] == [False, True, True, False]


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
