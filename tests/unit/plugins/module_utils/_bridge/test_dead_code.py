# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing in bridge/src is dead: every function is called there or is an operation."""

from __future__ import annotations

import re

import pytest
from paths import ROOT

STRING_OR_COMMENT = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|/\*.*?\*/|//[^\n]*""", re.DOTALL)
SOURCES = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "bridge" / "src").glob("*.php"))}
PROGRAM = "\n".join(
    STRING_OR_COMMENT.sub(lambda found: "" if found[0][0] == "/" else found[0], text) for text in SOURCES.values()
)
# name => body
FUNCTIONS = dict(re.findall(r"^function (\w+)\((.*?)^}", PROGRAM, re.MULTILINE | re.DOTALL))
CLASSES = re.findall(r"^final class \w+(.*?)^}", PROGRAM, re.MULTILINE | re.DOTALL)


def operations() -> set[str]:
    """What a request may name: the list in main()."""
    found = re.search(r"\$operations = \[(.*?)\]", PROGRAM, re.DOTALL)
    assert found
    return set(re.findall(r"'(\w+)'", found.group(1)))


def is_called(name: str) -> bool:
    """By another function: directly, or as a callable that is written ``__NAMESPACE__ . '\\\\name'``."""
    bodies = [body for other, body in FUNCTIONS.items() if other != name] + CLASSES
    if any(f"__NAMESPACE__ . '\\\\{name}'" in body for body in bodies):
        return True
    return any(re.search(rf"(?<![\w>:$\\]){name}\(", STRING_OR_COMMENT.sub("", body)) for body in bodies)


def test_the_functions_are_found() -> None:
    assert len(FUNCTIONS) > 80
    assert len(FUNCTIONS) == PROGRAM.count("\nfunction ")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_use(name: str) -> None:
    assert name == "main" or name in operations() or is_called(name), f"{name}() in bridge/src is dead: remove it"


def test_every_operation_is_a_function() -> None:
    assert operations() <= set(FUNCTIONS)


@pytest.mark.parametrize("name", re.findall(r"^const (\w+) =", PROGRAM, re.MULTILINE))
def test_every_constant_has_a_use(name: str) -> None:
    assert len(re.findall(rf"\b{name}\b", PROGRAM)) > 1


@pytest.mark.parametrize("name", re.findall(r"public static \$(\w+)", SOURCES["start.php"]))
def test_every_variable_of_a_run_is_read(name: str) -> None:
    uses = re.findall(rf"Run::\${name}\b(?!\s*=[^=>])", PROGRAM)
    assert uses, f"Run::${name} is only written"
