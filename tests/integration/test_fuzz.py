# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option of every module, made from its own argument spec, with values that nobody should give.

Whatever is given: it ends in one sentence and nothing has changed, or it is kept as the text that it is. It never
becomes shell, PHP, SQL or an argument. FUZZ=NUMBER tries that many of each module instead of a sample, FUZZ=all every
one; SEED repeats a run.
"""

from __future__ import annotations

import json
import os
import random
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fuzz_values
import pytest
import saml_scene
import users_scene as scene
from expect import one_sentence
from fuzz_values import MARK

pytestmark = pytest.mark.thorough

SAMPLE = 60
SEED = os.environ.get("SEED") or ("ci" if os.environ.get("CI") else secrets.token_hex(4))
BASE: dict[str, dict[str, Any]] = {
    "app": {"app_id": "twofactor_totp"},
    "backup_codes": {"user": "alice", "path": "/nonexistent/codes", "reason": "test", "replace": True},
    "enforcement": {"enforced": True, "groups": ["staff"]},
    "exemptions": {
        "exemptions": [{"user": "alice", "owner": "it", "reason": "test", "until": "2026-12-31"}],
        "max_days": 366,
    },
    "id_server": {"server": "https://id.example.com"},
    "onboarding": {"enabled": True, "suffix": "example"},
    "rollback": {},
    "saml": saml_scene.wanted(),
    "secsign_ids": {"ids": [{"user": "alice", "secsign_id": "alice@new"}]},
    "twofactor": {
        "enforcement": {"enforced": True, "groups": ["staff"]},
        "onboarding": {"enabled": True, "suffix": "example"},
    },
    "twofactor_info": {"users": "list"},
    "unlock": {"user": "alice", "method": "exempt", "reason": "test"},
    "user_permissions": {"allow_edit": True},
}
# Options whose value names a program or its arguments: they are to be started, and never by a shell.
PROGRAMS = ("php", "php_args", "exec_prefix")
# What occ and nothing else takes as an argument: groups of an app, after it was looked up that they exist.
IN_ARGV = re.compile(r"^(app:(enable|disable|remove|install|update))$")


def cases(module: str, canary: Path) -> list[tuple[str, Any]]:
    every = [
        (name, value)
        for name, spec in sorted(fuzz_values.spec_of(module).items())
        for value in fuzz_values.values(spec, canary)
        if name not in ("timeout",) or value != 2**31
    ]
    wanted = os.environ.get("FUZZ", str(SAMPLE))
    chance = random.Random(f"{SEED} {module}")
    return every if wanted == "all" else chance.sample(every, min(int(wanted), len(every)))


@pytest.fixture
def audit_log(tmp_path: Path) -> Iterator[Path]:
    tmp_path.chmod(0o755)
    yield tmp_path / "audit.jsonl"


@pytest.mark.parametrize("module", fuzz_values.MODULES)
def test_whatever_an_option_is_given(
    server: Any, module: str, tmp_path: Path, audit_log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, saved = (saml_scene.with_saml, "with saml") if module == "saml" else (scene.with_ids, "with ids")
    start(server)
    # relative names, and what a shell would make, end up here
    monkeypatch.chdir(tmp_path)
    canary = tmp_path / "canary"
    tmp_path.chmod(0o777)
    before = seen(server, module)
    tables = server.sql("SELECT name FROM sqlite_master ORDER BY name")
    found: list[str] = []
    tried = cases(module, canary)
    for name, value in tried:
        options = dict(BASE[module], **{name: value})
        if module in ("unlock", "backup_codes") and name != "audit_log":
            options["audit_log"] = str(audit_log)
        if name != "timeout":
            options["timeout"] = 20
        problem = judge(server, module, name, options, canary, before, tables)
        if problem:
            found.append(f"{module}: {name}={shown(value)}: {problem}")
        if seen(server, module) != before or server.sql("SELECT name FROM sqlite_master ORDER BY name") != tables:
            server.restore(saved)
    print(f"{module}: {len(tried)} values tried, SEED={SEED}")
    assert not found, f"SEED={SEED}, of {len(tried)} values:\n" + "\n".join(found)


def seen(server: Any, module: str) -> Any:
    return saml_scene.Site(server).fingerprint() if module == "saml" else scene.everything(server)


def shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 120 else text[:100] + f"... ({len(text)} characters)"


def judge(server: Any, module: str, name: str, options: dict[str, Any], canary: Path, before: Any, tables: Any) -> str:
    """What is wrong; empty if nothing."""
    recorder = fuzz_values.Recorder()
    try:
        with recorder.recording():
            result = server.run(module, **options)
    except Exception as error:
        return f"ended with {error!r}"[:400]
    if recorder.wrong:
        return recorder.wrong[0]
    if canary.exists():
        canary.unlink()
        return "it was carried out by something"
    for argv in recorder.argv:
        mine = [argument for argument in argv if MARK in argument]
        if mine and name not in (*PROGRAMS, "nextcloud_path") and not any(IN_ARGV.match(argument) for argument in argv):
            return f"is an argument: {mine[0][:100]}"
    # an app that is enabled brings its own
    if not set(tables) <= set(server.sql("SELECT name FROM sqlite_master ORDER BY name")):
        return "a table is gone"
    if not result.failed:
        return ""
    problem = in_a_sentence(result.data, options[name])
    if not problem and seen(server, module) != before:
        problem = f"failed and changed something: {result.data['msg'][:200]}"
    return problem


def texts(value: Any) -> list[str]:
    """All that is text of several lines in it, however deep."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        return [text for entry in value for text in texts(entry)]
    return [value] if isinstance(value, str) and "\n" in value else []


def in_a_sentence(data: dict[str, Any], value: Any) -> str:
    message = data.get("msg", "")
    if "exception" in data or "Traceback" in message:
        return f"traceback: {message[-300:]}"
    if "code" not in data:
        # Ansible's own words about types and choices, which hold what was given
        for text in texts(value):
            message = message.replace(text, "VALUE")
        return (
            ""
            if message and "\n" not in message.strip() and len(message) < 150_000
            else f"no sentence: {message[:200]!r}"
        )
    if len(message) > 2500:
        return f"a sentence of {len(message)} characters"
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", message):
        return f"control characters in a sentence: {message[:200]!r}"
    try:
        one_sentence(message)
    except AssertionError as error:
        return f"{error}"[:300]
    return ""


LITERAL = [
    f"{MARK}'; DROP TABLE oc_users; --",
    f"$(touch {MARK})",
    f"<script>{MARK}</script>",
    f"{MARK}é漢\U0001f600",
    f"../../{MARK}",
    f"{{{{ 7*7 }}}}{MARK}",
    "--help",
]


@pytest.mark.parametrize("text", LITERAL)
def test_what_is_kept_is_kept_as_it_was_given(server: Any, text: str) -> None:
    scene.with_ids(server)
    for group in ("staff", text):
        server.sql("INSERT OR IGNORE INTO oc_groups (gid, displayname) VALUES (?, ?)", group, group)
    entry = {"group": text, "owner": text, "reason": text, "until": "2026-12-31"}
    done = server.run("exemptions", exemptions=[entry], max_days=366)
    assert not done.failed, done.data
    kept = scene.store(server, "exemptions")[0]
    assert (kept["name"], kept["owner"], kept["reason"]) == (text, text, text)
    assert not server.run("user_permissions", allow_groups=True, allow_edit_groups=[text]).failed
    stored = server.sql("SELECT configvalue FROM oc_appconfig WHERE configkey = 'allowEditGroups'")
    assert [json.loads(value) for (value,) in stored] == [[text]]
    assert not server.run("enforcement", enforced=True, groups=["staff"], excluded_groups=[text]).failed
    assert text in json.dumps(scene.store(server, "intent"), ensure_ascii=False)
