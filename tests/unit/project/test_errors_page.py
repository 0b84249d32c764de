# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/errors.md is what the table of sentences says, and no sentence with which something fails lacks its code."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from typing import Any

import yaml
from paths import ROOT

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import MESSAGES

CODES = {code for code, _sentence in MESSAGES.values()}
# what a filter raises; modules and action plugins fail through NextcloudError, which adds the code
OF_ANSIBLE = {"AnsibleError", "AnsibleActionFail", "AnsibleFilterError"}

PLAYS = sorted([*(ROOT / "playbooks").rglob("*.yml"), *(ROOT / "roles").rglob("tasks/*.yml")])


def test_page_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("errors_page", ROOT / "tools" / "errors_page.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert written == module.page(), "run python3 tools/errors_page.py"


def test_each_code_has_cause_and_remedy_and_nothing_else_has() -> None:
    said = yaml.safe_load((ROOT / "tools" / "errors.yml").read_text(encoding="utf-8"))
    assert set(said["codes"]) == CODES
    assert set(said["groups"]) == {code[:3] for code in CODES}
    for code, about in said["codes"].items():
        assert set(about) == {"cause", "remedy"} and all(text.endswith(".") for text in about.values()), code


def _codes(text: str) -> list[str]:
    return re.findall(r"\[(NC\d{3})\]$", text.strip())


def _without_code() -> Iterator[str]:
    """What ends a task without NextcloudError: exceptions of Ansible's own, and results that say failed."""
    for path in sorted((ROOT / "plugins").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            argument = ast.unparse(node.args[0]) if node.args else ""
            if getattr(node.func, "id", "") in OF_ANSIBLE and not re.search(
                r"(NextcloudError\(.*\)|error)\.message$", argument
            ):
                yield where
            if {"failed", "msg"} <= {word.arg for word in node.keywords}:
                yield where


def _tasks(node: Any) -> Iterator[Any]:
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _tasks(inner)
    if isinstance(node, dict):
        yield node


def _in_plays() -> Iterator[tuple[str, str]]:
    for path in PLAYS:
        for task in _tasks(yaml.safe_load(path.read_text(encoding="utf-8"))):
            where = f"{path.relative_to(ROOT)}: {task.get('name', '')}"
            if "ansible.builtin.fail" in task:
                yield where, task["ansible.builtin.fail"]["msg"]
            if "ansible.builtin.assert" in task:
                yield where, task["ansible.builtin.assert"]["fail_msg"]


def test_no_sentence_lacks_its_code() -> None:
    assert list(_without_code()) == []
    assert [where for where, text in _in_plays() if not set(_codes(text)) & CODES] == []


def test_plays_fail_with_errors_of_the_table_and_all_their_facts() -> None:
    found = []
    for path in PLAYS:
        for task in _tasks(yaml.safe_load(path.read_text(encoding="utf-8"))):
            if "secsign.nextcloud.fail" in task:
                found.append(task["secsign.nextcloud.fail"])
    assert len(found) > 3, "this test no longer sees what it is about"
    for options in found:
        message = MESSAGES[options["error"]][1]
        assert set(options["facts"]) == set(re.findall(r"\{(\w+)\}", message)), options["error"]


def test_plays_have_no_code_typed_by_hand() -> None:
    assert [path for path in PLAYS if re.search(r"\[NC\d{3}\]", path.read_text(encoding="utf-8"))] == []
