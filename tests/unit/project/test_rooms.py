# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The import graph of the plugins, drawn from their sources: rooms that never import upwards, and no circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
import yaml
from paths import PLUGINS, ROOT

BASE = "ansible_collections.secsign.nextcloud.plugins."

# From the ground up. A room imports from those before it; a file beside the rooms is a room of its own.
FLOORS = {
    "module_utils": [
        "_fast_start",
        "_text",
        "_options",
        "_errors",
        "_paths",
        "_bridge",
        "_server",
        "_audit_log",
        "_engine",
        "_settings",
        "_policy",
        "_snapshot",
        "_users",
        "_app",
        "_saml",
        "_modules",
    ],
    "plugin_utils": [
        "_schema",
        "_answers",
        "_files",
        "_survey",
        "_progress",
        "_display",
        "_action_module",
        "_source",
        "_saml_signature",
        "_csv",
        "_audit",
        "_report",
    ],
}


def imports(side: str) -> dict[str, set[str]]:
    """Each file of a side, as a dotted name below it, and the files of the same side that it imports, late imports
    included."""
    files = {
        str(path.relative_to(PLUGINS / side).with_suffix("")).replace("/", "."): path
        for path in (PLUGINS / side).rglob("*.py")
    }
    found: dict[str, set[str]] = {}
    for name, path in files.items():
        found[name] = {
            target
            for target in _imported(ast.parse(path.read_text(encoding="utf-8")), BASE + side, set(files))
            if target != name
        }
    return found


def _imported(tree: ast.AST, base: str, files: set[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and (node.module + ".").startswith(base + "."):
            inside = node.module[len(base) + 1 :]
            for alias in node.names:
                name = f"{inside}.{alias.name}".strip(".")
                yield name if name in files else inside


def room(name: str) -> str:
    return name.split(".")[0]


@pytest.mark.parametrize("side", FLOORS)
def test_no_room_imports_from_one_above_it(side: str) -> None:
    graph = imports(side)
    assert {room(name) for name in graph} == set(FLOORS[side]), (
        "a room that this test does not know, or one that is gone"
    )
    floor = {name: number for number, name in enumerate(FLOORS[side])}
    upwards = [
        (name, target)
        for name, targets in graph.items()
        for target in targets
        if floor[room(target)] > floor[room(name)]
    ]
    assert upwards == []


@pytest.mark.parametrize("side", FLOORS)
def test_no_file_imports_itself_on_a_way_around(side: str) -> None:
    graph = imports(side)
    done: set[str] = set()

    def visit(name: str, way: list[str]) -> None:
        assert name not in way, " -> ".join([*way, name])
        if name not in done:
            for target in sorted(graph[name]):
                visit(target, [*way, name])
            done.add(name)

    for name in graph:
        visit(name, [])


def test_the_exemption_timer_installs_all_that_its_program_imports() -> None:
    graph = imports("module_utils")
    role = ROOT / "roles" / "exemption_timer"
    program = (role / "templates" / "end_exemptions.py.j2").read_text(encoding="utf-8")
    ahead = {name for name in graph if f"module_utils.{name} import" in program}
    assert ahead
    needed: set[str] = set()
    while ahead:
        name = ahead.pop()
        needed.add(name)
        ahead |= graph[name] - needed
    folders = set(yaml.safe_load((role / "vars" / "main.yml").read_text(encoding="utf-8"))["exemption_timer_packages"])
    assert folders == {room(name) if "." in name else "." for name in needed}
