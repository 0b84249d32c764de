# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module documents exactly the options that it takes and the values that it returns."""

from __future__ import annotations

import copy
import re
import subprocess
import sys
from typing import Any

import module_docs
import pytest
import yaml
from module_runner import undocumented
from paths import ROOT

KEYS = ("type", "elements", "required", "default", "choices")
NEUTRAL = {"type": "str", "required": False}


@pytest.fixture(scope="module")
def specs() -> dict[str, dict[str, Any]]:
    return module_docs.specs()


def differences(documented: dict[str, Any], spec: dict[str, Any], where: str = "") -> list[str]:
    """Each option that only one side has, and each key that both sides have with different values."""
    found = [f"{where}{name}: not documented" for name in sorted(set(spec) - set(documented))]
    found += [f"{where}{name}: documented, but not an option" for name in sorted(set(documented) - set(spec))]
    for name in sorted(set(spec) & set(documented)):
        for key in KEYS:
            said, real = (side[name].get(key, NEUTRAL.get(key)) for side in (documented, spec))
            if said != real:
                found.append(f"{where}{name}: {key} is {real!r}, documented as {said!r}")
        if not documented[name].get("description"):
            found.append(f"{where}{name}: no description")
        inner = documented[name].get("suboptions", {}), spec[name].get("options", {})
        found += differences(*inner, f"{where}{name}.")
    return found


@pytest.mark.parametrize("name", module_docs.MODULES)
def test_documentation_and_argument_spec_have_the_same_options(name: str, specs: dict[str, Any]) -> None:
    assert differences(module_docs.options(name), specs[name]) == []


def test_a_difference_between_documentation_and_argument_spec_is_found(specs: dict[str, Any]) -> None:
    documented, spec = module_docs.options("saml"), copy.deepcopy(specs["saml"])
    spec["surplus"] = {"type": "str"}
    del spec["prune"]
    spec["guard"]["choices"] = ["strict"]
    spec["certificate_warn_days"].update(type="str", default="31")
    spec["identity_providers"]["options"]["id"]["default"] = 2
    assert differences(documented, spec) == [
        "surplus: not documented",
        "prune: documented, but not an option",
        "certificate_warn_days: type is 'str', documented as 'int'",
        "certificate_warn_days: default is '31', documented as 30",
        "guard: choices is ['strict'], documented as ['strict', 'direct_login', 'off']",
        "identity_providers.id: default is 2, documented as 1",
    ]


def test_no_option_is_described_twice_in_the_same_words() -> None:
    """Options that several modules share belong to plugins/doc_fragments."""
    seen: dict[str, str] = {}
    twice = []
    for name in module_docs.MODULES:
        for option, described in module_docs.block(name, "DOCUMENTATION").get("options", {}).items():
            text = f"{option}: {described}"
            if text in seen:
                twice.append((seen[text], name, option))
            seen[text] = name
    assert not twice


def test_a_key_that_a_module_does_not_document_is_found() -> None:
    result = {"changed": True, "diff": {}, "commands": [], "nextcloud": {}, "surplus": 1}
    assert undocumented("enforcement", result) == {"surplus"}
    assert undocumented("twofactor_info", {"commands": []}) == {"commands"}


def test_shared_return_values_are_what_is_declared() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "return_docs.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_a_return_value_is_described_by_one_module_or_declared_as_shared() -> None:
    declared = yaml.safe_load((ROOT / "tools" / "return_docs.yml").read_text(encoding="utf-8"))
    assert set(declared["modules"]) == set(module_docs.MODULES) - {"report"}
    own: dict[str, list[str]] = {}
    for name, shared in declared["modules"].items():
        for key in set(module_docs.block(name, "RETURN")) - set(shared):
            own.setdefault(key, []).append(name)
    assert own and {key: names for key, names in own.items() if len(names) > 1} == {}
    assert not set(own) & set(declared["values"])


def sentences(node: Any) -> list[str]:
    """Every sentence of the descriptions in documentation."""
    if isinstance(node, dict):
        inner = [value for key, value in node.items() if key not in ("author", "sample", "default", "choices")]
        return [sentence for value in inner for sentence in sentences(value)]
    if isinstance(node, list):
        return [sentence for value in node for sentence in sentences(value)]
    return re.split(r"(?<=[.]) +(?=[A-Z])", node) if isinstance(node, str) else []


# the text of report is written together with the report itself
@pytest.mark.parametrize("name", [name for name in module_docs.MODULES if name != "report"])
def test_sentences_are_short_and_open_with_their_subject(name: str) -> None:
    parts = [module_docs.block(name, part) for part in ("DOCUMENTATION", "RETURN")]
    found = sentences([module_docs.options(name), *parts])
    assert len(found) > 10
    assert [sentence for sentence in found if len(sentence.split()) > 25] == []
    assert [sentence for sentence in found if re.match(r"(What|Who|Whom|Whoever|Where)\b", sentence)] == []
