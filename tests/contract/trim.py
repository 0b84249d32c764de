# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a transcript from a recording, as README.md describes it.

python3 tests/contract/trim.py RECORDING.jsonl RELEASE ROOT DATA > tests/contract/transcripts/RELEASE.jsonl

ROOT and DATA are the folders in which the recorded server was and kept its data.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
COMMANDS = HERE.parents[1] / "sandbox" / "server" / "lib" / "private" / "Console" / "commands.php"
GENERAL = {"help", "quiet", "verbose", "silent", "version", "ansi", "no-ansi", "no-interaction", "no-warnings"}
APPS = {"core", "files", "comments", "settings", "admin_audit", "twofactor_backupcodes", "twofactor_totp"}


def trim(call: dict[str, Any], places: dict[str, str]) -> dict[str, Any]:
    call = {key: value for key, value in call.items() if value not in (None, {})}
    for stream in ("stdout", "stderr"):
        for here, there in places.items():
            for old, new in ((here, there), (here.replace("/", "\\/"), there.replace("/", "\\/"))):
                call[stream] = call[stream].replace(old, new)
    # occ writes the exception of a failed start, with the frames of its stack, to standard output
    if "Stack trace:\n#" in call["stdout"]:
        call["stdout"] = re.sub(r"(?m)^#\d+ .*\n?", "", call["stdout"]).rstrip("\n")
    if call["case"] == "inmm-list":
        call["stdout"] = json.dumps(_commands(json.loads(call["stdout"])), ensure_ascii=False) + "\n"
    if call["case"] == "cl-all":
        document = json.loads(call["stdout"])
        # the files that the integrity check missed in that one tree
        document["apps"]["core"].pop("oc.integritycheck.checker", None)
        document["apps"] = {name: app for name, app in document["apps"].items() if name in APPS or name[:3] == "lab"}
        call["stdout"] = json.dumps(document, ensure_ascii=False) + "\n"
    return call


def _commands(document: dict[str, Any]) -> dict[str, Any]:
    known = set(re.findall(r"^    '([a-z:-]+)' =>", COMMANDS.read_text(encoding="utf-8"), re.MULTILINE))
    commands = [each for each in document["commands"] if each["name"] in known]
    for command in commands:
        definition = command["definition"]
        definition["options"] = {
            name: each for name, each in dict(definition["options"]).items() if name not in GENERAL
        }
        for each in [command, *dict(definition["arguments"]).values(), *definition["options"].values()]:
            each.update({name: "" for name in ("description", "help") if name in each})
    namespaces = [
        dict(each, commands=kept)
        for each in document["namespaces"]
        for kept in [[name for name in each["commands"] if name in known]]
        if kept
    ]
    return dict(document, commands=commands, namespaces=namespaces)


def main(recording: str, release: str, root: str, data: str) -> None:
    uncovered = json.loads((HERE / "uncovered.json").read_text(encoding="utf-8"))
    for line in Path(recording).read_text(encoding="utf-8").splitlines():
        call = dict(json.loads(line), release=release)
        if release not in uncovered.get(call["case"], {"releases": []})["releases"]:
            trimmed = trim(call, {data: "/var/www/nextcloud-data", root: "/var/www/nextcloud"})
            print(json.dumps(trimmed, ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
