# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program that is sent is the PHP in bridge/src, and a line of it leads back there."""

from __future__ import annotations

import subprocess
import sys

from paths import ROOT

from ansible_collections.secsign.nextcloud.plugins.module_utils._bridge.program import PROGRAM, SOURCES, source_line


def test_the_program_is_what_the_generator_makes() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "bridge.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_every_source_is_part_of_the_program() -> None:
    assert {name for _first, name in SOURCES} == {path.name for path in (ROOT / "bridge" / "src").glob("*.php")}


def test_a_line_of_the_program_is_the_same_line_in_its_source() -> None:
    lines = PROGRAM.split("\n")
    for number in range(2, len(lines) - 2, 17):
        path, _, line = source_line(number).partition(":")
        there = (ROOT / path).read_text(encoding="utf-8").split("\n")[int(line) - 1]
        assert there.replace("<?php", "") == lines[number - 1], (number, path, line)
