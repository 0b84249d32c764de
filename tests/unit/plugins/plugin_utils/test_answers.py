# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a module's result reaches Ansible: nothing that it would obey, nothing that a terminal would obey, nothing
malformed."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import pytest
import yaml
from audit_fleet import state, user
from paths import PLUGINS

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._answers import (
    OWN_KEYS,
    STATE,
    UNLOCKED,
    USER,
    received,
)

EVE = "eve\x1b[2J\x9b31m\u202e"
ESCAPED = r"eve\x1b[2J\x9b31m\u202e"
ACCOUNT = {"user": EVE, "providers": {"totp": "on"}, "exempt_until": None, "login": "ready"}
UNLOCK = {"account": ACCOUNT, "login": "ready", "login_before": "locked_out"}


def test_data_stays_and_what_is_only_shown_is_escaped() -> None:
    result = {
        "changed": True,
        "service_provider": EVE,
        "commands": [EVE],
        "diff": {"before": {EVE: EVE}, "after": None},
        "warnings": [EVE],
        "msg": EVE,
    }
    kept = received(result, "enforcement")
    assert kept["service_provider"] == EVE
    assert kept == dict(
        result, commands=[ESCAPED], diff={"before": {ESCAPED: ESCAPED}, "after": None}, warnings=[ESCAPED], msg=ESCAPED
    )


def test_of_a_failure_everything_is_escaped() -> None:
    traceback = f"Traceback:\n  {EVE}\n"
    kept = received(
        {
            "failed": True,
            "msg": f"a\n{EVE}",
            "service_provider": EVE,
            "exception": traceback,
            "module_stderr": traceback,
        },
        "unlock",
    )
    shown = f"Traceback:\n    {ESCAPED}\n  "
    assert kept == {
        "failed": True,
        "msg": rf"a\n{ESCAPED}",
        "service_provider": ESCAPED,
        "exception": shown,
        "module_stderr": shown,
    }


@dataclasses.dataclass(frozen=True)
class Event:
    """As ansible-core from 2.19 on has them."""

    msg: str
    formatted_traceback: str | None = None
    events: tuple[Event, ...] | None = None
    kind: type = int


def test_values_of_a_kind_that_ansible_has_for_warnings_and_errors() -> None:
    inner = Event(f"a\n{EVE}", f"{EVE}\n{EVE}")
    shown = Event(rf"a\n{ESCAPED}", f"{ESCAPED}\n  {ESCAPED}")
    kept = received({"warnings": [Event(EVE, events=(inner,))], "exception": inner}, "enforcement")
    assert kept == {"warnings": [Event(ESCAPED, events=(shown,))], "exception": shown}


def test_what_ansible_would_obey_is_dropped() -> None:
    found = {
        "discovered_interpreter_python": "/usr/bin/python3",
        "audit_policy": "/tmp/x",
        "ansible_connection": "local",
    }
    kept = received(
        {"changed": False, "ansible_facts": found, "ansible_stats": 5, "results": [5], "skipped": True, "more": 1},
        "enforcement",
    )
    assert kept == {"changed": False, "ansible_facts": {"discovered_interpreter_python": "/usr/bin/python3"}}
    for facts in (5, None, [], {"audit_policy": "x"}):
        assert received({"changed": False, "ansible_facts": facts}, "enforcement") == {"changed": False}


def test_what_came_in_place_of_a_result_is_cut() -> None:
    kept = received({"failed": True, "msg": "x", "module_stdout": "x" * 1_000_000, "module_stderr": 5 * "x"}, "unlock")
    assert len(kept["module_stdout"]) == 100_001 and kept["module_stderr"] == "xxxxx"


def nested(levels: int) -> Any:
    value: Any = 0
    for _number in range(levels):
        value = {"a": [value]}
    return value


WRONG: list[Any] = [
    ("enforcement", {"guard": nested(5000)}, "inside each other"),
    ("enforcement", {"diff": 5}, "diff must be a dictionary"),
    ("enforcement", {"warnings": 5}, "warnings must be a list"),
    ("enforcement", {"failed": "x"}, "failed must be true or false"),
    ("enforcement", {"failed": True, "msg": {EVE: 1}}, "msg must be a text"),
    (
        "enforcement",
        {"failed": True, "msg": "x" * 1_000_000},
        "msg must have at most 100000 characters, and has 1000000",
    ),
    ("enforcement", {"commands": 5}, "commands must be a list"),
    ("enforcement", {"trace": [{"what": "x"}]}, "trace[0] lacks the key seconds"),
    ("enforcement", {"failed": True, "commands": [5]}, "commands[0] must be a text"),
    ("twofactor_info", {}, "lacks the key nextcloud"),
    ("twofactor_info", {"skipped": True}, "lacks the key nextcloud"),
    ("twofactor_info", dict(state([]), nextcloud=5), "nextcloud must be a dictionary, and is 5"),
    ("twofactor_info", dict(state([]), users=[user("a"), 5]), "users[1] must be a dictionary, and is 5"),
    (
        "twofactor_info",
        dict(state([]), **{"users_packed": EVE, "providers": {EVE: 1}}),
        "providers must be a list or null",
    ),
    ("unlock", {}, "lacks the key account"),
    (
        "unlock",
        dict(UNLOCK, account=dict(ACCOUNT, providers={EVE: EVE})),
        rf"providers.{ESCAPED} must be one of on, off, and is '{ESCAPED}'",
    ),
    ("unlock", dict(UNLOCK, login=EVE), "login must be one of"),
]


@pytest.mark.parametrize(("module", "result", "said"), WRONG, ids=range(len(WRONG)))
def test_what_is_malformed_is_a_failure_of_its_host(module: str, result: dict[str, Any], said: str) -> None:
    kept = received(dict(result, changed=True), module)
    assert (kept["failed"], kept["changed"], kept["code"]) == (True, True, "NC703")
    assert said in kept["msg"] and kept["msg"].endswith("[NC703]")
    assert set(kept) == {"failed", "changed", "code", "msg"}


def test_what_modules_return_is_taken() -> None:
    for module, result in (("twofactor_info", dict(state([user("a")]), users=[user("a")])), ("unlock", UNLOCK)):
        assert received(copy.deepcopy(result), module) == result


# ---------------------------------------------------------------------- what the modules say that they return

KINDS = {"dict": "object", "list": "array", "str": "string", "bool": "boolean", "int": "integer"}


@pytest.mark.parametrize(("module", "schema"), [("twofactor_info", STATE), ("unlock", UNLOCKED)])
def test_what_is_checked_is_what_is_documented(module: str, schema: dict[str, Any]) -> None:
    text = (PLUGINS / "modules" / f"{module}.py").read_text(encoding="utf-8")
    documented = yaml.safe_load(text.split('RETURN = r"""')[1].split('"""')[0])
    compare(documented, schema, module)
    if module == "twofactor_info":
        compare(documented["users"]["contains"], USER, "users")


def test_every_key_that_a_module_documents_is_taken_and_no_other() -> None:
    documented = set()
    for path in (PLUGINS / "modules").glob("*.py"):
        if path.stem not in ("report", "fail"):  # which no managed node answers
            text = path.read_text(encoding="utf-8")
            documented |= set(yaml.safe_load(text.split('RETURN = r"""')[1].split('"""')[0]))
    documented.remove("path")  # of backup_codes: the control node adds it
    assert documented == OWN_KEYS


def compare(documented: dict[str, Any], schema: dict[str, Any], where: str) -> None:
    for key, inner in schema["properties"].items():
        assert key in documented, f"{where}.{key}"
        kinds = [inner["type"]] if isinstance(inner["type"], str) else inner["type"]
        assert KINDS[documented[key]["type"]] in kinds, f"{where}.{key}"
        if "contains" in documented[key] and "properties" in inner:
            compare(documented[key]["contains"], inner, f"{where}.{key}")
