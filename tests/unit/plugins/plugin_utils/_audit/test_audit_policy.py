# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy and the controls: each problem of a file is a message that names the key."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit import policy as policies
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.checks import CHECKS

SHIPPED: dict[str, Any] = yaml.safe_load(policies.DEFAULT_POLICY.read_text(encoding="utf-8"))
SELECTABLE = ", ".join(check.name for check in CHECKS.values() if not check.always)
CONTROLS: dict[str, Any] = yaml.safe_load(policies.DEFAULT_CONTROLS.read_text(encoding="utf-8"))


def policy(*rules: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return dict({"version": 1, "name": "Test", "rules": list(rules) or [{"id": "a", "check": "locked_out"}]}, **changes)


def rule(check: str, **options: Any) -> dict[str, Any]:
    return dict({"id": "a", "check": check}, **options)


WRONG: dict[str, Any] = {
    "not a dictionary": ([], ["policy must be a dictionary, and is a list."]),
    "empty file": (None, ["policy must be a dictionary, and is null."]),
    "no rules": ({"version": 1, "name": "x"}, ["policy lacks the key rules."]),
    "rules empty": (policy() | {"rules": []}, ["policy.rules must have at least 1 entry."]),
    "unknown key": (
        policy(colour="red"),
        ["policy.colour is not known; policy takes leave_out, name, rules, secsign_providers, version."],
    ),
    "other version": (policy() | {"version": 2}, ["policy.version must be 1, and is 2."]),
    "name empty": (policy() | {"name": ""}, ["policy.name must not be empty."]),
    "name a number": (policy() | {"name": 5}, ["policy.name must be a text, and is 5."]),
    "no check": (policy({"id": "a"}), ["policy.rules[0] lacks the key check."]),
    "rule a text": (policy() | {"rules": ["factor"]}, ["policy.rules[0] must be a dictionary, and is 'factor'."]),
    "level": (
        policy(rule("drift", level="fatal")),
        ["policy.rules[0].level must be one of failure, warning, off, and is 'fatal'."],
    ),
    "level false": (policy(rule("drift", level=False)), ["policy.rules[0].level must be a text, and is false."]),
    "id": (
        policy({"id": "A b", "check": "drift"}),
        ["policy.rules[0].id must be an id of small letters, digits and hyphens, and is 'A b'."],
    ),
    "option of another check": (
        policy(rule("drift", max_days=3)),
        ["policy.rules[0].max_days is not known; policy.rules[0] takes check, id, level, title, title_not_met."],
    ),
    "option missing": (policy(rule("admin_login")), ["policy.rules[0] lacks the key max_days."]),
    "too small": (policy(rule("admin_login", max_days=0)), ["policy.rules[0].max_days must be at least 1, and is 0."]),
    "too large": (
        policy(rule("factor", backup_codes=101)),
        ["policy.rules[0].backup_codes must be at most 100, and is 101."],
    ),
    "true as a number": (
        policy(rule("exemptions", max_count=True)),
        ["policy.rules[0].max_count must be a whole number, and is true."],
    ),
    "factor": (
        policy(rule("factor", factor="sms")),
        ["policy.rules[0].factor must be one of any, secsign, and is 'sms'."],
    ),
    "factor a number": (
        policy(rule("factor", factor=7)),
        ["policy.rules[0].factor must be a text or a list, and is 7."],
    ),
    "factor list empty": (policy(rule("factor", factor=[])), ["policy.rules[0].factor must have at least 1 entry."]),
    "group not a text": (
        policy(rule("enforced", groups=["it", 3])),
        ["policy.rules[0].groups[1] must be a text, and is 3."],
    ),
    "version a float": (
        policy(rule("app_version", minimum=1.0)),
        ["policy.rules[0].minimum must be a text, and is 1.0."],
    ),
    "version not numbers": (
        policy(rule("app_version", minimum="new")),
        ["policy.rules[0].minimum must be the oldest version allowed, in quotes, as in '1.0.0', and is 'new'."],
    ),
    "id server not https": (
        policy(rule("id_servers", allowed=["http://x"])),
        ["policy.rules[0].allowed[0] must be an address that begins with https://, and is 'http://x'."],
    ),
    "leave_out": (
        policy(leave_out={"group": ["x"]}),
        ["policy.leave_out.group is not known; policy.leave_out takes groups, guests, no_password_login, users."],
    ),
    "id twice": (
        policy(rule("drift"), rule("admins", minimum=1)),
        ["policy.rules[1].id is 'a' a second time; give each rule an id of its own."],
    ),
    "id taken": (
        policy({"id": "host-read", "check": "drift"}),
        ["policy.rules[0].id must not be 'host-read', a rule of every policy."],
    ),
    "two problems": (
        policy(rule("drift", level="x"), rule("factr")),
        [
            "policy.rules[0].level must be one of failure, warning, off, and is 'x'.",
            f"policy.rules[1].check must be one of {SELECTABLE}, and is 'factr'.",
        ],
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_every_problem_is_a_message_that_names_the_key(case: str) -> None:
    data, messages = WRONG[case]
    assert policies.policy_problems(data) == messages
    with pytest.raises(policies.PolicyError) as raised:
        policies.make_policy(data)
    assert str(raised.value) == " ".join(messages)


@pytest.mark.parametrize("case", WRONG)
def test_any_other_validator_refuses_the_same(case: str) -> None:
    jsonschema = pytest.importorskip(
        "jsonschema",
        reason="jsonschema is not installed: the shipped schema is only checked by the collection's own checker",
    )
    validator = jsonschema.Draft202012Validator(policies.schema("policy"))
    by_schema = case not in ("id twice", "id taken")  # what a schema cannot say
    assert validator.is_valid(WRONG[case][0]) is not by_schema


def test_the_shipped_files_are_good() -> None:
    assert policies.policy_problems(SHIPPED) == []
    made = policies.make_policy(SHIPPED)
    assert {one.check for one in made.rules} == set(CHECKS), "the example shows every check there is"
    assert made.leave_out.groups == {"service-accounts"}
    frameworks = policies.make_controls(CONTROLS)
    assert [one.id for one in frameworks] == [
        "nist-sp-800-63b",
        "iso-iec-27001-2022",
        "bsi-it-grundschutz",
        "pci-dss-4",
        "cis-controls-8",
    ]
    known = set(CHECKS) | {one.id for one in made.rules}
    for framework in frameworks:
        for control in framework.controls:
            assert control.served_by <= known, (
                f"{control.id} names something that is neither a check nor a rule of the example"
            )


def test_the_shipped_schemas_are_json_schema() -> None:
    jsonschema = pytest.importorskip(
        "jsonschema", reason="jsonschema is not installed: the shipped schemas are not checked against their own"
    )
    for name in ("policy", "controls", "report"):
        jsonschema.Draft202012Validator.check_schema(policies.schema(name))
    for name, data in (("policy", SHIPPED), ("controls", CONTROLS)):
        jsonschema.Draft202012Validator(policies.schema(name)).validate(data)


def test_a_rule_that_is_off_is_not_there_and_one_without_a_level_fails() -> None:
    made = policies.make_policy(policy(dict(rule("drift"), level="off"), {"id": "b", "check": "admins", "minimum": 2}))
    assert [(one.id, one.level) for one in made.rules] == [("host-read", "failure"), ("b", "failure")]
    assert made.rules[1].options == {"minimum": 2}


CONTROL_EDITS: list[Any] = [
    (
        lambda data: data["frameworks"][0]["controls"][0].pop("served_by"),
        "controls.frameworks[0].controls[0] lacks the key served_by.",
    ),
    (
        lambda data: data["frameworks"][1]["controls"][0].update(id="8.5"),
        "controls.frameworks[1].controls[0].id must be an id of small letters",
    ),
    (
        lambda data: data["frameworks"][1]["controls"][0].update(id="sp800-63b-aal2"),
        "has the id sp800-63b-aal2 more than once",
    ),
    (lambda data: data.update(extra=1), "controls.extra is not known"),
]


@pytest.mark.parametrize(("edit", "message"), CONTROL_EDITS)
def test_a_wrong_mapping_of_controls_is_refused(edit: Callable[[Any], Any], message: str) -> None:
    data = copy.deepcopy(CONTROLS)
    edit(data)
    with pytest.raises(policies.PolicyError, match=re.escape(message)):
        policies.make_controls(data)


def test_a_missing_or_invalid_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(policies.PolicyError, match=r"policy: .*none.yml cannot be read \(No such file or directory\)"):
        policies.read_yaml(str(tmp_path / "none.yml"), "policy")
    broken = tmp_path / "broken.yml"
    broken.write_text("rules:\n  - id: [", encoding="utf-8")
    with pytest.raises(policies.PolicyError, match=r"policy: .*broken.yml is not valid YAML, line \d"):
        policies.read_yaml(str(broken), "policy")
    broken.write_bytes(b"name: \xff")
    with pytest.raises(policies.PolicyError, match=r"is not valid YAML"):
        policies.read_yaml(str(broken), "policy")
