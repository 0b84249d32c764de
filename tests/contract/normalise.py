# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left out of the comparison between a recorded call and a sandbox's, and why.

Everything that is not named here must be the same. Each rule is applied to both sides alike.

=====================  =============================================================================================
what                   why
=====================  =============================================================================================
" sandbox"             The sandbox says so in its version string; the recorded server does not.
folders                The instances stand in different places: their root and data folder get fixed names.
times                  Dates and times of day from this century, and app settings that hold one.
random texts           Salts, secrets, instance ids, app passwords, encrypted settings (their marker is compared).
source locations       "In X.php line N", "in FILE:N", "FILE#N", stack traces: different code is in other places.
PHP's own words        The text of a ParseError or a fatal error belongs to the PHP version, not to the release.
"Did you mean"         The alternatives offered for an unknown command depend on the set of commands.
app sets               The sandbox ships six apps, a server fifty: apps that only one side has are left out, as are
                       settings of such apps, and settings of "core" that only one side has.
owner's name           The account that owns config.php: www-data there, whatever the test machine has here.
recorded config        logtimezone and logdateformat were in config.php of two recorded servers from the start.
empty maps             PHP prints an empty map as []; leaving apps out can empty a map on one side.
a git tree             35.0.0-dev was recorded on a git checkout: its channel in config.php and the integrity check that
                       an upgrade skips there, in the calls of that release that GIT_TREE names and in no other.
=====================  =============================================================================================
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

ROOT = "/var/www/nextcloud"
DATA = "/var/www/nextcloud-data"
OWN_APPS = {"files", "comments", "settings", "admin_audit", "twofactor_backupcodes", "twofactor_totp"}
TIMED_KEYS = {"installedat", "lastupdatedat", "lastActivity"}
RANDOM_KEYS = {"passwordsalt", "secret", "instanceid", "reqId"}
ONLY_RECORDED = {"logtimezone", "logdateformat"}
# Settings of a person that apps write which the sandbox does not have.
FOREIGN_PREFERENCES = {"avatar", "circles", "files_sharing", "notifications"}
FOREIGN_CORE = {
    "public_files",
    "public_webdav",
    "backgroundjobs_mode",
    "lastcron",
    "moveavatarsdone",
    "previewsCleanedUp",
    "files_metadata",
    "files_metadata_installed",
}

# What a release would answer and a git checkout does not: release -> case -> settings and lines that only one side has.
# A third difference, that shipped apps have no signature there (int-app), is listed in uncovered.json.
GIT_CHANNEL = {"updater.release.channel"}
GIT_TREE: dict[str, dict[str, set[str]]] = {
    "35.0.0-dev": {
        "bumped2-upgrade": {"Starting code integrity check...", "Finished code integrity check"},
        **dict.fromkeys(
            ["cl-system", "cl-system-private", "cl-all", "enf-cfg", "enf-cfg2", "enf-cfg3", "inmm-cl"], GIT_CHANNEL
        ),
    }
}

TIME = re.compile(r"\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[+-]\d\d:\d\d|Z)?")
TOKEN = re.compile(r"^[A-Za-z0-9]{72}$", re.MULTILINE)


@dataclass(frozen=True)
class Places:
    """Where one side's instance stands, and who owns it."""

    root: str
    data: str
    owner_id: str
    owner_name: str


RECORDED = Places(ROOT, DATA, "33", "www-data")


def text(raw: str, places: Places) -> list[str]:
    """Output that is not JSON, as lines."""
    raw = _places(raw, places).replace(" sandbox", "")
    raw = TIME.sub("<time>", raw)
    raw = re.sub(r"\b1\d{9}\.\d+", "<time>", raw)
    raw = TOKEN.sub("<token>", raw)
    raw = re.sub(r"In \S+\.php line \d+:", "In <file> line <n>:", raw)
    raw = re.sub(r" in \S+?\.php:\d+", " in <file>", raw)
    raw = re.sub(r"(ParseError: ).*( in <file>)", r"\1<words>\2", raw)
    raw = re.sub(r"PHP Fatal error: .*", "PHP Fatal error: <words>", raw, flags=re.DOTALL)
    raw = _owner(raw, places)
    return _lines(raw)


def _places(raw: str, places: Places) -> str:
    for here, there in ((places.data, DATA), (places.root, ROOT)):
        raw = raw.replace(here, there).replace(here.replace("/", "\\/"), there.replace("/", "\\/"))
    return raw


def _owner(raw: str, places: Places) -> str:
    raw = re.sub(rf"(Owner id of config.php: |sudo -u #|option '-u ){places.owner_id}\b", r"\1<owner>", raw)
    return re.sub(rf"(Owner of config.php: |sudo -u |option '-u ){re.escape(places.owner_name)}\b", r"\1<owner>", raw)


def _lines(raw: str) -> list[str]:
    lines: list[str] = []
    offered = False
    for line in raw.split("\n"):
        line = line.rstrip()
        if re.match(r"\s*Did you mean", line):
            offered = True
            if lines and not lines[-1]:
                lines.pop()
            continue
        if offered and re.match(r" {5,}\S", line):
            continue
        offered = False
        # Stack traces, and the blank lines and headings between chained exceptions' traces.
        if re.match(r"#\d+ ", line) or line == "Stack trace:":
            continue
        lines.append(line)
    return lines


def exceptions(lines: list[str]) -> list[str]:
    """The first of chained exceptions: how many more there are depends on the layers of the code."""
    for number, line in enumerate(lines):
        if line.startswith("Next "):
            lines = lines[:number]
            break
    while lines and not lines[-1]:
        lines = lines[:-1]
    return lines


def without_foreign_apps(lines: list[str]) -> list[str]:
    """Lines of app:list and upgrade that are about an app which only a real server has."""
    kept = []
    for line in lines:
        named = re.match(r"  - ([a-z0-9_]+)(?:: .*)?$", line) or re.search(r"[Uu]pdate of app \"?([a-z0-9_]+)", line)
        if named is None or is_known_app(named.group(1)):
            kept.append(line)
    return kept


def is_known_app(name: str) -> bool:
    return name in OWN_APPS or name.startswith("lab")


def document(value: Any, places: Places, key: str = "") -> Any:
    """A JSON document."""
    if isinstance(value, dict):
        kept = {name: item for name, item in value.items() if not _is_foreign(key, name)}
        return {name: document(item, places, name) for name, item in kept.items()} or []
    if isinstance(value, list):
        return [document(item, places, key) for item in value]
    if key in RANDOM_KEYS and isinstance(value, str) and not value.startswith("***"):
        return "<random>"
    if key in TIMED_KEYS:
        return "<time>"
    if isinstance(value, str):
        if value.startswith("$AppConfigEncryption$"):
            return "$AppConfigEncryption$<random>"
        value = re.sub(r"\.php#\d+$", ".php#<n>", _places(value, places))
        return TIME.sub("<time>", value.replace(" sandbox", ""))
    return value


def _is_foreign(key: str, name: str) -> bool:
    if key in ("enabled", "disabled"):
        return not is_known_app(name)
    if key == "apps":
        return not (is_known_app(name) or name in ("core", "no_such_app_xyz"))
    if key == "core":
        return name in FOREIGN_CORE
    return name in ONLY_RECORDED or name in FOREIGN_PREFERENCES


def without_settings(document: Any, names: set[str]) -> Any:
    """A document of `config:list` without the system settings of these names."""
    if not names or document is None:
        return document
    return dict(document, system={name: item for name, item in document["system"].items() if name not in names})


def split(raw: str) -> tuple[str, Any]:
    """Text that stands in front of a JSON document, and the document; None where there is none."""
    for start in [match.start() for match in re.finditer(r"^[\[{]", raw, re.MULTILINE)]:
        try:
            return raw[:start], json.loads(raw[start:])
        except ValueError:
            continue
    return raw, None
