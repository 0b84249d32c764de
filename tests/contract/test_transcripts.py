# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One test for each recorded call of each release: the sandbox must answer as the real server did."""

from __future__ import annotations

import json
from typing import Any

import pytest

from . import normalise
from .conftest import Replays
from .normalise import RECORDED, Places
from .replay import RELEASES, Answer, skip_reason, transcript
from .scene import HERE, STEPS

CALLS = [(release, call) for release in RELEASES for call in transcript(release)]


@pytest.mark.parametrize(("release", "call"), CALLS, ids=[f"{release}-{call['case']}" for release, call in CALLS])
def test_call(release: str, call: dict[str, Any], replays: Replays) -> None:
    reason = skip_reason(call)
    if reason is not None:
        pytest.skip(reason)
    replay = replays.of(release)
    answer = replay.answer(call["case"])
    recorded = Answer(call["exit_code"], call["stdout"], call["stderr"])

    assert answer.exit_code == recorded.exit_code, answer
    assert comparable(call, answer.stdout, replay.places) == comparable(call, recorded.stdout, RECORDED)
    assert comparable(call, answer.stderr, replay.places) == comparable(call, recorded.stderr, RECORDED)


def comparable(call: dict[str, Any], raw: str, places: Places) -> dict[str, Any]:
    """One stream, with what is not compared taken out (see normalise.py)."""
    lead, document = normalise.split(raw)
    if call["argv"][0] == "list" and document is not None:
        document = command_list(document)
    lines = normalise.exceptions(normalise.text(lead, places))
    if call["argv"][0] in ("app:list", "upgrade"):
        lines = normalise.without_foreign_apps(lines)
    git = normalise.GIT_TREE.get(call["release"], {}).get(call["case"], set())
    lines, document = [line for line in lines if line not in git], normalise.without_settings(document, git)
    return {"text": lines, "json": normalise.document(document, places)}


def command_list(document: dict[str, Any]) -> dict[str, Any]:
    """What a caller learns from `list --format=json`: which commands there are and what they take."""
    general = {"help", "quiet", "verbose", "version", "ansi", "no-ansi", "no-interaction", "no-warnings"}
    commands = {}
    for command in document["commands"]:
        definition = command["definition"]
        commands[command["name"]] = {
            "keys": sorted(command),
            "usage": command["usage"][0],
            "arguments": {name: _shape(each) for name, each in dict(definition["arguments"]).items()},
            "options": {
                name: _shape(each) for name, each in dict(definition["options"]).items() if name not in general
            },
        }
    return {
        "keys": sorted(document),
        "application": document["application"],
        "commands": commands,
        "namespaces": {
            each["id"]: sorted(each["commands"]) for each in document["namespaces"] if each["id"] != "_global"
        },
    }


def _shape(definition: dict[str, Any]) -> dict[str, Any]:
    # Descriptions are the sandbox's own, and a default may be 0 on one release and "0" on the next.
    return {name: value for name, value in definition.items() if name not in ("description", "default")}


def test_every_recorded_call_is_covered_or_listed() -> None:
    recorded = (HERE / "recorded-cases.txt").read_text(encoding="utf-8").split()
    uncovered = json.loads((HERE / "uncovered.json").read_text(encoding="utf-8"))
    for release in RELEASES:
        covered = [call["case"] for call in transcript(release)]
        listed = [case for case, row in uncovered.items() if release in row["releases"]]
        assert len(covered) == len(set(covered)), release
        assert not set(covered) & set(listed), release
        assert sorted(covered + listed) == sorted(recorded), release
    assert all(len(row["reason"]) > 20 for row in uncovered.values())


def test_recorded_calls_are_in_their_order() -> None:
    recorded = (HERE / "recorded-cases.txt").read_text(encoding="utf-8").split()
    for release in RELEASES:
        places = [recorded.index(call["case"]) for call in transcript(release)]
        assert places == sorted(places), release


GIT_TREE = [(release, case) for release, row in normalise.GIT_TREE.items() for case in row]


@pytest.mark.parametrize(("release", "case"), GIT_TREE)
def test_what_is_left_out_for_a_git_tree_is_really_different_there(release: str, case: str, replays: Replays) -> None:
    """Each name in the list leaves out something, in this one call."""
    (call,) = (call for each, call in CALLS if (each, call["case"]) == (release, case))
    recorded, answer = call["stdout"], replays.of(release).answer(case).stdout
    for name in normalise.GIT_TREE[release][case]:
        assert (name in recorded) != (name in answer), name


def test_every_step_belongs_to_a_call() -> None:
    for release in RELEASES:
        assert set(STEPS) <= {call["case"] for call in transcript(release)}, release


@pytest.mark.parametrize("change", ["exit_code", "stdout", "stderr", "value", "stream"])
def test_the_comparison_notices(change: str) -> None:
    """A comparison that cannot fail proves nothing: each kind of difference must show."""
    call = next(call for release, call in CALLS if release == "34.0.1" and call["case"] == "inmm-csg")
    other = dict(call)
    if change == "exit_code":
        other["exit_code"] = call["exit_code"] + 1
    elif change == "stdout":
        other["stdout"] = call["stdout"].replace("34.0.1.2", "34.0.1.3")
    elif change == "stderr":
        other["stderr"] = call["stderr"].replace("no apps", "all apps")
    elif change == "value":
        call = next(call for release, call in CALLS if release == "34.0.1" and call["case"] == "enf-cfg2")
        other = dict(call, stdout=call["stdout"].replace('["staff","it"]', '["staff"]'))
    else:
        other["stdout"], other["stderr"] = call["stderr"], call["stdout"]
    assert other != call
    same = other["exit_code"] == call["exit_code"] and all(
        comparable(call, other[stream], RECORDED) == comparable(call, call[stream], RECORDED)
        for stream in ("stdout", "stderr")
    )
    assert not same
