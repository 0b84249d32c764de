# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values for options that nobody would give on purpose, made for an argument spec; and a look at what became of
them."""

from __future__ import annotations

import contextlib
import importlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

from ansible_collections.secsign.nextcloud.plugins.module_utils._bridge.program import LOADER, PROGRAM
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules import run as module_run
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.twofactor import PARTS, part_spec
from ansible_collections.secsign.nextcloud.plugins.module_utils._server import transport

MARK = "n4sty"
MODULES = (
    "app",
    "backup_codes",
    "enforcement",
    "exemptions",
    "id_server",
    "onboarding",
    "rollback",
    "saml",
    "secsign_ids",
    "twofactor",
    "twofactor_info",
    "unlock",
    "user_permissions",
)


def texts(canary: Path) -> list[str]:
    """Each holds the mark, and most of them would make the canary if anything but a string was made of them."""
    touch = f"touch {canary}"
    php = f"touch('{canary}')"
    return [
        "",
        " ",
        "\0",
        f"{MARK}\0b",
        "\n",
        f"{MARK}\nb",
        f"{MARK}\r\n",
        f"\t{MARK}",
        f"{MARK}é漢\U0001f600",
        f"{MARK}\u202e",
        f"{MARK}\x1b[31m",
        MARK * 20_000,
        MARK + "x" * 300,
        "-",
        f"--{MARK}",
        "--help",
        "-rphpinfo();",
        f"../../../../{MARK}",
        "/etc/passwd",
        "~root",
        "$HOME",
        "{{ 7*7 }}" + MARK,
        f"{MARK}%s%n{{0}}{{uid}}{{uid}}",
        f"{MARK}'; {touch}; '",
        f"$({touch}){MARK}",
        f"`{touch}`{MARK}",
        f"{MARK}| {touch}",
        f"{MARK}&& {touch}",
        f'{MARK}"; {touch}; "',
        f"{MARK}\n{touch}\n",
        f"{MARK}'); {php}; //",
        f"<?php {php}; ?>{MARK}",
        f"${{@{php}}}{MARK}",
        f'{MARK}"]); {php}; exit; //',
        f"*/ {php}; /*{MARK}",
        f"file://{canary}",
        f"php://filter/{MARK}",
        f"data:text/plain,{MARK}",
        f"https://[{MARK}",
        f"https://{MARK}\u2100.example",
        f"{MARK}' OR '1'='1",
        f"{MARK}'; DROP TABLE oc_users; --",
        f'{MARK}" UNION SELECT password FROM oc_users --',
        f"<script>{MARK}</script>",
        f"<img src=x onerror={MARK}>",
        f"]]>{MARK}",
        "null",
        "true",
        "0",
        "-1",
        "NaN",
        "1e309",
        "9" * 50,
        "2026-12-31\n",
        "9999-12-31",
        "0000-00-00",
        "2026-02-30T25:61:00+99:99",
    ]


OTHER_TYPES: tuple[Any, ...] = (
    0,
    -1,
    2**31,
    2**63,
    2**64,
    -(2**63),
    1.5,
    1e308,
    True,
    False,
    [],
    {},
    [[]],
    {"a": {"b": ["c"]}},
)


def values(option: Mapping[str, Any], canary: Path) -> Iterator[Any]:
    """What is tried for one option of an argument spec: its own type in every awkward form, and every other type."""
    kind, inside = option.get("type", "str"), option.get("options")
    yield from texts(canary)
    yield from OTHER_TYPES
    if kind == "list":
        for text in texts(canary):
            yield [text]
        yield from ([None], ["", ""], [{}], [[MARK]], [f"{MARK}{number}" for number in range(3000)], [MARK, MARK])
        for entry in _dicts(inside, canary):
            yield [entry]
    if kind == "dict":
        yield from _dicts(inside, canary)


def _dicts(inside: Any, canary: Path) -> Iterator[dict[str, Any]]:
    yield from ({MARK: MARK}, {"": None}, {f"$(touch {canary})": 1})
    if inside:
        plain = {name: _plain(spec) for name, spec in inside.items()}
        for name, spec in inside.items():
            yield {name: plain[name]}
            for value in values(dict(spec, options=None), canary):
                yield dict(plain, **{name: value})


def _plain(spec: Mapping[str, Any]) -> Any:
    return {"bool": True, "int": 1, "list": [], "dict": {}}.get(spec.get("type", "str"), "alice")


def spec_of(module: str) -> dict[str, Any]:
    """As the module itself hands it to Ansible; the parts of twofactor with what they take."""
    caught: dict[str, Any] = {}

    class Caught(Exception):
        pass

    def catch(**options: Any) -> None:
        caught.update(options["argument_spec"])
        raise Caught

    with mock.patch.object(module_run, "AnsibleModule", catch), contextlib.suppress(Caught):
        importlib.import_module("ansible_collections.secsign.nextcloud.plugins.modules." + module).main()
    if module == "twofactor":
        caught.update({name: {"type": "dict", "options": part_spec(name)} for name in PARTS})
    return caught


class Recorder:
    """Every process that a module started, and that the program it gave to PHP is the one in this tree, to the byte."""

    def __init__(self) -> None:
        self.argv: list[list[str]] = []
        self.wrong: list[str] = []

    @contextlib.contextmanager
    def recording(self) -> Iterator[Recorder]:
        run = transport.Nextcloud._run
        program = PROGRAM.encode()

        def record(nextcloud: Any, argv: list[str], stdin: bytes) -> Any:
            self.argv.append(nextcloud._prefix + argv)
            if "-r" in argv:
                if argv[argv.index("-r") + 1 :] != [LOADER]:
                    self.wrong.append(f"another loader: {argv}")
                length, _, rest = stdin.partition(b"\n")
                if int(length) != len(program) or rest[: len(program)] != program:
                    self.wrong.append("another program for PHP")
                question, _, _payload = rest[len(program) :].partition(b"\n")
                if not isinstance(json.loads(question), dict):
                    self.wrong.append("the question is not JSON")
            return run(nextcloud, argv, stdin)

        with mock.patch.object(transport.Nextcloud, "_run", record):
            yield self
