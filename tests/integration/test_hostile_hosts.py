# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Managed nodes that answer nonsense, beside one that does not: every playbook says and does of that one what it does
without them.

The Python of such a node is a program that prints what this test wants, whatever module it is given.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest
import users_scene as scene
from apps import APP_ID
from audit_fleet import state, user
from users_play import Played, play, variables

pytestmark = pytest.mark.thorough

RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f]")
EVE = "eve\x1b[2J\x9b31m\u202e"
FORGED = "x\nok: [cloud] => {}\n\x1b[32mcloud : ok=9\x1b[0m\u202e"


def bomb() -> str:
    zipped = zlib.compressobj(9)
    block = zipped.compress(b"\0" * (1 << 20)) + zipped.flush(zlib.Z_FULL_FLUSH)
    more = zipped.compress(b"\0" * (1 << 20)) + zipped.flush(zlib.Z_FULL_FLUSH)
    return base64.b64encode(block + more * 2047).decode()


def deep(levels: int) -> str:
    return '{"nextcloud": ' * levels + "0" + "}" * levels


GOOD = state([user("admin", groups=["admin"]), user("eve", "locked_out")])
UNLOCKED = {
    "account": {"user": EVE, "providers": {}, "exempt_until": None, "login": "ready"},
    "login": "ready",
    "login_before": "ready",
}
FACTS = {
    name: "/nonexistent/evil"
    for name in (
        "audit_output_dir",
        "audit_policy",
        "audit_templates",
        "user",
        "reason",
        "audit_log",
        "status_host",
        "unlock_result",
    )
}
# What a node prints in place of the module's result.
NONSENSE: dict[str, Any] = {
    "facts": dict(GOOD, **UNLOCKED, ansible_facts=FACTS),
    "nothing": "",
    "no_json": "no JSON \x1b[2J\x9b\n" * 10,
    "a_list": [],
    "a_number": 5,
    "empty": {},
    "nextcloud_is_a_number": dict(GOOD, nextcloud=5),
    "exemptions_are_a_dictionary": dict(GOOD, exemptions={"a": 1}),
    "summary_is_a_number": dict(GOOD, users_summary=5),
    "account_is_a_number": dict(UNLOCKED, account=5),
    "bomb": dict(GOOD, users_packed=bomb()),
    "not_packed": dict(GOOD, users_packed="AAAA"),
    "deep": deep(90),
    "very_deep": deep(900),
    "too_deep": deep(100_000),
    "deep_elsewhere": dict(GOOD, **UNLOCKED, more=json.loads(deep(300))),
    "facts_of_ansible": dict(
        GOOD,
        **UNLOCKED,
        ansible_facts={"ansible_connection": "evil", "groups": {"nextcloud": []}, "hostvars": {}, "omit": "x"},
    ),
    "facts_are_a_number": dict(GOOD, ansible_facts=5),
    "statistics": dict(GOOD, ansible_stats=5),
    "add_host": dict(
        GOOD,
        add_host={
            "host_name": "cloud",
            "groups": ["nextcloud"],
            "host_vars": {"twofactor_nextcloud_path": "/nonexistent/evil"},
        },
    ),
    "warnings": dict(GOOD, **UNLOCKED, warnings=[FORGED, EVE], deprecations=[{"msg": EVE, "version": "9"}]),
    "warnings_are_a_number": dict(GOOD, warnings=5, deprecations=5),
    "failed": {
        "failed": True,
        "msg": FORGED,
        "exception": FORGED,
        "module_stderr": FORGED,
        "code": EVE,
        "commands": [EVE],
    },
    "failed_oddly": {"failed": "x", "msg": {"a": [EVE]}, "exception": 5, "commands": 5},
    "exception_alone": dict(GOOD, **UNLOCKED, exception=FORGED),
    "unreachable": {"unreachable": True, "msg": 5},
    "skipped": {"skipped": True, "changed": True, "msg": EVE},
    "shown": dict(GOOD, **UNLOCKED, diff={"before": FORGED, "after": 5}, invocation=5, commands=[FORGED], trace=[]),
    "diff_is_a_number": dict(GOOD, **UNLOCKED, diff=5, changed=True),
    "results": dict(GOOD, **UNLOCKED, results=[5, {"failed": True}]),
    "names": dict(
        GOOD,
        nextcloud=dict(GOOD["nextcloud"], release=FORGED),
        enforcement={"enforced": True, "groups": [FORGED], "excluded_groups": []},
    ),
    "unlocked_oddly": dict(UNLOCKED, account=dict(UNLOCKED["account"], providers={EVE: "on"})),
    "tags_of_ansible": (
        '{"nextcloud": {"__ansible_type": "Event", "msg": 5}, "msg": {"__ansible_type": "TrustedAsTemplate"}}'
    ),
    "template": {"msg": "{{ lookup('pipe', 'touch /tmp/evil') }}", "failed": True},
    "much": {"msg": "x" * 30_000_000, "failed": True},
    "bytes": b'{"nextcloud": "\xff\xfe\x00"}',
}


@pytest.fixture
def site(server: Any) -> Any:
    if not server.is_newest_sandbox:
        pytest.skip("what other nodes answer does not depend on the release: on the newest sandbox only")
    server = scene.without_secsign(server)
    server.occ("twofactorauth:enable", "admin", APP_ID)
    return server


def hosts(folder: Path, site: Any) -> dict[str, Any]:
    """The hostile ones come first, since tasks that run once run on the first host."""
    found = {}
    for name, printed in NONSENSE.items():
        answer = folder / name
        answer.write_bytes(
            printed
            if isinstance(printed, bytes)
            else (printed if isinstance(printed, str) else json.dumps(printed)).encode()
        )
        program = folder / (name + "-python")
        program.write_text(f"#!/bin/sh\ncat >/dev/null\nexec cat {answer}\n", encoding="utf-8")
        program.chmod(0o755)
        found["evil_" + name] = {"ansible_python_interpreter": str(program), "twofactor_nextcloud_path": "/x"}
    return dict(found, cloud=variables(site, twofactor_app_id=APP_ID))


def run(folder: Path, site: Any, playbook: str, *arguments: str, hostile: bool = True, **extra: Any) -> Played:
    known = hosts(folder, site)
    done = play(folder, playbook, known if hostile else {"cloud": known["cloud"]}, *arguments, "-f", "4", **extra)
    found = RAW.search(done.output)
    assert found is None, ascii(done.output[max(0, found.start() - 500) : found.end() + 100])
    for line in done.output.splitlines():
        assert not line.startswith("ok: [cloud] => {}"), "a line that a node made up"
    return done


def lines_of(output: str) -> list[str]:
    return re.findall(r"^ +\"(cloud: Nextcloud .*)\"", output, re.MULTILINE)


@pytest.mark.parametrize("verbosity", ["-f4", "-vvv"])
def test_status(site: Any, tmp_path: Path, verbosity: str) -> None:
    arguments = [verbosity] if verbosity != "-f4" else []
    alone = run(tmp_path, site, "status.yml", *arguments, hostile=False).went_well()
    beside = run(tmp_path, site, "status.yml", *arguments)
    assert lines_of(beside.output) == lines_of(alone.output) != [], beside.output[-3000:]
    assert beside.count("failed") == beside.count("unreachable") == 0
    assert beside.count("failed", "evil_nextcloud_is_a_number") == 1
    assert "nextcloud must be a dictionary, and is 5" in beside.output and "[NC703]" in beside.output


def test_audit(site: Any, tmp_path: Path) -> None:
    wanted = {"twofactor_enforcement": {"enforced": True}, "audit_output_dir": str(tmp_path / "out")}
    reports = []
    for hostile in (False, True):
        done = run(tmp_path, site, "audit.yml", "-v", hostile=hostile, **wanted)
        assert done.rc == 2, done.output[-3000:]
        folder = max((tmp_path / "out").iterdir())
        reports.append(json.loads((folder / "report.json").read_text(encoding="utf-8")))
    alone, beside = ({host["name"]: host for host in report["hosts"]} for report in reports)
    assert json.dumps(beside["cloud"]) == json.dumps(alone["cloud"]) and beside["cloud"]["read"]
    for part in ("users", "findings", "exemptions"):
        assert [one for one in reports[1][part] if one["host"] == "cloud"] == reports[0][part], part
    assert set(beside) == {"cloud", *("evil_" + name for name in NONSENSE)}
    for name, said in (
        ("nextcloud_is_a_number", "nextcloud must be a dictionary, and is 5"),
        ("bomb", "users_packed"),
        ("deep", "[NC703]"),
        ("nothing", ""),
    ):
        assert not beside["evil_" + name]["read"] and said in beside["evil_" + name]["problem"], beside["evil_" + name]


def test_unlock(site: Any, tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    options = {"user": "alice", "audit_log": str(log), "requested_by": "helga", "method": "exempt", "reason": "phone"}
    done = run(tmp_path, site, "unlock.yml", "-v", **options)
    assert done.count("failed") == 0 and done.count("changed") == 1, done.output[-3000:]
    assert [json.loads(line)["whom"] for line in log.read_text(encoding="utf-8").splitlines()] == ["alice"]
    assert "alice" in scene.members(site, "secsign-exempt") or scene.store(site, "exemptions")
    assert "account must be a dictionary, and is 5" in done.output
