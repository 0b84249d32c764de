# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one engine: read all, plan as data, apply unless in check mode, read again and prove.

The plan of a check run and of a real run is the same object, computed by the same code from what was read; the real run
then carries out its steps. It proves itself by planning once more from what is read afterwards: that plan must be
empty.
"""

from __future__ import annotations

import json
import typing as t
from abc import ABC, abstractmethod

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import Query, State, read
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.transport import Nextcloud


class Occ(t.NamedTuple):
    """An occ command to run."""

    argv: tuple[str, ...]
    undo: tuple[Step, ...] = ()
    failure: str = ""  # what a failing command means, where the sentence of that kind says more than occ

    def run(self, nextcloud: Nextcloud) -> None:
        try:
            nextcloud.occ(self.argv)
        except NextcloudError as error:
            if self.failure and error.kind == "occ_failed":
                raise NextcloudError(self.failure, app=self.argv[-1], detail=error.facts["detail"])
            raise

    def __str__(self) -> str:
        return "occ " + " ".join(self.argv)


class Bridge(t.NamedTuple):
    """An operation of the bridge, for what occ cannot do."""

    operation: str
    request: t.Mapping[str, t.Any]
    payload: bytes = b""
    undo: tuple[Step, ...] = ()

    def run(self, nextcloud: Nextcloud) -> None:
        nextcloud.ask(self.operation, self.payload, **self.request)

    def __str__(self) -> str:
        shown = " ".join(f"{key}={value}" for key, value in self.request.items() if isinstance(value, str))
        # of what comes along in number only the number; files come with the package, so they are no part of the plan
        shown += "".join(
            f" {key}: {len(value)}" for key, value in self.request.items() if isinstance(value, list) and key != "files"
        )
        return f"bridge {self.operation} {shown}".rstrip()


class Upgrade(t.NamedTuple):
    """``occ upgrade``, of which the server keeps account until its end, so that a later run can take it up."""

    operation: str = "upgrade"
    apps: t.Mapping[str, str] = {}  # which, and for whom they are enabled
    undo: tuple[Step, ...] = ()

    def run(self, nextcloud: Nextcloud) -> None:
        nextcloud.upgrade(self.operation, apps=dict(self.apps))

    def __str__(self) -> str:
        return {"upgrade": "occ upgrade", "finish_upgrade": "occ upgrade, begun by an earlier run"}.get(
            self.operation, "bridge " + self.operation
        )


class ConfigImport(t.NamedTuple):
    """``occ config:import``: all values in one command, so config.php is written once and never holds half a policy."""

    apps: t.Mapping[str, t.Mapping[str, str | None]] = {}  # None deletes a key
    system: t.Mapping[str, t.Any] = {}
    undo: tuple[Step, ...] = ()

    @property
    def content(self) -> dict[str, t.Any]:
        return {name: values for name, values in (("apps", self.apps), ("system", self.system)) if values}

    @property
    def names(self) -> list[str]:
        """Of the values, as an operator reads them."""
        return [*self.system, *(f"{app} {key}" for app, values in self.apps.items() for key in values)]

    def run(self, nextcloud: Nextcloud) -> None:
        # by standard input: values never show in the process list of the host
        nextcloud.occ(("config:import",), json.dumps(self.content, sort_keys=True))

    def __str__(self) -> str:
        return "occ config:import < " + json.dumps(self.content, sort_keys=True)


Step = t.Union[Occ, Bridge, Upgrade, ConfigImport]


class Plan(t.NamedTuple):
    """What one part will do: the steps, the state that they lead to, and the messages to the operator."""

    steps: tuple[Step, ...]
    after: State
    finalize: tuple[Step, ...] = ()  # once the outcome is proven: lets go of what an undo would have needed
    warnings: tuple[str, ...] = ()
    facts: t.Mapping[str, t.Any] = {}  # more results for the operator
    verdicts: t.Mapping[str, bool] = {}  # user id: must afterwards use two-factor login or not


class NeedsMoreState(Exception):
    """A part has seen that it must know more before it can plan; what was read so far is not enough."""

    def __init__(self, **needs: t.Any) -> None:
        super().__init__("more has to be read")
        self.needs = needs

    def widen(self, query: Query) -> None:
        for name, value in self.needs.items():
            setattr(query, name, getattr(query, name) | value if isinstance(value, set) else value)


def _no_download(url: str, path: str, validate_certs: bool) -> None:
    raise ValueError(f"nothing loads {url}")


class Context(t.NamedTuple):
    """What a run gives to each of its parts besides the options."""

    nextcloud: Nextcloud | None = None  # to ask the ID server; without it that is not asked
    check_mode: bool = False
    download: t.Callable[[str, str, bool], None] = _no_download  # address, path, whether to check certificates


class Part(ABC):
    """One noun of the wanted state: an app, the ID server, the enforcement of two-factor authentication ..."""

    title: str
    SPEC: t.ClassVar[dict[str, t.Any]] = {}
    # True where later parts rely on the real outcome: it is proven before they begin
    verify_immediately = False
    # True where it may follow later parts that make harmless what its guard refuses, such as exempting whoever loses a
    # second factor
    can_be_deferred = False
    # True where what the parts before it did stands, even if this one is refused
    starts_stage = False
    # True where the view has a line for everybody, of which only the lines that differ are shown
    diff_changes_only = False

    @abstractmethod
    def __init__(self, params: t.Mapping[str, t.Any], context: Context) -> None:
        """``params``: options as the argument spec of the part has them. Raises NextcloudError where one is wrong."""

    @abstractmethod
    def declare_reads(self, query: Query) -> None:
        """Adds what has to be read."""

    @abstractmethod
    def plan(self, state: State) -> Plan:
        """The way from ``state`` to what is wanted. Raises NextcloudError where it must not be gone."""

    @abstractmethod
    def view(self, state: State) -> dict[str, t.Any]:
        """What of ``state`` this part is about, in the words of its options."""

    def finalized(self, state: State) -> State:
        """What ``state`` will be once the steps that finalize this part's plan have run."""
        return state

    def may_be_pending(self, state: State) -> tuple[str, ...]:
        """Apps whose waiting upgrade this part carries out itself."""
        return ()


class Outcome(t.NamedTuple):
    changed: bool
    before: dict[str, t.Any]
    after: dict[str, t.Any]
    commands: tuple[str, ...]
    warnings: tuple[str, ...]
    server: dict[str, t.Any]
    facts: dict[str, t.Any]


class Planned(t.NamedTuple):
    """The way through all parts, on one state."""

    state: State
    parts: list[Part]
    plans: list[Plan]
    refusal: NextcloudError | None = None  # of a stage that is not among them, nor is what comes after it


BeforeChange = t.Callable[[State, t.Sequence[Plan]], None]
Check = t.Callable[[], None]


def converge(
    nextcloud: Nextcloud,
    parts: t.Sequence[Part],
    check_mode: bool,
    before_change: BeforeChange | None = None,
    check: Check | None = None,
    titles: bool = False,
) -> Outcome:
    """Takes the server to what ``parts`` want; in check mode only says how.

    ``before_change`` is called before the first step, ``check`` with each proof: it raises NextcloudError where the
    server does not work as it should. ``titles`` keeps the title of the part in the diff of a single part.
    """
    query = Query()
    for part in parts:
        part.declare_reads(query)
    state, taken_up = first_read(nextcloud, query, check_mode)
    _usable(state, parts)
    way = _plan_all(nextcloud, query, parts, state)
    state, parts, plans = way.state, way.parts, way.plans
    planned = plans[-1].after if plans else state
    # crossed out, and with it the verbose log that it may have left
    first = [Upgrade("end_upgrade")] if state.unfinished else []
    commands = [str(step) for step in first] + [str(step) for plan in plans for step in plan.steps + plan.finalize]
    if way.refusal and (check_mode or not commands):
        raise way.refusal
    if commands and not state.server.config_writable:
        raise NextcloudError("config_not_writable", detail=state.server.root + "/config/config.php")
    if commands and state.server.full:
        raise NextcloudError("disk_full", detail=", ".join(state.server.full))

    if commands and not check_mode:
        if before_change is not None:
            before_change(state, plans)
        for step in first:
            step.run(nextcloud)
        # what was planned again on what is really there may know more
        plans = _apply(nextcloud, query, way, check)
    before: dict[str, t.Any] = {}
    after: dict[str, t.Any] = {}
    for part in parts:
        old, new = part.view(state), part.view(planned)
        if part.diff_changes_only:
            differ = [key for key in dict(old, **new) if old.get(key) != new.get(key)]
            old, new = ({key: view[key] for key in differ if key in view} for view in (old, new))
        before[part.title], after[part.title] = old, new
    if len(before) == 1 and not titles:
        before, after = before[parts[0].title], after[parts[0].title]
    return Outcome(
        changed=bool(taken_up or commands),
        before=before,
        after=after,
        commands=tuple(taken_up + commands),
        warnings=tuple(dict.fromkeys(warning for plan in plans for warning in plan.warnings)),
        server={"version": state.server.version, "release": state.server.release, "path": state.server.root},
        facts={name: value for plan in plans for name, value in plan.facts.items()},
    )


def first_read(nextcloud: Nextcloud, query: Query, check_mode: bool) -> tuple[State, list[str]]:
    """The state, and what had to be done to get at it: ending an upgrade in the middle of which an earlier run died."""
    try:
        return read(nextcloud, query), []
    except NextcloudError as error:
        if error.kind != "upgrade_interrupted" or check_mode:
            raise
    step = Upgrade("finish_upgrade")
    step.run(nextcloud)
    return read(nextcloud, query), [str(step)]


def _plan_all(nextcloud: Nextcloud, query: Query, parts: t.Sequence[Part], state: State) -> Planned:
    """Each part plans on what the parts before it will have done.

    Where one needs to know more, or has to come later, all begin again.
    """
    parts = list(parts)
    refusal: NextcloudError | None = None
    while True:
        plans: list[Plan] = []
        planned = state
        try:
            for part in parts:
                plans.append(part.plan(planned))
                planned = plans[-1].after
            return Planned(state, parts, _merged(plans))
        except NeedsMoreState as more:
            more.widen(query)
            state = read(nextcloud, query)
        except NextcloudError as error:
            # if no order will do, the refusal in the usual one is what helps
            refusal = refusal or error
            here = len(plans)
            if parts[here].starts_stage:
                return Planned(state, parts[:here], _merged(plans), refusal)
            last = here + 1 == len(parts) or parts[here + 1].starts_stage
            if error.kind != "guard_locked_out" or not parts[here].can_be_deferred or last:
                raise refusal
            parts[here], parts[here + 1] = parts[here + 1], parts[here]


def _merged(plans: t.Sequence[Plan]) -> list[Plan]:
    """Settings that follow each other are imported together: one process for all of them."""
    merged = list(plans)
    for number in range(len(merged) - 1):
        here, there = merged[number].steps, merged[number + 1].steps
        earlier, later = here[-1] if here else None, there[0] if there else None
        if not isinstance(earlier, ConfigImport) or not isinstance(later, ConfigImport):
            continue
        if earlier.system or later.system:
            continue
        apps = {app: {**earlier.apps.get(app, {}), **later.apps.get(app, {})} for app in {**earlier.apps, **later.apps}}
        merged[number] = merged[number]._replace(steps=here[:-1])
        merged[number + 1] = merged[number + 1]._replace(steps=(ConfigImport(apps), *there[1:]))
    return merged


def _usable(state: State, parts: t.Sequence[Part]) -> None:
    ours = {app for part in parts for app in part.may_be_pending(state)}
    pending = [app for app in state.server.pending_upgrades if app not in ours]
    if pending:
        raise NextcloudError("needs_upgrade", root=state.server.root, detail=", ".join(pending))


def _apply(nextcloud: Nextcloud, query: Query, way: Planned, check: Check | None) -> list[Plan]:
    """Carries the plans out, one after the other, and returns them as they were then."""
    begun: list[Plan] = []
    unproven: list[tuple[Part, Plan]] = []
    carried_out: list[str] = []
    done: list[Step] = []
    earlier = 0  # steps of the parts before
    waiting = list(zip(way.parts, way.plans))
    refusal = way.refusal
    try:
        while waiting:
            part, plan = waiting.pop(0)
            begun.append(plan)
            done, earlier = [], len(carried_out)
            for step in plan.steps:
                done.append(step)
                step.run(nextcloud)
                carried_out.append(str(step))
            unproven.append((part, plan))
            if (part.verify_immediately or not waiting) and any(carried.steps for _part, carried in unproven):
                for _part, proven in unproven:
                    query.verdicts |= set(proven.verdicts)
                state = read(nextcloud, query)
                _prove(state, unproven)
                unproven = []
                if check is not None:
                    check()
                # what follows was planned on a forecast; now it has to hold on what is really there
                _state, parts, plans, again = _plan_all(nextcloud, query, [later for later, _plan in waiting], state)
                waiting, refusal = list(zip(parts, plans)), again or refusal
            for step in plan.finalize:
                done = []
                step.run(nextcloud)
    except NextcloudError as error:
        # what another run is at is that one's to end or to take back
        error.undone = error.kind != "busy" and _undo(nextcloud, done)
        error.done = tuple(carried_out)
        error.remaining = tuple(carried_out[:earlier]) if error.undone else error.done
        raise
    if refusal is not None:
        refusal.done = refusal.remaining = tuple(carried_out)
        raise refusal
    return begun


def _prove(state: State, done: t.Sequence[tuple[Part, Plan]]) -> None:
    """Planning again from what is there now must leave nothing to do."""
    judged: dict[str, tuple[str, bool]] = {}
    for part, plan in done:
        # what an undo would need stands until the proof is given, and is not counted against it
        left = part.plan(part.finalized(state) if plan.finalize else state).steps
        if left:
            raise NextcloudError(
                "nothing_changed_as_asked", detail="{}: {}".format(part.title, "; ".join(_about(step) for step in left))
            )
        # of two parts that decide about somebody the later one has the last word
        judged.update({uid: (part.title, must) for uid, must in plan.verdicts.items()})
    wrong = sorted(uid for uid, (_title, must) in judged.items() if state.verdicts.get(uid) is not must)
    if wrong:
        detail = "{}: Nextcloud judges otherwise of {}".format(judged[wrong[0]][0], ", ".join(wrong[:20]))
        raise NextcloudError("nothing_changed_as_asked", detail=detail)


def _about(step: Step) -> str:
    """What a step would change, in names alone."""
    return ", ".join(step.names) if isinstance(step, ConfigImport) else str(step)


def _undo(nextcloud: Nextcloud, done: t.Sequence[Step]) -> bool:
    """Back to what was there before; returns whether that was reached. The error that led here is the one to report."""
    undone = [back for step in reversed(done) for back in step.undo]
    complete = bool(undone)
    for back in undone:
        try:
            back.run(nextcloud)
        except NextcloudError:
            complete = False
    return complete
