# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""With any answer of one managed node the audit ends, and its results for the other nodes are the same."""

from __future__ import annotations

import copy
import csv
import io
import json
import math
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from audit_fleet import exemption, pack, same, state, user
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_writer import write

from ansible_collections.secsign.nextcloud.plugins.module_utils._text import UNPRINTABLE, printable_data
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._answers import STATE, USER
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit import checks
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.host import Host, examine
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.policy import make_policy
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.redact import Redactor
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.build import Builder
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.csv_files import UserFile
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.remediation import Commands
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._schema import compiled, first_problem

USERS = [
    user("admin", groups=["admin"]),
    user("bob", "locked_out", secsign_ids=[{"app": "twofactor_secsign", "id": "bob@x", "enabled": True}]),
    user("held", "exempt"),
    user("late", "will_enrol", groups=["interns"], providers={"totp": False}),
]
SAML = {
    "type": "saml",
    "version": "1.0",
    "password_form": True,
    "identity_providers": [{"id": 1, "entity_id": "https://idp", "display_name": "IdP", "certificate_days_left": 3}],
}
RULES: list[dict[str, Any]] = [
    {"id": "factor", "check": "factor", "backup_codes": 1},
    {"id": "locked-out", "check": "locked_out", "count_backup_codes_only": True},
    {"id": "enforced", "check": "enforced"},
    {"id": "groups", "check": "enforced", "groups": ["interns"]},
    {
        "id": "exemptions",
        "check": "exemptions",
        "max_days": 1,
        "max_count": 0,
        "allow_groups": False,
        "allow_admins": False,
    },
    {"id": "version", "check": "app_version", "minimum": "1.2"},
    {"id": "servers", "check": "id_servers", "allowed": ["https://id.example.com"]},
    {"id": "logins", "check": "admin_login", "max_days": 1},
    {"id": "admins", "check": "admins", "minimum": 2},
    {"id": "load", "check": "providers_load"},
    {"id": "idp", "check": "identity_provider"},
    {"id": "drift", "check": "drift"},
]
POLICY = make_policy(
    {"version": 1, "name": "x", "leave_out": {"users": ["glass"], "groups": ["robots"]}, "rules": RULES}
)


def answer() -> dict[str, Any]:
    return state(
        USERS, exemptions=[exemption("held"), exemption("interns", "group", over=True)], saml=copy.deepcopy(SAML)
    )


def drift() -> dict[str, Any]:
    return {
        "changed": True,
        "diff": {
            "before": {
                "app": {"state": "enabled"},
                "enforcement": {"groups": ["a"], "managed_groups": {"secsign-exempt": ["held"]}},
                "secsign_ids": {"bob": "x"},
            },
            "after": {
                "app": {"state": "absent"},
                "enforcement": {"groups": [], "managed_groups": {}, "exemptions": ["x"]},
                "secsign_ids": {"bob": None},
            },
        },
    }


# ---------------------------------------------------------------------- changes at random

ODD: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    10**30,
    10**4000,
    math.nan,
    math.inf,
    "",
    "5",
    "²",
    "1.²",
    "9" * 5000,
    "x" * 200_000,
    "eve\x1b[2J\x9b\u202e",
    "\ud800",
    "2026-13-45T99:99:99Z",
    "0000-00-00T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "٢٠٢٦-12-31T18:00:00Z",
    [],
    {},
    [[]],
    {"a": {}},
    ["x"] * 50,
    [None],
    [{}],
    {"name": "other"},
    {"": ""},
    {"uid": "bob"},
]
JSON = st.recursive(
    st.sampled_from(ODD) | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5) | st.sampled_from(["uid", "name", "groups", "rows"]), inner, max_size=3)
    ),
    max_leaves=5,
)
Place = tuple[Any, ...]


def places(value: Any, before: Place = ()) -> list[Place]:
    found = [before] if before else []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        found += places(inner, (*before, key))
    return found


def change(draw: Any, value: Any) -> None:
    """Something is replaced, taken away or added, anywhere in the value."""
    place = draw(st.sampled_from(places(value)))
    within = value
    for key in place[:-1]:
        within = within[key]
    kind = draw(st.sampled_from(["replace", "replace", "delete", "add"]))
    if kind == "delete":
        del within[place[-1]]
    elif kind == "add" and isinstance(within, dict):
        within[draw(st.text(max_size=5))] = copy.deepcopy(draw(JSON))
    elif kind == "add":
        within.append(copy.deepcopy(draw(JSON)))
    else:
        within[place[-1]] = copy.deepcopy(draw(JSON))


@st.composite
def spoilt(draw: Any, make: Callable[[], dict[str, Any]] = answer) -> dict[str, Any]:
    value = copy.deepcopy(make())
    users = copy.deepcopy(USERS)
    for _number in range(draw(st.integers(1, 3))):
        if "users_packed" in value and draw(st.booleans()) and places(users):
            change(draw, users)
            try:
                value["users_packed"] = pack(users)
            except (ValueError, TypeError):  # a number of which Python makes no text
                users = copy.deepcopy(USERS)
        elif value:
            change(draw, value)
    return value


def judged(result: Any, difference: Any, redactor: Redactor | None = None) -> tuple[Host, dict[str, Any]]:
    """The host and what report.json would say of it, through all that makes it."""
    redactor = redactor or Redactor()
    host = examine("evil", result, difference, POLICY, redactor)
    found = checks.rule_results(POLICY, host)
    broken = checks.broken_rules(found)
    UserFile(io.StringIO(), redactor.show_ids).add(host, broken)
    builder = Builder(POLICY, (), Commands(), 10)
    builder.add(host, found, broken)
    report = builder.report({"id": "x", "started": "x"}, {}, ())
    json.dumps(report)
    return host, printable_data(report)


RELAXED = settings(
    max_examples=300,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


@RELAXED
@given(
    spoilt(),
    spoilt(drift),
    st.sampled_from([Redactor(), Redactor(show_ids=True), Redactor("a key of sixteen characters")]),
)
def test_no_answer_ends_the_audit(result: dict[str, Any], difference: dict[str, Any], redactor: Redactor) -> None:
    host, report = judged(result, difference, redactor)
    problem = report["hosts"][0]["problem"]
    assert (problem is None) is host.read
    if not host.read:
        assert problem and len(problem) < 1000 and not UNPRINTABLE.search(problem)
        assert report["hosts"][0]["status"] == "unread"
    judged(answer(), difference, redactor)
    judged(result, drift(), redactor)


@given(JSON, JSON)
def test_no_value_at_all_ends_the_audit(result: Any, difference: Any) -> None:
    judged(result, difference)
    judged(answer(), difference)


@RELAXED
@given(st.data())
def test_both_ways_to_check_a_user_agree(data: Any) -> None:
    row = copy.deepcopy(USERS[data.draw(st.integers(0, 3))])
    for _number in range(data.draw(st.integers(0, 2))):
        if row:
            change(data.draw, row)
    assert compiled(USER)(row) is (first_problem(row, USER, "user") is None)


def test_the_answer_that_is_changed_is_good_before() -> None:
    assert first_problem(answer(), STATE, "x") is None
    host, report = judged(answer(), drift())
    assert host.read and len(host.users) == 4
    assert {result["status"] for result in report["hosts"][0]["rule_results"]} == {"met", "failure"}


# ---------------------------------------------------------------------- one by one


def deep(levels: int, value: Any = 0) -> Any:
    for number in range(levels):
        value = [value] if number % 2 else {"a": value}
    return value


WRONG: list[Any] = [
    ({"nextcloud": 5}, "nextcloud must be a dictionary, and is 5"),
    ({"exemptions": {"a": 1}}, "exemptions must be a list, and is a dictionary"),
    ({"exemptions": [exemption("x", until="2026-02-30T00:00:00Z")]}, "exemptions[0].until must be a time in UTC"),
    ({"exemptions": [exemption("x", until=5)]}, "exemptions[0].until must be a text"),
    ({"exemptions": [dict(exemption("x"), name=None)]}, "exemptions[0].name must be a text, and is null"),
    ({"users_packed": [user("x")]}, "users_packed must be a text"),
    ({"users_packed": "x"}, "users_packed: it is not valid"),
    ({"users_packed": pack([{"uid": "x"}])}, "user 0 lacks the key backend"),
    ({"users_summary": None}, "users_summary must be a dictionary, and is null"),
    ({"enforcement": {"groups": "all"}}, "enforcement.groups must be a list, and is 'all'"),
    ({"nextcloud": {"time": "1795500000"}}, "nextcloud.time must be a whole number, and is '1795500000'"),
    ({"nextcloud": {"time": math.nan}}, "nextcloud.time must be a whole number, and is nan"),
    ({"nextcloud": {"time": 10**5000}}, "nextcloud.time must be at most 253402300799, and is a very large number"),
    ({"nextcloud": {"release": deep(3000)}}, "nextcloud.release must be a text"),
    ({"app": {"version": {"\x1b": 1}}}, "app.version must be a text or null"),
    ({"providers": [{"app": "x", "loads": "yes"}]}, "providers[0].loads must be true or false, and is 'yes'"),
    ({"saml": {"type": "saml", "identity_providers": 1}}, "saml.identity_providers must be a list"),
    (
        {"saml": {"type": "saml", "identity_providers": [{"id": 1, "certificate_days_left": "3"}]}},
        "certificate_days_left must be a whole number or null",
    ),
]


@pytest.mark.parametrize(("changes", "said"), WRONG, ids=range(len(WRONG)))
def test_a_host_whose_answer_is_wrong_is_unread_with_the_reason(changes: dict[str, Any], said: str) -> None:
    result = answer()
    for key, value in changes.items():
        result[key] = (
            dict(result[key], **value) if isinstance(value, dict) and isinstance(result.get(key), dict) else value
        )
    host, _report = judged(result, None)
    assert not host.read and host.problem is not None
    assert said in host.problem and host.problem.endswith("[NC703]")


DRIFTS: list[Any] = [5, [], "x", {"before": 5}, {"before": [], "after": {}}, {"before": {"app": deep(3000)}}]


@pytest.mark.parametrize("difference", DRIFTS, ids=range(len(DRIFTS)))
def test_a_host_whose_check_run_answers_nonsense_is_unread(difference: Any) -> None:
    host, _report = judged(answer(), {"changed": True, "diff": difference})
    assert not host.read and host.problem is not None and host.problem.endswith("[NC703]")


def test_long_lists_are_compared_in_no_time() -> None:
    before, after = [f"u{number}" for number in range(100_000)], [f"u{number}" for number in range(1, 100_001)]
    found = {
        "changed": True,
        "diff": {
            "before": {"enforcement": {"managed_groups": {"x": before}}},
            "after": {"enforcement": {"managed_groups": {"x": after}}},
        },
    }
    host, _report = judged(answer(), found)
    assert [(change.before, change.after) for change in host.drift.changes] == [("u0", "u100000")]


# ---------------------------------------------------------------------- the others in every file

OTHERS: dict[str, dict[str, Any]] = {
    "a": state(
        [user("admin", groups=["admin"]), user("x", "locked_out"), user("y", "not_in_scope")],
        enforcement={"enforced": False},
    ),
    "z": state([user("admin", groups=["admin"])], exemptions=[exemption("admin", over=True), exemption("it", "group")]),
    "gone": {"unreachable": True, "msg": "No route to host"},
}
POLICY_FILE = {"rules": RULES}


def of_others(folder: Path, report: dict[str, Any]) -> dict[str, Any]:
    """All that the files say of the hosts that mean no harm."""
    others: dict[str, Any] = {
        "hosts": {host["name"]: json.dumps(host) for host in report["hosts"] if host["name"] in OTHERS}
    }
    for part in ("users", "findings", "exemptions"):
        others[part] = [json.dumps(entry) for entry in report[part] if entry["host"] in OTHERS]
    with open(folder / "users.csv", encoding="utf-8-sig", newline="") as handle:
        others["csv"] = [row for row in csv.reader(handle) if row[0] != "evil"]
    suites = ET.parse(folder / "junit.xml").getroot().iter("testsuite")
    others["junit"] = []
    for suite in suites:
        del suite.attrib["timestamp"]
        others["junit"] += [ET.tostring(suite).decode()] if suite.get("name") in OTHERS else []
    return others


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder, report = write(tmp_path_factory.mktemp("without") / "out", OTHERS, policy=POLICY_FILE)
    return of_others(folder, report)


NONSENSE = [
    answer() | {"nextcloud": 5},
    {"msg": deep(3000)},
    {"msg": 10**5000, "failed": True},
    {},
    answer() | {"users_packed": "AAAA"},
]


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(spoilt(), spoilt(drift))
def test_every_file_says_the_same_of_the_others(
    tmp_path: Path, without: dict[str, Any], evil: Any, difference: Any
) -> None:
    assert beside(tmp_path, evil, difference) == without


@pytest.mark.parametrize("evil", NONSENSE, ids=range(len(NONSENSE)))
def test_every_file_says_the_same_beside_nonsense(evil: Any, tmp_path: Path, without: dict[str, Any]) -> None:
    assert beside(tmp_path, evil, {"diff": {"before": deep(3000)}}) == without


def beside(tmp_path: Path, evil: Any, difference: Any) -> dict[str, Any]:
    drifts = dict({name: same() for name in OTHERS}, evil=difference)
    return of_others(
        *write(Path(tempfile.mkdtemp(dir=tmp_path)) / "out", dict(OTHERS, evil=evil), drifts, policy=POLICY_FILE)
    )


def test_a_host_with_very_much_to_report_pushes_nobody_out(tmp_path: Path, without: dict[str, Any]) -> None:
    many = [user(f"u{number:05d}", "locked_out") for number in range(3000)]
    held = [exemption(f"u{number:05d}", over=True, until="2001-01-01T00:00:00Z") for number in range(3000)]
    evil = state(many, exemptions=held, providers=[{"app": f"x{number}", "loads": False} for number in range(3000)])
    folder, report = write(tmp_path / "out", dict(OTHERS, evil=evil), policy=POLICY_FILE, list_limit=240)
    assert of_others(folder, report) == without
    assert [len(report[part]) for part in ("users", "findings", "exemptions")] == [240, 240, 240]
    assert report["fleet"]["exemptions"] == 3002 == report["exemptions_total"]
