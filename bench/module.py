# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one module as a process of its own, as it runs on a managed host, and shows what it took.

usage: module.py NAME RESULT < OPTIONS: options as JSON; the module's own result goes into the file RESULT. Printed is
one JSON object: peak memory of the module (``module_mb``) and of the largest process that it started (``php_mb``), in
MB of 10^6 bytes.
"""

from __future__ import annotations

import contextlib
import json
import resource
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "collections")]

from module_runner import run_module  # noqa: E402


def main() -> int:
    name, path = sys.argv[1:]
    with contextlib.redirect_stderr(sys.stdout):
        result = run_module(name, **json.load(sys.stdin))
    Path(path).write_text(json.dumps(result.data), encoding="utf-8")
    # Linux counts in KiB
    peak = {
        name: resource.getrusage(who).ru_maxrss * 1024 / 1e6
        for name, who in (("module_mb", resource.RUSAGE_SELF), ("php_mb", resource.RUSAGE_CHILDREN))
    }
    print(json.dumps(peak))
    return int(result.failed)


if __name__ == "__main__":
    sys.exit(main())
