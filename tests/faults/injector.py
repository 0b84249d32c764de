# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a fault strikes: at one PHP start of a run, before, in the middle of, or after what that PHP does.

Everything that a module does to a server goes through ``transport.Nextcloud._run``. In a forked copy of this process
that method counts its calls, and when the chosen one comes, the fault has its way.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenes import Scene

from ansible_collections.secsign.nextcloud.plugins.module_utils._server import transport
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.transport import Nextcloud, Output

DIED = 77

# Calls of the bridge that change something, each of which is a moment at which PHP can be killed.
_FUNCTIONS = ("rename", "mkdir", "file_put_contents", "chmod", "unlink", "rmdir", "fwrite", "proc_close")
_HOOK = """
function die_in_turn(): void {
    static $calls = 0;
    $calls++;
    if ($calls === 1 && COUNT_INTO !== '') {
        \\register_shutdown_function(static function () use (&$calls) {
            \\file_put_contents(COUNT_INTO, $calls);
        });
    }
    if ($calls === DIE_AT) {
        \\posix_kill(\\getmypid(), 9);
    }
}
""" + "\n".join(
    f"function {name}(...$arguments) {{ die_in_turn(); return \\{name}(...$arguments); }}" for name in _FUNCTIONS
)
# Where the bridge calls something that is no plain function: (before this, once each).
_STATEMENTS = (
    "$group->addUser($user);",
    "$group->removeUser($user);",
    "$group->delete();",
    "$database->commit();",
    "$process = proc_open(",
)


def hooked(stdin: bytes, die_at: int = 0, count_into: str = "") -> bytes:
    """The input of PHP, with a bridge that dies at its call ``die_at`` or writes the number of its calls into a file.

    Both are in the program, since PHP gets no environment variables of the tests.
    """
    length, _, rest = stdin.partition(b"\n")
    program = _hooked(rest[: int(length)].decode(), die_at, count_into).encode()
    return b"%d\n%s%s" % (len(program), program, rest[int(length) :])


def _hooked(program: str, die_at: int, count_into: str) -> str:
    opening = "namespace SecSign\\Bridge;\n"
    # each file of the bridge opens the namespace; the first one is enough for all
    assert opening in program
    constants = f"const DIE_AT = {die_at};\nconst COUNT_INTO = {json.dumps(count_into)};\n"
    program = program.replace(opening, opening + constants + _HOOK, 1)
    for statement in _STATEMENTS:
        assert statement in program, statement
        program = program.replace(statement, "die_in_turn(); " + statement)
    program, count = re.subn(
        r"(function execute\(string \$sql, array \$parameters\): int \{\n)", r"\1    die_in_turn();\n", program
    )
    assert count == 1
    return program


@dataclass
class Point:
    """One PHP start of an undisturbed run."""

    operation: str
    seconds: float
    calls: int  # how many of the moments above it has; 0 for occ


@dataclass
class Strike:
    """One fault at one point."""

    server: Any
    scene: Scene
    number: int  # of the point
    point: Point
    chance: random.Random

    def say(self, what: str) -> None:
        """Kept in a file, since whoever says it may be dead the next moment."""
        with open(self.server.reported, "a", encoding="utf-8") as handle:
            handle.write(what + "\n")


Run = Callable[[bytes], Output]
Fault = Callable[[Strike, Run, bytes], Output]


def operation_of(argv: list[str], stdin: bytes) -> str:
    found = re.search(rb'^\{.*"op": "([a-z_]+)"', stdin, re.MULTILINE)
    if found and found.group(1) != b"occ":
        return found.group(1).decode()
    words = [word for word in argv if word.endswith("/occ")]
    if words:
        return "occ " + argv[argv.index(words[0]) + 1]
    behind = re.search(rb'"argv": \["([^"]+)"', stdin)
    return "occ " + (behind.group(1).decode() if behind else "?")


def at_point(
    strike: Strike | None, fault: Fault | None, watch: Callable[[list[str], bytes, Run], Output] | None = None
) -> None:
    """For this process, which is a copy: the fault strikes at its point; ``watch`` sees every one."""
    plain = Nextcloud._run
    count = 0

    def run(self: Any, argv: list[str], stdin: bytes) -> Output:
        nonlocal count
        number, count = count, count + 1
        if watch is not None:
            return watch(argv, stdin, lambda data: plain(self, argv, data))
        if strike is not None and fault is not None and number == strike.number:
            return fault(strike, lambda data: plain(self, argv, data), stdin)
        return plain(self, argv, stdin)

    Nextcloud._run = run  # type: ignore[method-assign]


# ---------------------------------------------------------------------- PHP is killed

_LOST = Output(-9, b"", b"")


def php_never_begins(strike: Strike, run: Run, stdin: bytes) -> Output:
    return _LOST


def php_killed_in_the_middle(strike: Strike, run: Run, stdin: bytes) -> Output:
    """At a call of the bridge, or, where occ works, at any time."""
    if not strike.point.calls:
        return _for_a_while(strike, run, stdin, kill=True)
    turn = strike.chance.randint(1, strike.point.calls)
    strike.say(f"at call {turn} of {strike.point.calls}")
    return run(hooked(stdin, die_at=turn))


def php_killed_at_any_time(strike: Strike, run: Run, stdin: bytes) -> Output:
    return _for_a_while(strike, run, stdin, kill=True)


def php_killed_after_its_work(strike: Strike, run: Run, stdin: bytes) -> Output:
    """What it answers is lost."""
    run(stdin)
    return _LOST


def _for_a_while(strike: Strike, run: Run, stdin: bytes, kill: bool) -> Output:
    started: list[Any] = []
    popen = transport.subprocess.Popen

    def noting(*arguments: Any, **options: Any) -> Any:
        started.append(popen(*arguments, **options))
        return started[-1]

    after = strike.chance.random() * strike.point.seconds
    strike.say(f"after {after / strike.point.seconds:.2f} of its time")

    def stop() -> None:
        if not kill:
            os._exit(DIED)
        try:
            os.killpg(started[0].pid, signal.SIGKILL)
        except (IndexError, OSError):
            pass

    timer = threading.Timer(after, stop)
    transport.subprocess.Popen = noting  # type: ignore[misc,assignment]
    timer.start()
    try:
        return run(stdin)
    finally:
        timer.cancel()
        transport.subprocess.Popen = popen  # type: ignore[misc]


# ---------------------------------------------------------------------- the module is killed


def module_killed_before(strike: Strike, run: Run, stdin: bytes) -> Output:
    os._exit(DIED)


def module_killed_while_php_goes_on(strike: Strike, run: Run, stdin: bytes) -> Output:
    return _for_a_while(strike, run, stdin, kill=False)


def module_and_php_killed(strike: Strike, run: Run, stdin: bytes) -> Output:
    php_killed_in_the_middle(strike, run, stdin)
    os._exit(DIED)


def module_killed_after(strike: Strike, run: Run, stdin: bytes) -> Output:
    run(stdin)
    os._exit(DIED)


# ---------------------------------------------------------------------- the connection

STAND_IN = """#!/bin/sh
# stands for ssh, docker exec and the like: runs what it is given, until its connection breaks
turn=$(cat "$1" 2>/dev/null || echo 0); echo $((turn + 1)) > "$1"; point=$2; how=$3; bytes=$4; shift 4
[ "$turn" = "$point" ] || exec "$@"
case $how in
    no) echo 'connect: Connection refused' >&2;;
    in) head -c "$bytes" | "$@"; echo 'client_loop: send disconnect: Broken pipe' >&2;;
    out) "$@" | head -c "$bytes"; echo 'Connection closed by remote host' >&2;;
esac
exit 255
"""


def prefix_of(strike: Strike, how: str, folder: Path) -> list[str]:
    """For the option exec_prefix. Its counter lies where only this run looks."""
    program, counter = folder / "stand-in", folder / "starts"
    program.write_text(STAND_IN, encoding="ascii")
    program.chmod(0o755)
    counter.unlink(missing_ok=True)
    # the program is 40,000 bytes, before them the length, after them the request and what belongs to it
    bytes_through = strike.chance.choice(
        [0, 1, strike.chance.randint(2, 40_000), strike.chance.randint(40_000, 60_000)]
    )
    if how == "out":
        bytes_through = strike.chance.choice([0, 1, strike.chance.randint(2, 100), strike.chance.randint(100, 4000)])
    strike.say(
        {"no": "refused", "in": f"{bytes_through} bytes went there", "out": f"{bytes_through} bytes came back"}[how]
    )
    return [str(program), str(counter), str(strike.number), how, str(bytes_through)]


# ---------------------------------------------------------------------- what the server stands on


def disk_full(strike: Strike, run: Run, stdin: bytes) -> Output:
    """Filled up to some bytes, from now on. The whole server is on a small disk of its own."""
    left = strike.chance.choice([0, 0, 4096, 8192, 16384, 65536, 300_000])
    strike.say(f"{left} bytes left")
    fill(strike.server, left)
    return run(stdin)


def fill(server: Any, left: int) -> None:
    for number, folder in enumerate(server.disks):
        free = os.statvfs(folder)
        size = free.f_bavail * free.f_frsize - left
        if size > 0:
            with open(folder / f"ballast{number}", "wb") as handle:
                os.posix_fallocate(handle.fileno(), 0, size)


def apps_read_only(strike: Strike, run: Run, stdin: bytes) -> Output:
    (strike.server.path / "apps").chmod(0o555)
    return run(stdin)


def config_read_only(strike: Strike, run: Run, stdin: bytes) -> Output:
    strike.server.config.chmod(0o440)
    if strike.chance.random() < 0.5:
        strike.server.config.parent.chmod(0o550)
        strike.say("and its folder")
    return run(stdin)


# ---------------------------------------------------------------------- the database


def database_unreadable(strike: Strike, run: Run, stdin: bytes) -> Output:
    for path in strike.server.database.parent.glob(strike.server.database.name + "*"):
        path.chmod(0)
    return run(stdin)


def database_locked(strike: Strike, run: Run, stdin: bytes) -> Output:
    """By somebody who does not let go, longer than the task waits."""
    with closing(sqlite3.connect(strike.server.database, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        output = run(stdin)
        connection.execute("ROLLBACK")
    return output


# ---------------------------------------------------------------------- other users


def maintenance_on(strike: Strike, run: Run, stdin: bytes) -> Output:
    strike.server.configure("maintenance", "true")
    return run(stdin)


def upgrade_waits(strike: Strike, run: Run, stdin: bytes) -> Output:
    strike.server.configure("version", f"'{strike.server.major}.0.0.0'")
    return run(stdin)


def _plainly(strike: Strike, module: str, options: dict[str, Any]) -> None:
    """A whole run of another controller, which nothing disturbs."""
    disturbed, Nextcloud._run = Nextcloud._run, strike.server.plain_run  # type: ignore[method-assign]
    try:
        done = strike.server.run(module, **options)
    finally:
        Nextcloud._run = disturbed  # type: ignore[method-assign]
    strike.say("the other: " + (f"{done['code']}" if done.failed else "changed" if done.changed else "nothing to do"))


def second_controller_wants_the_same(strike: Strike, run: Run, stdin: bytes) -> Output:
    _plainly(strike, strike.scene.module, strike.scene.options(strike.server))
    return run(stdin)


def second_controller_wants_something_else(strike: Strike, run: Run, stdin: bytes) -> Output:
    _plainly(strike, *strike.scene.other)
    return run(stdin)


def two_controllers_side_by_side(strike: Strike, run: Run, stdin: bytes) -> Output:
    """The other one begins now, and both go on at their own pace."""
    wait = strike.chance.random() * 0.1
    child = os.fork()
    if child == 0:
        try:
            time.sleep(wait)
            _plainly(strike, strike.scene.module, strike.scene.options(strike.server))
        finally:
            os._exit(0)  # whoever began it is perhaps gone, so nobody waits for its end here
    strike.server.beside.write_text(str(child), encoding="ascii")
    return run(stdin)


def changed_by_hand(strike: Strike, run: Run, stdin: bytes) -> Output:
    choices: list[Any] = list(strike.scene.by_hand) + (
        ["policy off", "policy for nobody"] if strike.scene.sets_policy else []
    )
    if not choices:
        strike.say("nothing to change by hand here")
        return run(stdin)
    what = strike.chance.choice(choices)
    if isinstance(what, str):
        strike.say(what)
        strike.server.configure("twofactor_enforced", "'false'" if what == "policy off" else "'true'")
        if what == "policy for nobody":
            strike.server.configure("twofactor_enforced_groups", "array (0 => 'no such group')")
    else:
        strike.say(f"{what[0]} {list(what[1])}")
        strike.server.sql_if_possible(what[0], *what[1])
    return run(stdin)


FAULTS: dict[str, Fault] = {
    "PHP never begins": php_never_begins,
    "PHP is killed between two of its writes": php_killed_in_the_middle,
    "PHP is killed at any time": php_killed_at_any_time,
    "PHP is killed after its work": php_killed_after_its_work,
    "the module is killed before PHP begins": module_killed_before,
    "the module is killed, PHP goes on": module_killed_while_php_goes_on,
    "the module and PHP are killed": module_and_php_killed,
    "the module is killed after PHP's work": module_killed_after,
    "the disk is full": disk_full,
    "apps is read-only": apps_read_only,
    "config is read-only": config_read_only,
    "the database cannot be read": database_unreadable,
    "the database is locked": database_locked,
    "maintenance mode is switched on": maintenance_on,
    "a new release waits for its upgrade": upgrade_waits,
    "another controller wants the same, in between": second_controller_wants_the_same,
    "another controller wants the same, side by side": two_controllers_side_by_side,
    "another controller wants something else, in between": second_controller_wants_something_else,
    "somebody changes the same by hand": changed_by_hand,
}
CONNECTIONS = {
    "there is no connection": "no",
    "the connection breaks on the way there": "in",
    "the connection breaks on the way back": "out",
}
# How often each is drawn: those that take their time, seldom.
SELDOM = {
    "the database is locked": 0.15,
    "somebody changes the same by hand": 2.0,
    "PHP is killed between two of its writes": 3.0,
    "the module and PHP are killed": 3.0,
}


def mend(server: Any) -> None:
    """The fault is over: whoever is in charge of the server has seen to it."""
    for number, folder in enumerate(server.disks):
        (folder / f"ballast{number}").unlink(missing_ok=True)
    (server.path / "apps").chmod(0o755)
    server.config.parent.chmod(0o770)
    server.config.chmod(0o640)
    for path in server.database.parent.glob(server.database.name + "*"):
        path.chmod(0o640)


def wait_for_all(server: Any) -> None:
    """Until nothing that was started works on the server any more."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and (_other_controller(server) or _at_work(server)):
        time.sleep(0.02)


def _other_controller(server: Any) -> bool:
    try:
        text = Path(f"/proc/{server.beside.read_text(encoding='ascii')}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return text.rsplit(")", 1)[1].split()[0] != "Z"  # dead, and nobody has asked how it died


def _at_work(server: Any) -> bool:
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                if os.readlink(process / "cwd") == str(server.path) and int(process.name) != os.getpid():
                    return True
            except OSError:
                continue
    return False
