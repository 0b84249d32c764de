# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine, on a server that is a list of words: parts want words to be there, steps add them."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from states import state

from ansible_collections.secsign.nextcloud.plugins.module_utils import _engine
from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import (
    Bridge,
    ConfigImport,
    NeedsMoreState,
    Occ,
    Part,
    Plan,
    converge,
)
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import Query, State


@dataclass
class World:
    """A server: the words that are there; what was run on it; what fails there or is ignored."""

    words: set[str] = field(default_factory=set)
    ran: list[str] = field(default_factory=list)
    fails: set[str] = field(default_factory=set)
    ignores: set[str] = field(default_factory=set)
    reads: int = 0
    changes: dict[str, Any] = field(default_factory=dict)

    def occ(self, argv: Sequence[str], stdin: str = "") -> None:
        verb, word = argv
        self.ran.append(f"{verb} {word}")
        if word in self.fails and verb == "add":
            raise NextcloudError("occ_failed", command=f"add {word}", rc=1, detail="no")
        if word not in self.ignores:
            (self.words.add if verb == "add" else self.words.discard)(word)

    def ask(self, operation: str, payload: bytes = b"", **request: Any) -> None:
        self.occ((operation, request["word"]))

    def read(self, query: Query) -> State:
        self.reads += 1
        return state(uids={word: True for word in self.words})._replace(**self.changes)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(_engine, "read", lambda nextcloud, query: nextcloud.read(query))
    return made


class Words(Part):
    def __init__(
        self,
        *wanted: str,
        at_once: bool = False,
        finalize: str = "",
        refuses: str = "",
        needs_people: bool = False,
        pending: tuple[str, ...] = (),
    ) -> None:
        self.title = "-".join(wanted)
        self.wanted, self.finalize, self.refuses, self.needs_people, self.pending = (
            wanted,
            finalize,
            refuses,
            needs_people,
            pending,
        )
        self.verify_immediately = at_once
        self.planned_on: list[set[str]] = []

    def declare_reads(self, query: Query) -> None:
        query.names |= set(self.wanted)

    def may_be_pending(self, state: State) -> tuple[str, ...]:
        return self.pending

    def plan(self, state: State) -> Plan:
        self.planned_on.append(set(state.uids))
        if self.needs_people and state.users is None:
            raise NeedsMoreState(users=True)
        if self.refuses in state.uids:
            raise NextcloudError("no_provider")
        missing = [word for word in self.wanted if word not in state.uids]
        steps = tuple(Occ(("add", word), undo=(Occ(("drop", word)),)) for word in missing)
        finalize = (Bridge("settle", {"word": self.finalize}),) if self.finalize and missing else ()
        return Plan(steps, state._replace(uids=dict(state.uids, **dict.fromkeys(missing, True))), finalize=finalize)

    def view(self, state: State) -> dict[str, Any]:
        return {word: word in state.uids for word in self.wanted}


def caught(world: World, *parts: Part, check: bool = False) -> NextcloudError:
    with pytest.raises(NextcloudError) as error:
        converge(world, parts, check)  # type: ignore[arg-type]
    return error.value


def surprise(world: World, monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    """With each step more happens than was foreseen: these words are there as well."""
    occ = world.occ

    def surprising(argv: Sequence[str], stdin: str = "") -> None:
        occ(argv)
        world.words |= set(words)

    monkeypatch.setattr(world, "occ", surprising)


def test_does_what_is_missing_and_nothing_twice(world: World) -> None:
    world.words = {"b"}
    outcome = converge(world, [Words("a", "b"), Words("c")], False)  # type: ignore[arg-type]
    assert world.ran == ["add a", "add c"] == [command[len("occ ") :] for command in outcome.commands]
    assert outcome.changed and outcome.before == {"a-b": {"a": False, "b": True}, "c": {"c": False}}
    assert outcome.after == {"a-b": {"a": True, "b": True}, "c": {"c": True}}
    again = converge(world, [Words("a", "b"), Words("c")], False)  # type: ignore[arg-type]
    assert not again.changed and again.before == again.after and world.ran == ["add a", "add c"]


def test_the_diff_of_one_part_has_its_title_only_where_titles_are_asked_for(world: World) -> None:
    assert converge(world, [Words("a")], True).after == {"a": True}  # type: ignore[arg-type]
    assert converge(world, [Words("a")], True, titles=True).after == {"a": {"a": True}}  # type: ignore[arg-type]


def test_nothing_to_do_costs_one_reading(world: World) -> None:
    world.words = {"a", "c"}
    converge(world, [Words("a", at_once=True), Words("c")], False)  # type: ignore[arg-type]
    assert world.reads == 1 and world.ran == []


def test_a_check_run_tells_the_same_and_runs_nothing(world: World) -> None:
    parts = lambda: [Words("a", at_once=True, finalize="s"), Words("b", "c")]  # noqa: E731
    checked = converge(world, parts(), True)  # type: ignore[arg-type]
    assert world.ran == [] and world.reads == 1
    assert converge(world, parts(), False) == checked  # type: ignore[arg-type]


def test_a_change_that_did_not_take_effect_is_an_error_and_undone(world: World) -> None:
    """No success is taken from an exit code."""
    world.ignores = {"b"}
    error = caught(world, Words("a", "b"))
    assert error.kind == "nothing_changed_as_asked" and "add b" in error.message
    assert world.ran == ["add a", "add b", "drop b", "drop a"]
    assert error.undone and world.words == set()


def test_a_failing_step_is_undone_in_reverse_order(world: World) -> None:
    world.fails = {"c"}
    error = caught(world, Words("a", "b", "c", "d"))
    assert error.kind == "occ_failed" and error.undone and error.remaining == ()
    assert error.message.endswith("All earlier changes of this task are undone. [NC120]")
    assert world.ran == ["add a", "add b", "add c", "drop c", "drop b", "drop a"]


def test_an_undo_that_fails_is_not_called_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.fails = {"b"}
    occ = world.occ

    def failing(argv: Sequence[str], stdin: str = "") -> None:
        occ(argv)
        if argv[0] == "drop":
            raise NextcloudError("timeout", detail=1)

    monkeypatch.setattr(world, "occ", failing)
    error = caught(world, Words("a", "b"))
    assert error.kind == "occ_failed", "the first error is the one to report"
    assert not error.undone and world.ran[-2:] == ["drop b", "drop a"], "one undo that fails does not stop the others"


def test_what_is_proven_stays_when_a_later_part_fails(world: World) -> None:
    world.fails = {"c"}
    error = caught(world, Words("a", at_once=True), Words("b"), Words("c"))
    assert error.undone and error.remaining == ("occ add a", "occ add b")
    assert error.message.endswith("The last change is undone. Earlier changes of this task remain. [NC120]")
    assert world.words == {"a", "b"} and "drop a" not in world.ran


def test_what_an_undo_needs_is_let_go_only_after_the_proof(world: World) -> None:
    converge(world, [Words("a", at_once=True, finalize="s")], False)  # type: ignore[arg-type]
    assert world.ran == ["add a", "settle s"]
    world.words, world.ran, world.ignores = set(), [], {"a"}
    caught(world, Words("a", at_once=True, finalize="s"))
    assert "settle s" not in world.ran


def test_later_parts_are_planned_again_on_what_is_really_there(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody, or the app itself on being enabled, did more than was foreseen."""
    later = Words("b")
    surprise(world, monkeypatch, "b", "surprise")
    converge(world, [Words("a", at_once=True), later], False)  # type: ignore[arg-type]
    assert world.ran == ["add a"]
    assert later.planned_on[0] == {"a"} and {"surprise", "b"} <= later.planned_on[1]


def test_a_later_part_that_refuses_the_real_outcome_changes_nothing_of_its_own(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    surprise(world, monkeypatch, "broken provider")
    error = caught(world, Words("a", at_once=True), Words("enforced", refuses="broken provider"))
    assert error.kind == "no_provider" and "enforced" not in world.words


def test_a_part_that_must_know_more_is_told(world: World) -> None:
    world.changes = {"users": None}
    wanted: list[Query] = []

    def read(query: Query) -> State:
        wanted.append(copy.copy(query))
        return state() if query.users else state()._replace(users=None)

    world.read = read  # type: ignore[method-assign]
    converge(world, [Words("a"), Words("b", needs_people=True)], True)  # type: ignore[arg-type]
    assert [query.users for query in wanted] == [False, True]


def test_a_refusal_comes_before_the_first_step(world: World) -> None:
    world.words = {"stop"}
    assert caught(world, Words("a"), Words("b", refuses="stop")).kind == "no_provider"
    assert world.ran == []


@pytest.mark.parametrize("check", [True, False])
def test_a_config_that_cannot_be_written_stops_a_change_and_nothing_else(world: World, check: bool) -> None:
    world.changes = {"server": state().server._replace(config_writable=False)}
    assert caught(world, Words("a"), check=check).kind == "config_not_writable"
    assert world.ran == []
    world.words = {"a"}
    assert not converge(world, [Words("a")], check).changed  # type: ignore[arg-type]


def test_an_upgrade_that_waits_stops_all_but_the_part_that_carries_it_out(world: World) -> None:
    world.changes = {"server": state().server._replace(pending_upgrades=("x",))}
    error = caught(world, Words("a"))
    assert error.kind == "needs_upgrade" and "x" in error.message
    assert converge(world, [Words("a", pending=("x",))], True).changed  # type: ignore[arg-type]
    world.changes = {"server": state().server._replace(pending_upgrades=("x", "core"))}
    assert caught(world, Words("a", pending=("x",))).kind == "needs_upgrade"


def test_no_parts_at_all(world: World) -> None:
    assert not converge(world, [], False).changed  # type: ignore[arg-type]


class Setting(Words):
    """Wants one value in the app config, like the parts for settings do."""

    def plan(self, state: State) -> Plan:
        return Plan((ConfigImport({"x": {self.wanted[0]: "1"}}),), state)


def test_settings_that_follow_each_other_are_imported_together(world: World) -> None:
    def commands(*parts: Part) -> tuple[str, ...]:
        return converge(world, parts, True).commands  # type: ignore[arg-type]

    assert commands(Setting("a"), Setting("b"), Setting("c")) == (
        'occ config:import < {"apps": {"x": {"a": "1", "b": "1", "c": "1"}}}',
    )
    assert len(commands(Setting("a"), Words("w"), Setting("b"))) == 3


def test_the_store_speaks_with_its_own_sentence() -> None:
    class Refusing:
        def occ(self, argv: Sequence[str], stdin: str = "") -> str | None:
            raise NextcloudError("occ_failed", command="app:install x", rc=1, detail="not found")

    for failure, kind in (("app_store", "app_store"), ("", "occ_failed")):
        with pytest.raises(NextcloudError) as caught_one:
            Occ(("app:install", "x"), failure=failure).run(Refusing())  # type: ignore[arg-type]
        assert caught_one.value.kind == kind and "not found" in caught_one.value.message


class Later(Words):
    """Its guard refuses it before a word is there."""

    can_be_deferred = True

    def __init__(self, *wanted: str, after: str) -> None:
        super().__init__(*wanted)
        self.after = after

    def plan(self, state: State) -> Plan:
        plan = super().plan(state)
        if plan.steps and self.after not in state.uids:
            raise NextcloudError("guard_locked_out", who=self.title, names="a")
        return plan


def test_a_part_comes_later_where_its_guard_wants_that_and_only_there(world: World) -> None:
    parts = lambda: [Words("a"), Later("b", after="c"), Words("c"), Words("d")]  # noqa: E731
    checked = converge(world, parts(), True)  # type: ignore[arg-type]
    assert converge(world, parts(), False) == checked  # type: ignore[arg-type]
    assert world.ran == ["add a", "add c", "add b", "add d"]
    assert not converge(world, parts(), False).changed  # type: ignore[arg-type]
    world.words, world.ran = {"c"}, []
    converge(world, parts(), False)  # type: ignore[arg-type]
    assert world.ran == ["add a", "add b", "add d"]


def test_what_no_order_makes_harmless_is_refused_as_in_the_usual_one(world: World) -> None:
    error = caught(world, Later("b", after="never"), Words("c"), Words("d", refuses="c"))
    assert error.kind == "guard_locked_out" and "b" in error.message and world.ran == []
    error = caught(world, Words("c"), Later("b", after="never"))
    assert error.kind == "guard_locked_out" and world.ran == []


def test_a_part_that_came_later_still_does_after_a_proof(world: World) -> None:
    converge(world, [Words("a", at_once=True), Later("b", after="c"), Words("c")], False)  # type: ignore[arg-type]
    assert world.ran == ["add a", "add c", "add b"]


class Telling(Words):
    """Knows more once a word is really there."""

    def plan(self, state: State) -> Plan:
        return (
            super()
            .plan(state)
            ._replace(facts={"planned on": sorted(state.uids)}, warnings=(f"{len(state.uids)} words",))
        )


def test_what_is_told_is_what_was_planned_on_the_real_outcome(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    surprise(world, monkeypatch, "surprise")
    outcome = converge(world, [Words("a", at_once=True), Telling("b")], False)  # type: ignore[arg-type]
    assert outcome.facts == {"planned on": ["a", "surprise"]} and outcome.warnings == ("2 words",)


class Stage(Words):
    starts_stage = True
    verify_immediately = True

    def __init__(self, *wanted: str, refuses: str = "") -> None:
        super().__init__(*wanted, at_once=True, refuses=refuses)


def test_stages_are_proven_one_by_one_and_read_once_where_nothing_is_to_do(world: World) -> None:
    parts = lambda: [Words("a"), Words("b", at_once=True), Stage("c"), Stage("d")]  # noqa: E731
    checked = converge(world, parts(), True)  # type: ignore[arg-type]
    assert world.reads == 1
    assert converge(world, parts(), False) == checked  # type: ignore[arg-type]
    assert world.ran == ["add a", "add b", "add c", "add d"] and world.reads == 2 + 3
    assert not converge(world, parts(), False).changed  # type: ignore[arg-type]
    assert world.reads == 2 + 3 + 1


def test_what_came_before_a_stage_that_is_refused_stands(world: World) -> None:
    parts = lambda: [Words("a", at_once=True), Stage("b"), Stage("c", refuses="b"), Stage("d")]  # noqa: E731
    assert caught(world, *parts(), check=True).kind == "no_provider" and world.ran == []
    error = caught(world, *parts())
    assert error.kind == "no_provider" and not error.undone and error.done == ("occ add a", "occ add b")
    assert world.words == {"a", "b"}
    error = caught(world, *parts())
    assert error.kind == "no_provider" and error.done == () and world.ran == ["add a", "add b"]


def test_a_stage_that_reality_refuses_is_the_last_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    surprise(world, monkeypatch, "broken provider")
    error = caught(world, Words("a", at_once=True), Stage("b", refuses="broken provider"), Stage("c"))
    assert error.kind == "no_provider" and not error.undone and error.done == ("occ add a",)
    assert world.ran == ["add a"]


def test_a_part_does_not_come_later_than_the_stage_it_is_in(world: World) -> None:
    error = caught(world, Later("a", after="b"), Stage("b"))
    assert error.kind == "guard_locked_out" and world.ran == []


def checked_with(world: World, *parts: Part, bad: str = "") -> list[set[str]]:
    """What was there at each check; ``bad`` makes it fail."""
    seen: list[set[str]] = []

    def check() -> None:
        seen.append(set(world.words))
        if bad in world.words:
            raise NextcloudError("login_page", url="https://x", detail="500")

    try:
        converge(world, parts, False, check=check)  # type: ignore[arg-type]
    except NextcloudError as error:
        assert error.kind == "login_page"
    return seen


def test_a_check_goes_with_each_proof_and_with_nothing_else(world: World) -> None:
    parts = lambda: [Words("a", at_once=True, finalize="s"), Words("b"), Stage("c")]  # noqa: E731
    assert checked_with(world, *parts()) == [{"a"}, {"a", "b", "c"}]
    assert checked_with(world, *parts()) == []


def test_what_fails_its_check_is_undone_and_nothing_follows(world: World) -> None:
    assert checked_with(world, Words("a", at_once=True, finalize="s"), Words("b"), bad="a") == [{"a"}]
    assert world.ran == ["add a", "drop a"]
    world.ran, world.words = [], set()
    assert checked_with(world, Words("a", at_once=True), Stage("b"), Stage("c"), bad="b") == [{"a"}, {"a", "b"}]
    assert world.ran == ["add a", "add b", "drop b"] and world.words == {"a"}
