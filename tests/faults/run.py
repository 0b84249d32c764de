# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Injects faults into runs of the collection, and looks at what is left, at what was said, and at the run after it.

    python tests/faults/run.py --faults 1000 --seed 7 --on sandbox:newest --on nextcloud-34.0.1.tar.bz2

Every scene, every PHP start in it and every kind of fault make the list; the seed shuffles it, and with more faults
than that the list begins anew with other chances. One fault is repeated with --only NUMBER and the same seed.
"""

from __future__ import annotations

import argparse
import collections
import ctypes
import json
import multiprocessing
import os
import random
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
for folder in (
    HERE.parent.parent / "collections",
    HERE.parent.parent / "sandbox",
    HERE.parent,
    HERE.parent / "integration",
    HERE,
):
    sys.path.insert(0, str(folder))

import hosts
import injector
import oracle
from expect import one_sentence
from injector import CONNECTIONS, DIED, FAULTS, SELDOM, Point, Strike
from scenes import SCENES, Scene
from servers import FolderServer
from subprocess_runner import in_child

from ansible_collections.secsign.nextcloud.plugins.module_utils._server.transport import Nextcloud, Output

KINDS = (*FAULTS, *CONNECTIONS)
Reference = dict[str, Any]


class Patient(FolderServer):
    """A server that faults are injected into."""

    def __init__(self, source: str, folder: Path, disks: bool) -> None:
        name = source if source.startswith("sandbox:") else Path(source).name
        self.disks: list[Path] = []
        if disks and source.startswith("sandbox:"):
            self._mount(folder, "64m")
        super().__init__(name, source, folder)
        if disks and not self.is_sandbox:
            for place in (self.config.parent, self.data):
                kept = place.with_name(place.name + ".kept")
                place.rename(kept)
                place.mkdir()
                self._mount(place, "256m")
                shutil.copytree(kept, place, dirs_exist_ok=True)
                for path in (place, *place.rglob("*")):
                    shutil.chown(path, self.host.user, self.host.user)
        self.reported, self.beside = folder / "reported", folder / "beside"
        self.plain_run = Nextcloud._run
        self.references: dict[str, Reference] = {}

    def _mount(self, folder: Path, size: str) -> None:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "faults", str(folder)], check=True)
        self.disks.append(folder)

    def sql_if_possible(self, statement: str, *values: Any) -> None:
        """A table that is not there cannot be changed by hand."""
        import sqlite3

        with suppress(sqlite3.OperationalError):
            self.sql(statement, *values)


def own_mounts() -> bool:
    """Mounts of this process are seen by nobody else, and end with it; whether that was possible."""
    if os.geteuid() != 0 or ctypes.CDLL(None, use_errno=True).unshare(0x00020000) != 0:
        return False
    return subprocess.run(["mount", "--make-rprivate", "/"], check=False).returncode == 0


# ---------------------------------------------------------------------- what a run is like that nothing disturbs


def refer(server: Patient, scene: Scene) -> Reference:
    scene.start(server)
    before = oracle.look(server)
    reference: Reference = {"before": before, "logins before": oracle.logins(server, before)}
    counted = server.path.with_name("calls")
    points: list[Point] = []

    def watch(argv: list[str], stdin: bytes, run: Any) -> Output:
        operation = injector.operation_of(argv, stdin)
        counted.unlink(missing_ok=True)
        if not operation.startswith("occ "):
            stdin = injector.hooked(stdin, count_into=str(counted))
        started = time.monotonic()
        output = run(stdin)
        calls = int(counted.read_text(encoding="ascii")) if counted.exists() else 0
        points.append(Point(operation, time.monotonic() - started, calls))
        return output

    def work() -> str:
        injector.at_point(None, None, watch)
        done = server.run(scene.module, **scene.options(server))
        return json.dumps([done.data, [vars(point) for point in points]])

    code, said = in_child(work)
    assert code == 0, said
    data, found = json.loads(said)
    assert data.get("code", "") == scene.fails_with, data
    after = oracle.look(server)
    reference.update(
        {"points": [Point(**point) for point in found], "after": after, "logins after": oracle.logins(server, after)}
    )
    if scene.fails_with:
        assert comparable(scene, after) == comparable(scene, before), differences(before, after)
    else:
        again = server.run(scene.module, **scene.options(server))
        assert not again.failed and not again.changed, again.data
    return reference


def comparable(scene: Scene, seen: dict[str, Any]) -> Any:
    """An exemption by the hour ends at an hour that depends on when it was given."""
    text = json.dumps(scene.decides(seen), sort_keys=True)
    return re.sub(r'\\"until\\": \d+', "", text)


# ---------------------------------------------------------------------- one fault


def inject(
    server: Patient, scene: Scene, reference: Reference, number: int, kind: str, chance: random.Random
) -> dict[str, Any]:
    point = reference["points"][number]
    found: dict[str, Any] = {"scene": scene.name, "at": point.operation, "point": number, "kind": kind, "wrong": []}
    wrong: list[str] = found["wrong"]
    scene.start(server)
    for path in (server.reported, server.beside, server.path.with_name("audit.jsonl")):
        path.unlink(missing_ok=True)
    strike = Strike(server, scene, number, point, chance)
    options = dict(scene.options(server))
    if kind in CONNECTIONS:
        options["exec_prefix"] = injector.prefix_of(strike, CONNECTIONS[kind], server.path.parent)
    if kind == "the database is locked":
        options["timeout"] = 2
    injector_fault = FAULTS.get(kind)

    def work() -> str:
        if injector_fault is not None:
            injector.at_point(strike, injector_fault)
        return json.dumps(server.run(scene.module, **options).data)

    code, said = in_child(work)
    injector.mend(server)
    injector.wait_for_all(server)
    found["reported"] = server.reported.read_text(encoding="utf-8").splitlines() if server.reported.exists() else []
    if code == DIED:
        found["outcome"] = "died"
    elif code != 0:
        found["outcome"] = "raised"
        wrong.append("ended with a traceback: " + said.strip().splitlines()[-1])
        found["traceback"] = said
    else:
        data = json.loads(said)
        found["outcome"] = data.get("code", "no code") if data.get("failed") else "done"
        if data.get("failed"):
            found["said"] = data.get("msg", "")
            _check_words(data, wrong)
    _check_what_is_left(server, scene, reference, kind, found)
    _put_in_order(server, kind)
    _check_next_runs(server, scene, reference, found)
    return found


def _check_words(data: dict[str, Any], wrong: list[str]) -> None:
    try:
        one_sentence(data["msg"])
    except AssertionError as error:
        wrong.append(f"not one sentence with a code: {data['msg']} ({error})")
    if "exception" in data or re.search(r'Traceback|[{\[]"|Stack trace', data["msg"]):
        wrong.append(f"noise in a sentence: {data['msg']}")


def _check_what_is_left(server: Patient, scene: Scene, reference: Reference, kind: str, found: dict[str, Any]) -> None:
    wrong: list[str] = found["wrong"]
    try:
        seen = oracle.look(server)
    except Exception as error:  # whatever it is, the server is not what it was
        wrong.append(f"the server cannot be read any more: {error!r}")
        return
    found["down"] = oracle.down(seen)
    by_kind = {
        "maintenance mode is switched on": "maintenance mode",
        "a new release waits for its upgrade": "waits for an upgrade",
    }.get(kind)
    if found["down"] and found["down"] != by_kind:
        if not scene.name.startswith("upgrade"):
            wrong.append(f"the server is down: {found['down']}")
        elif found["down"] == "maintenance mode" and not seen["marker"] and not by_kind:
            wrong.append("in maintenance mode, and nothing says whose")
    if found["down"]:
        return
    now, before, after = oracle.logins(server, seen), reference["logins before"], reference["logins after"]
    worse = [
        uid
        for uid in before
        if oracle.BETTER.index(now[uid])
        < min(oracle.BETTER.index(before[uid]), oracle.BETTER.index(after.get(uid, before[uid])))
    ]
    shut = {uid: now[uid] for uid in worse if now[uid] in oracle.SHUT_OUT}
    if shut:
        between = [
            name
            for name in seen["left over"]
            if name.startswith(".secsign-old-") and name[len(".secsign-old-") :] not in seen["apps"]
        ]
        if between:
            found["until the next run"] = "the folder is between its two renames"
        elif kind == "somebody changes the same by hand":
            found["until the next run"] = "whoever took the second factor away by hand, after it had been seen"
        elif scene.fails_with and seen["breaks"]:
            found["until the next run"] = "the version that does not load could not be taken back"
        else:
            wrong.append(f"shut out: {shut}")
    if kind == "somebody changes the same by hand" or "something else" in kind:
        return
    for what in ("ids", "registry", "policy"):
        states = [reference["before"][what], reference["after"][what]]
        if (
            what == "policy"
            and states[0].get("twofactor_enforced") != "true"
            and seen[what].get("twofactor_enforced") != "true"
        ):
            continue  # off as before: the lists, which an earlier part may have written, have no effect yet
        if seen[what] not in states:
            wrong.append(f"half-written {what}: {seen[what]}")
    for group, members in seen["groups"].items():
        if members not in (reference["before"]["groups"].get(group, []), reference["after"]["groups"].get(group, [])):
            wrong.append(f"half-written group {group}: {members}")


def _put_in_order(server: Patient, kind: str) -> None:
    """What the administrator does who began it."""
    if kind == "maintenance mode is switched on":
        server.configure("maintenance", "false")
    elif kind == "a new release waits for its upgrade":
        done = server.occ("upgrade", "--no-interaction", check=False)
        assert done.returncode in (0, 3), done.stdout + done.stderr


def _check_next_runs(server: Patient, scene: Scene, reference: Reference, found: dict[str, Any]) -> None:
    wrong: list[str] = found["wrong"]
    options = scene.options(server)
    results = []
    for which in ("next", "third"):
        try:
            result = server.run(scene.module, **options)
        except Exception as error:
            wrong.append(f"the {which} run ended with a traceback: {error!r}")
            return
        results.append(result)
        if result.data.get("code", "") != scene.fails_with:
            wrong.append(f"the {which} run: {result.data.get('msg', result.data)}")
            return
    found["next"] = "changed" if results[0].changed else "rested"
    if results[1].changed:
        wrong.append(f"the third run changes: {results[1]['commands']}")
    seen = oracle.look(server)
    if comparable(scene, seen) != comparable(scene, reference["after"]):
        wrong.append(f"another end than without a fault: {differences(reference['after'], seen)}")
    left = [path.name for path in server.path.with_name("snapshots").rglob("*.new")]
    if left:
        wrong.append(f"left over: {left}")


def differences(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {key: [one[key], other[key]] for key in one if one[key] != other[key]}


# ---------------------------------------------------------------------- many


def plan(
    points: dict[str, list[Point]], kinds: tuple[str, ...], faults: int, seed: str
) -> list[tuple[int, str, int, str]]:
    """Number, scene, point, kind of each fault, drawn so that all are had before any is had twice."""
    chance = random.Random(seed)
    drawn: list[tuple[int, str, int, str]] = []
    while len(drawn) < faults:
        every = []
        for scene, those in points.items():
            for number in range(len(those)):
                for kind in kinds:
                    weight = SELDOM.get(kind, 1.0)
                    every += [(scene, number, kind)] * (int(weight) + (chance.random() < weight % 1))
        chance.shuffle(every)
        drawn += [(len(drawn) + index, *entry) for index, entry in enumerate(every)]
    return drawn[:faults]


def work_on(source: str, faults: int, seed: str, share: int, shares: int, only: int | None, queue: Any) -> None:
    folder = Path(tempfile.mkdtemp(prefix="nextcloud-faults-"))
    try:
        folder.chmod(0o755)
        disks = own_mounts()
        server = Patient(source, folder, disks)
        kinds = tuple(kind for kind in KINDS if disks or kind != "the disk is full")
        references = {scene.name: refer(server, scene) for scene in SCENES}
        by_name = {scene.name: scene for scene in SCENES}
        if share == 0:
            queue.put(
                (
                    "ready",
                    {
                        "on": server.name,
                        "points": sum(len(r["points"]) for r in references.values()),
                        "without": sorted(set(KINDS) - set(kinds)),
                    },
                )
            )
        for number, scene, point, kind in plan(
            {name: r["points"] for name, r in references.items()}, kinds, faults, f"{seed} {server.name}"
        ):
            if number % shares != share or only not in (None, number):
                continue
            started = time.monotonic()
            try:
                found = inject(
                    server,
                    by_name[scene],
                    references[scene],
                    point,
                    kind,
                    random.Random(f"{seed} {server.name} {number}"),
                )
            except Exception as error:  # of the suite itself: reported, and never passed over
                found = {
                    "scene": scene,
                    "point": point,
                    "kind": kind,
                    "at": references[scene]["points"][point].operation,
                    "wrong": [f"the suite: {error!r}"],
                }
                injector.mend(server)
            queue.put(("fault", dict(found, number=number, on=server.name, seconds=time.monotonic() - started)))
        queue.put(("end", share))
    except BaseException as error:
        queue.put(("end", f"{source}: {error!r}"))
        raise
    finally:
        for disk in reversed(server.disks if "server" in locals() else []):
            subprocess.run(["umount", str(disk)], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Injects faults into runs of the collection")
    parser.add_argument("--faults", type=int, default=1100, help="how many, on each Nextcloud")
    parser.add_argument("--seed", default="", help="of an earlier run, to repeat it")
    parser.add_argument("--only", type=int, help="the number of one fault")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--on", action="append", help="sandbox:RELEASE, or an archive or folder with a real release; as often as wanted"
    )
    parser.add_argument("--json", type=Path, help="write what was found there, for tools/faults_page.py")
    arguments = parser.parse_args()
    seed = arguments.seed or secrets.token_hex(4)
    sources = arguments.on or ["sandbox:newest"]
    if not arguments.on:
        sources += hosts.releases().sources
    print(f"faults: {arguments.faults} on each of {', '.join(sources)}; SEED={seed}", flush=True)
    everything: list[dict[str, Any]] = []
    about: list[dict[str, Any]] = []
    for source in sources:
        queue: Any = multiprocessing.Queue()
        jobs = 1 if arguments.only is not None else arguments.jobs
        workers = [
            multiprocessing.Process(
                target=work_on, args=(source, arguments.faults, seed, share, jobs, arguments.only, queue)
            )
            for share in range(jobs)
        ]
        for worker in workers:
            worker.start()
        ended = 0
        while ended < jobs:
            what, value = queue.get()
            if what == "end":
                ended += 1
                if isinstance(value, str):
                    everything.append(
                        {"on": source, "number": -1, "kind": "the suite", "scene": "", "at": "", "wrong": [value]}
                    )
            elif what == "ready":
                about.append(value)
            else:
                everything.append(value)
                _tell(value, seed)
        for worker in workers:
            worker.join()
    return _sum_up(everything, about, seed, arguments)


def _tell(found: dict[str, Any], seed: str) -> None:
    for text in found["wrong"]:
        where = (
            f"{found['on']} {found['number']}: {found['kind']} at {found['at']} ({found['point']}) of {found['scene']}"
            f" {found.get('reported', '')}"
        )
        print(
            f"WRONG {where}: {text}\n      again: --seed {seed} --on {found['on']} --only {found['number']}", flush=True
        )
    if found.get("traceback"):
        print(found["traceback"], flush=True)


def _sum_up(
    everything: list[dict[str, Any]], about: list[dict[str, Any]], seed: str, arguments: argparse.Namespace
) -> int:
    wrong = [found for found in everything if found["wrong"]]
    if arguments.json:
        content = {
            "seed": seed,
            "about": about,
            "faults": sorted(everything, key=lambda found: (found["on"], found["number"])),
        }
        arguments.json.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for entry in about:
        mine = [found for found in everything if found["on"] == entry["on"]]
        outcomes = collections.Counter(found.get("outcome", "?") for found in mine)
        print(
            f"{entry['on']}: {len(mine)} faults at {entry['points']} PHP starts of {len(SCENES)} scenes:"
            f" {outcomes['died']} runs died, {outcomes['done']} ended all the same,"
            f" {len(mine) - outcomes['died'] - outcomes['done']} reported why;"
            f" {sum(bool(found['wrong']) for found in mine)} went wrong"
        )
        for kind in entry["without"]:
            print(f"{entry['on']}: without '{kind}', which needs root and mounts of its own")
    print(f"SEED={seed}: {len(everything)} faults, {len(wrong)} went wrong")
    return 1 if wrong or not everything else 0


if __name__ == "__main__":
    sys.exit(main())
