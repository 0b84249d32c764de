# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What 'make faults' puts into the bridge fits the bridge of today, and really kills PHP."""

from __future__ import annotations

import subprocess
import sys

import pytest
from paths import ROOT

from ansible_collections.secsign.nextcloud.plugins.module_utils._bridge.program import PROGRAM


@pytest.fixture
def hooked(monkeypatch: pytest.MonkeyPatch) -> object:
    for folder in ("tests/integration", "tests/faults", "sandbox"):
        monkeypatch.syspath_prepend(str(ROOT / folder))
    import injector

    return injector.hooked


def test_the_bridge_with_its_hooks_is_php(hooked: object) -> None:
    program = PROGRAM.encode()
    length, _, rest = hooked(b"%d\n%s{}" % (len(program), program), die_at=3).partition(b"\n")  # type: ignore[operator]
    text = rest[: int(length)]
    assert rest[int(length) :] == b"{}" and b"const DIE_AT = 3;" in text
    code = text if text.lstrip().startswith(b"<?php") else b"<?php " + text
    done = subprocess.run(["php", "-l"], input=code, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("die_at", "status"), [(1, -9), (2, -9), (3, 0)])
def test_php_dies_at_the_call_that_is_named(hooked: object, die_at: int, status: int) -> None:
    injector = sys.modules["injector"]
    hook = injector._HOOK
    constants = f"const DIE_AT = {die_at};\nconst COUNT_INTO = '';\n"
    work = "mkdir('/proc/none'); rename('/proc/none', '/proc/none2');"
    code = f"<?php namespace SecSign\\Bridge;\n{constants}{hook}\nerror_reporting(0);\n{work}"
    done = subprocess.run(["php"], input=code.encode(), capture_output=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
