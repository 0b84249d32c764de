# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/faults.md from the results of runs of tests/faults/run.py: tools/faults_page.py RESULTS.json ..."""

from __future__ import annotations

import collections
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HEAD = """# Faults

`make faults` injects faults into runs of the modules and looks at the server after each: PHP never begins or is killed
in the middle of its work, the module is killed, the answer is cut off, the disk is full, files cannot be written, the
database is locked, maintenance mode is on, an upgrade waits, another run or a user changes the same. The points are
all starts of PHP in a set of scenes (`tests/faults/scenes.py`), and within one the calls that change something.

After each fault, from the server's own files and database: nobody is shut out who was not, no list or group is
half-written, a task that failed said why in a sentence with a code, the next undisturbed run reaches the end that it
reaches without a fault, and the one after it changes nothing.

```
make faults                                    # 1,100 faults on the sandbox and on the newest real release in the
cache; the seed is printed make faults NEXTCLOUD_ARCHIVES=                # on the sandbox alone make faults FAULTS=50
SEED=1                   # fewer, and the same again make faults NEXTCLOUD_ARCHIVES=folder          # also on every real
release in that folder ```

*died* counts runs that the fault ended, *ended* those that reached their end all the same, *reported* those that failed
with a sentence. This table is made by `tools/faults_page.py`.

## What went wrong, and what became of it

In the runs below, what their last column says. Earlier runs of this suite found, and each has a test of its own now:

* `apps` read-only while an app is removed: Nextcloud switched the app off and left its folder. Such a run is refused
  before anything changes (NC312).
* Where enforcement is in effect, a run that takes a user's SecSign ID away and exempts that user was refused
  (NC401) and changed nothing, since IDs come before exemptions. Where the guard refuses them there, they come after
  them now.

"""


def page(results: Sequence[dict[str, Any]]) -> str:
    text = HEAD
    for result in results:
        for server in sorted({found["on"] for found in result["faults"]}):
            mine = [found for found in result["faults"] if found["on"] == server]
            name = server if server.startswith("sandbox") else f"{server}, a real release"
            text += (
                f"## {name}: {len(mine)} faults, seed {result['seed']}\n\n"
                "| fault | died | ended | reported | went wrong"
                " |\n|---|---|---|---|---|\n"
            )
            text += "".join(f"{line}\n" for line in rows(mine)) + "\n"
    return text.rstrip() + "\n"


def rows(faults: Sequence[dict[str, Any]]) -> list[str]:
    kinds: dict[str, Counter[str]] = collections.defaultdict(collections.Counter)
    for found in faults:
        outcome = found.get("outcome", "")
        kinds[found["kind"]][outcome if outcome in ("died", "done") else "reported"] += 1
        kinds[found["kind"]]["wrong"] += bool(found["wrong"])
    return [
        f"| {kind} | {count['died']} | {count['done']} | {count['reported']} | {count['wrong']} |"
        for kind, count in sorted(kinds.items())
    ]


if __name__ == "__main__":
    (ROOT / "docs" / "faults.md").write_text(
        page([json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:]]), encoding="utf-8"
    )
