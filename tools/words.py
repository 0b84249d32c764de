#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds words in texts for users that tools/words.yml replaces by others, and lists them as FILE:LINE.

Texts for users are documentation of plugins and roles, names and messages of tasks, surveys, messages in Python and
PHP, templates of the report, texts of the app, and README pages. Names in code and comments are not.
usage: tools/words.py [--all]    --all: also in rooms that are pending
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tools" / "words.yml"

Lines = Iterator[tuple[int, str]]


class Finding(NamedTuple):
    path: str
    line: int
    text: str
    word: str
    say: str


# ---------------------------------------------------------------------- texts in files


def _only_line_ends(found: re.Match[str]) -> str:
    return "\n" * found.group().count("\n")


def everything(text: str) -> Lines:
    yield from enumerate(text.split("\n"), 1)


def data_lines(text: str) -> Lines:
    """YAML, without its comments."""
    for number, line in everything(text):
        yield number, re.sub(r"(^|\s)#.*", "", line)


_TASK_TEXTS = {"name", "msg", "fail_msg", "success_msg", "prompt", "description", "short_description", "title", "text"}


def task_texts(text: str) -> Lines:
    """Names and messages of plays and tasks."""

    def walk(node: yaml.Node | None) -> Lines:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value in _TASK_TEXTS:
                    yield from scalars(value)
                else:
                    yield from walk(value)
        elif isinstance(node, yaml.SequenceNode):
            for entry in node.value:
                yield from walk(entry)

    def scalars(node: yaml.Node) -> Lines:
        if isinstance(node, yaml.ScalarNode):
            yield node.start_mark.line + 1, jinja_text(node.value)
        elif isinstance(node, yaml.SequenceNode):
            for entry in node.value:
                yield from scalars(entry)

    for document in yaml.compose_all(text):
        yield from walk(document)


_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)


def jinja_text(text: str) -> str:
    """A template without comments and code; quoted texts in its code, and all line ends, stay."""

    def code(found: re.Match[str]) -> str:
        quoted = " ".join(_QUOTED.findall(found.group())) if found.group()[1] != "#" else ""
        return quoted + "\n" * (found.group().count("\n") - quoted.count("\n"))

    return re.sub(r"\{([{%#]).*?[#%}]\}", code, text, flags=re.DOTALL)


def template_texts(text: str) -> Lines:
    styles = re.sub(r"/\*.*?\*/", _only_line_ends, text, flags=re.DOTALL)
    yield from everything(jinja_text(styles))


def documentation(text: str) -> Lines:
    """DOCUMENTATION, EXAMPLES and RETURN of a plugin, and the fragments of doc_fragments."""
    for found in re.finditer(r'^ *[A-Z_]+ = r"""\n(.*?)^"""', text, re.DOTALL | re.MULTILINE):
        first = text.count("\n", 0, found.start(1)) + 1
        for number, line in everything(found.group(1)):
            yield first + number - 1, line


def messages(text: str) -> Lines:
    """Strings of two words and more in Python: no docstrings, no names."""
    tree = ast.parse(text)
    docstrings = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
        if is_text and " " in node.value.strip():
            yield node.lineno, node.value


def plugin_texts(text: str) -> Lines:
    """Documentation, and messages outside of it."""
    yield from documentation(text)
    yield from messages(
        re.sub(r'^[A-Z_]+ = r""".*?^"""', lambda m: "\n" * m.group().count("\n"), text, flags=re.S | re.M)
    )


def script_texts(text: str) -> Lines:
    """Quoted texts of two words and more in PHP and JavaScript, outside of comments."""
    bare = re.sub(r"/\*.*?\*/", _only_line_ends, text, flags=re.DOTALL)
    for number, line in everything(bare):
        for quoted in _QUOTED.findall(re.sub(r"(^|\s)//.*", "", line)):
            if " " in quoted.strip("'\" "):
                yield number, quoted[1:-1]


def page_text(text: str) -> Lines:
    """Markdown, without code."""
    bare = re.sub(r"^```.*?^```", _only_line_ends, text, flags=re.DOTALL | re.MULTILINE)
    for number, line in everything(bare):
        yield number, re.sub(r"`[^`]*`", "`code`", line)


def survey_texts(text: str) -> Lines:
    for number, line in everything(text):
        if re.match(r'\s*"(name|description|question_name|question_description)":', line):
            yield number, line


def translations(text: str) -> Lines:
    for number, line in everything(text):
        found = re.match(r'\s*"((?:[^"\\]|\\.)*)": "((?:[^"\\]|\\.)*)"', line)
        if found:
            yield number, found.group(2)


# Patterns of pathlib below the root, and how the texts are taken out of such a file.
SOURCES: tuple[tuple[str, Callable[[str], Lines]], ...] = (
    ("plugins/doc_fragments/*.py", documentation),
    ("plugins/modules/*.py", plugin_texts),
    ("plugins/filter/*.py", plugin_texts),
    ("plugins/callback/*.py", plugin_texts),
    ("plugins/action/*.py", messages),
    ("plugins/plugin_utils/**/*.py", messages),
    ("plugins/module_utils/**/*.py", messages),
    ("bridge/src/*.php", script_texts),
    ("tools/errors.yml", data_lines),
    ("tools/return_docs.yml", data_lines),
    ("roles/*/meta/*.yml", data_lines),
    ("roles/*/tasks/*.yml", task_texts),
    ("roles/*/handlers/*.yml", task_texts),
    ("playbooks/*.yml", task_texts),
    ("playbooks/tasks/*.yml", task_texts),
    ("playbooks/files/*.yml", data_lines),
    ("playbooks/templates/**/*.j2", template_texts),
    ("awx/surveys/*.json", survey_texts),
    ("nextcloud_app/twofactor_secsign/lib/**/*.php", script_texts),
    ("nextcloud_app/twofactor_secsign/templates/*.php", script_texts),
    ("nextcloud_app/twofactor_secsign/js/*.js", script_texts),
    ("nextcloud_app/twofactor_secsign/appinfo/info.xml", everything),
    ("nextcloud_app/twofactor_secsign/l10n/*.json", translations),
    ("README.md", page_text),
    ("roles/*/README.md", page_text),
    ("galaxy.yml", data_lines),
)
GENERATED = ("plugins/module_utils/_bridge/program.py",)


# ---------------------------------------------------------------------- the lint


def load() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return data


def found_in(text: str, words: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """The words to avoid in a text, each with what to use in its place."""
    for entry in words:
        for pattern in entry["patterns"]:
            for found in re.finditer(pattern, text, re.IGNORECASE):
                yield found.group(), entry["say"]


def lint_file(path: str, content: str, take: Callable[[str], Lines], data: dict[str, Any]) -> Iterator[Finding]:
    words = data["german" if path.endswith(".json") and "/l10n/" in path else "words"]
    for first, text in take(content):
        for number, line in enumerate(text.split("\n"), first):
            for word, say in found_in(line, words):
                yield Finding(path, number, line.strip(), word, say)


def lint(data: dict[str, Any], root: Path = ROOT) -> Iterator[Finding]:
    for pattern, take in SOURCES:
        for path in sorted(root.glob(pattern)):
            name = path.relative_to(root).as_posix()
            if name not in GENERATED:
                yield from lint_file(name, path.read_text(encoding="utf-8"), take, data)


def below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def problems(data: dict[str, Any], root: Path = ROOT) -> list[str]:
    """A line for each finding that is neither excused nor in a room that is pending, and for each surplus excuse."""
    lines, used = [], set()
    for finding in lint(data, root):
        excuses = [
            number
            for number, entry in enumerate(data["excused"])
            if entry["path"] == finding.path and entry["text"] in finding.text
        ]
        used.update(excuses)
        if not excuses and not any(below(finding.path, entry["path"]) for entry in data["pending"]):
            lines.append(f"{finding.path}:{finding.line}: '{finding.word}': use: {finding.say}")
    surplus = [entry for number, entry in enumerate(data["excused"]) if number not in used]
    return lines + [f"tools/words.yml: nothing is found any more that {entry} excuses" for entry in surplus]


def main() -> int:
    data = load()
    if sys.argv[1:] == ["--all"]:
        data = {**data, "pending": []}
    found = problems(data)
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
