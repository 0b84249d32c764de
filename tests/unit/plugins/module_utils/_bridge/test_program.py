# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PHP program by itself: it can be compiled, and it answers only behind its mark."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.secsign.nextcloud.plugins.module_utils._bridge.program import LOADER, PROGRAM

PHP = os.environ.get("PHP", "php")
needs_php = pytest.mark.skipif(shutil.which(PHP) is None, reason="needs PHP for the command line")


@needs_php
def test_compiles(tmp_path: Path) -> None:
    for name, text in (("program.php", PROGRAM), ("loader.php", LOADER)):
        (tmp_path / name).write_text("<?php\n" + text, encoding="utf-8")
        done = subprocess.run([PHP, "-l", str(tmp_path / name)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_is_one_text_without_places_to_fill_in() -> None:
    code = re.sub(r"/\*.*?\*/|^//[^\n]*", "", PROGRAM, flags=re.DOTALL | re.MULTILINE)
    assert code.lstrip().startswith("namespace SecSign\\Bridge;")
    assert "<?" not in re.sub(r"'<\?'", "", code)
    for word in ("eval(", "shell_exec", "passthru", "system(", "`"):
        assert not re.search(r"(?<![\w>])" + re.escape(word), code), word


def asked(question: dict[str, Any]) -> Any:
    question = dict({"mark": "@mark "}, **question)
    program = PROGRAM.encode()
    stdin = b"%d\n%s%s\n" % (len(program), program, json.dumps(question).encode())
    done = subprocess.run([PHP, "-r", LOADER], input=stdin, capture_output=True, check=True)
    reported = [line[len("@mark ") :] for line in done.stdout.decode().splitlines() if line.startswith("@mark ")]
    assert len(reported) == 1
    return json.loads(reported[0])


@needs_php
def test_answers_behind_the_mark(tmp_path: Path) -> None:
    found = asked({"op": "read", "roots": ["/no/such", str(tmp_path)]})
    assert (found["type"], found["kind"]) == ("failure", "not_nextcloud")
    assert str(tmp_path) in found["detail"]


@needs_php
def test_the_folder_is_found_among_several(tmp_path: Path) -> None:
    root = tmp_path / "näxt' cloud"
    (root / "lib").mkdir(parents=True)
    for name in ("version.php", "lib/base.php"):
        (root / name).touch()
    found = asked({"op": "read", "roots": ["/no/such", str(root)]})
    assert (found["kind"], found["detail"]) == ("not_installed", str(root))
