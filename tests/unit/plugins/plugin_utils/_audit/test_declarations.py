# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that must follow from the declaration of a check or of a report format."""

from __future__ import annotations

import importlib.util
import json
import re
from types import ModuleType
from typing import Any

import pytest
import yaml
from paths import ROOT

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit import remedies
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.checks import CHECKS, Check
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.policy import (
    DEFAULT_CONTROLS,
    DEFAULT_POLICY,
    make_policy,
    schema,
)
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.remedies import Remedy
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.formats import FORMATS, OTHERS
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.remediation import Commands

SELECTABLE = [check for check in CHECKS.values() if not check.always]
REMEDIES = {name: value for name, value in vars(remedies).items() if isinstance(value, Remedy)}


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit_checks", ROOT / "tools" / "audit_checks.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_files_are_up_to_date() -> None:
    assert tool().stale() == [], "run python3 tools/audit_checks.py"


def test_the_tool_sees_a_check_that_was_added(monkeypatch: pytest.MonkeyPatch) -> None:
    added = Check("added", "Yes", "No", "Test.", CHECKS["drift"].judge, remedies.SITE)
    monkeypatch.setitem(CHECKS, "added", added)
    schema.cache_clear()
    try:
        assert tool().stale() == [tool().SCHEMA, tool().PAGE]
    finally:
        schema.cache_clear()


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.name)
def test_a_check_is_complete(check: Check) -> None:
    assert re.fullmatch("[a-z_]+", check.name) and CHECKS[check.name] is check
    titles = (check.title, check.title_not_met)
    assert all(title[:1].isupper() and not title.endswith(".") for title in titles) and len(set(titles)) == 2
    assert check.description.endswith(".") and "|" not in check.description
    assert check.remedy in REMEDIES.values()
    assert set(check.required) <= set(check.options)
    for name, option in check.options.items():
        assert option.get("description") and "|" not in option["description"], name
        assert "type" in option or "oneOf" in option, name


@pytest.mark.parametrize("check", SELECTABLE, ids=lambda check: check.name)
def test_a_check_is_in_schema_page_example_and_controls(check: Check) -> None:
    shipped = json.loads((ROOT / "playbooks/files/audit-policy.schema.json").read_text(encoding="utf-8"))
    assert {"$ref": f"#/$defs/{check.name}"} in shipped["properties"]["rules"]["items"]["oneOf"]
    assert set(check.options) <= set(shipped["$defs"][check.name]["properties"])
    assert f"\n| `{check.name}` |" in (ROOT / "docs/audit.md").read_text(encoding="utf-8")
    example = yaml.safe_load(DEFAULT_POLICY.read_text(encoding="utf-8"))
    assert check.name in {rule["check"] for rule in example["rules"]}
    served_by = served()
    rules = {rule["id"] for rule in example["rules"] if rule["check"] == check.name}
    assert served_by & ({check.name} | rules), "add the check to a control in audit-controls.yml"


@pytest.mark.parametrize("check", SELECTABLE, ids=lambda check: check.name)
def test_the_judge_of_a_check_has_a_test(check: Check) -> None:
    tests = (ROOT / "tests/unit/plugins/plugin_utils/_audit/test_checks.py").read_text(encoding="utf-8")
    assert f'"check": "{check.name}"' in tests


def served() -> set[str]:
    controls = yaml.safe_load(DEFAULT_CONTROLS.read_text(encoding="utf-8"))
    return {name for framework in controls["frameworks"] for one in framework["controls"] for name in one["served_by"]}


def test_controls_name_only_checks_and_rules_of_the_example() -> None:
    example = yaml.safe_load(DEFAULT_POLICY.read_text(encoding="utf-8"))
    assert served() <= set(CHECKS) | {rule["id"] for rule in example["rules"]}


def test_a_title_of_the_policy_replaces_both_titles_of_the_check() -> None:
    rules: list[dict[str, Any]] = [{"id": "a", "check": "drift"}, {"id": "b", "check": "drift", "title": "Own"}]
    made = make_policy({"version": 1, "name": "x", "rules": rules}).rules
    assert (made[1].title, made[1].title_not_met) == (CHECKS["drift"].title, CHECKS["drift"].title_not_met)
    assert (made[2].title, made[2].title_not_met) == ("Own", "Own")


@pytest.mark.parametrize("name", sorted(REMEDIES))
def test_a_remedy_has_a_text_and_a_playbook_that_exists(name: str) -> None:
    remedy = REMEDIES[name]
    assert remedy.text[:1].isupper()
    assert remedy.text.endswith(":" if remedy.playbook else ".")
    if remedy.playbook:
        assert (ROOT / "playbooks" / f"{remedy.playbook}.yml").is_file()
    shown = Commands().finding("h", remedy)
    assert (shown.command is not None) == (remedy.playbook is not None)


def test_a_remedy_is_used() -> None:
    source = (ROOT / "plugins/plugin_utils/_audit/checks.py").read_text(encoding="utf-8")
    assert [name for name in REMEDIES if f"remedies.{name}" not in source] == []


def test_a_format_is_on_the_page() -> None:
    page = (ROOT / "docs/audit.md").read_text(encoding="utf-8")
    for name, purpose in {**{name: made.purpose for name, made in FORMATS.items()}, **OTHERS}.items():
        assert purpose, name
        assert f"\n| `{name}` | {purpose} |\n" in page
