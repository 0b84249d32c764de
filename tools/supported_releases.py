#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the releases of meta/releases.json where they are named: the app's info.xml, the workflow, README and pages.

A unit test is red as long as one of these places says something else. Run tools/bundled_app.py afterwards if info.xml
has changed.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "sandbox"))

import supported  # noqa: E402

OURS, VENDORS = supported.majors("twofactor_secsign"), supported.majors("secsignid")
CLAIMED = supported.FACTS["sandbox"]
DOWNLOADED = supported.FACTS["tested"]["downloaded"]


def span(first: object, last: object) -> str:
    return f"{first} to {last}"


ours, vendors = span(OURS[0], OURS[-1]), span(VENDORS[0], VENDORS[-1])
neither = span(VENDORS[-1] + 1, OURS[0] - 1)
versions = r"[\d., a-z-]+"
numbers = r"\d+ to \d+"
# On the way of molecule's scenario upgrade: every claimed release from the vendor's to the newest of ours.
way = [each for each in CLAIMED if "-" not in each and VENDORS[0] <= int(each.split(".")[0]) <= OURS[-1]]
end_of_life = ", ".join(f"{major} in {supported.FACTS['end_of_life'][str(major)]}" for major in OURS)

# File, what comes before, what stands there, what comes after, and what has to stand there.
PLACES = [
    ("README.md", r"\| ", numbers, r" \| `twofactor_secsign` \|", ours),
    ("README.md", r"\| ", numbers, r" \| `secsignid` ", vendors),
    ("README.md", r"\| ", numbers, r" \| any other provider \|", neither),
    ("README.md", r"ends its own support of ", r"[^.]+", r"\.", end_of_life),
    (
        "README.md",
        r"real Nextcloud releases \(",
        numbers,
        r"\)",
        span(DOWNLOADED[0].split(".")[0], DOWNLOADED[-1].split(".")[0]),
    ),
    ("docs/app.md", r"for Nextcloud ", numbers, r" \(PHP", ours),
    ("docs/app.md", r"releases\) from ", numbers, r", logins", ours),
    ("docs/molecule.md", r"can be loaded \(", numbers, r"\)", ours),
    ("docs/molecule.md", r"`upgrade` one of ", numbers, r" besides", vendors),
    ("docs/molecule.md", r"only on the sandbox: ", r"[\d, ]+", r", each", ", ".join(e.split(".")[0] for e in way)),
    ("docs/users.md", r"`secsignid` \(Nextcloud ", numbers, r"\)", vendors),
    ("docs/guides/upgrade-from-secsignid.md", r"runs on Nextcloud ", numbers, r"\.", vendors),
    ("docs/guides/upgrade-from-secsignid.md", r"runs on ", numbers, r" and takes", ours),
    ("docs/guides/upgrade-from-secsignid.md", r"On the way from ", numbers, r" neither", neither),
    ("docs/guides/upgrade-from-secsignid.md", r"maintained release \(", r"\d+", r" or later\)", str(OURS[0])),
    ("sandbox/README.md", r"## Claimed releases\n\n", versions, r": each is", ", ".join(CLAIMED)),
    ("sandbox/README.md", r"stand for \(default ", versions, r"\)", supported.NEWEST),
    (
        "nextcloud_app/twofactor_secsign/appinfo/info.xml",
        "<nextcloud ",
        r"[^/]*",
        "/>",
        f'min-version="{OURS[0]}" max-version="{OURS[-1]}"',
    ),
    (".github/workflows/nextcloud.yml", r"\n        nextcloud: ", r"\[.*\]", r"\n", json.dumps(DOWNLOADED)),
]


def render(name: str, text: str) -> str:
    """The text of a file with what has to stand there; a place that is not there exactly once is an error."""
    for _name, before, stands, after, wanted in (place for place in PLACES if place[0] == name):
        text, count = re.subn(f"({before}){stands}({after})", rf"\g<1>{wanted}\g<2>", text)
        if count != 1:
            raise ValueError(f"{name} has {count} places like '{before}{stands}{after}', not one")
    return text


def main() -> None:
    for name in sorted({place[0] for place in PLACES}):
        text = (ROOT / name).read_text(encoding="utf-8")
        if render(name, text) != text:
            (ROOT / name).write_text(render(name, text), encoding="utf-8")
            print(name)


if __name__ == "__main__":
    main()
