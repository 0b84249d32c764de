# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One host: what its audit takes as the users grow, against occ; SecSign IDs by the thousand; settings; a host with
nothing to do."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

from meter import BenchError, in_turns
from servers import Server

# The whole audit of a host as audit.yml asks for it.
AUDIT: dict[str, Any] = {"users": "packed", "show_ids": False}
LOOPED = 100  # users that the loop is timed with; the rest is extrapolated


def audit(server: Server, users: int, rounds: int) -> dict[str, Any]:
    """Against one ``occ status``, and against a loop over ``occ twofactorauth:state``."""
    peak = {"module_mb": 0.0, "php_mb": 0.0}
    cpu: dict[str, list[float]] = {"status": [], "audit": []}

    def status() -> float:
        taken = server.occ("status", "--output=json")
        cpu["status"].append(taken.cpu)
        return taken.seconds

    def audited() -> float:
        reported = server.module("twofactor_info", **AUDIT)
        if reported["users_summary"]["total"] != users + 1:
            raise BenchError("the audit reported of {} users".format(reported["users_summary"]["total"]))
        for name in peak:
            peak[name] = max(peak[name], reported[name])
        cpu["audit"].append(reported["took"].cpu)
        return float(reported["took"].seconds)

    taken = in_turns(rounds, status=status, audit=audited)
    cpu_of = {name: statistics.median(seconds) for name, seconds in cpu.items()}
    return {
        "users": users,
        "database": server.database,
        "occ_status_s": taken["status"],
        "audit_s": taken["audit"],
        "audit_per_occ_status": taken["audit"] / taken["status"],
        # the target: three times an occ status, and 15 microseconds for each user
        "share_of_allowed": taken["audit"] / (3 * taken["status"] + 15e-6 * users),
        # the same in processor time, which others on the machine hardly change; what a database server takes is in
        # neither
        "share_of_allowed_cpu": cpu_of["audit"] / (3 * cpu_of["status"] + 15e-6 * users),
        "audit_cpu_per_occ_status": cpu_of["audit"] / cpu_of["status"],
        **peak,
    }


def loop(server: Server, users: int, audit_s: float) -> dict[str, Any]:
    looped = [f"user{number * (users // LOOPED) + 1:07}" for number in range(LOOPED)]
    seconds = sum(server.occ("twofactorauth:state", user).seconds for user in looped)
    return {
        "users": users,
        "database": server.database,
        "timed": LOOPED,
        "loop_s_extrapolated": seconds / LOOPED * users,
        "loop_per_audit": seconds / LOOPED * users / audit_s,
    }


def assign(server: Server, users: int, rounds: int) -> dict[str, Any]:
    """IDs for everybody, then for 10 of them another one, then nothing to do; in turns with the audit."""
    everybody = [{"user": f"user{number:07}", "secsign_id": f"user{number:07}@corp"} for number in range(1, users + 1)]
    changed = [
        dict(entry, secsign_id=f"new{number}@corp") if number < 10 else entry for number, entry in enumerate(everybody)
    ]

    def given(ids: list[dict[str, str]], writes: int) -> Callable[[], float]:
        def run() -> float:
            done = server.module("secsign_ids", ids=ids)
            if done["assigned"] != writes or len(done["commands"]) != (1 if writes else 0):
                raise BenchError("{} written with {}, not {}".format(done["assigned"], done["commands"], writes))
            return float(done["took"].seconds)

        return run

    def first() -> float:
        server.forget_ids()
        return given(everybody, users)()

    audited = lambda: float(server.module("twofactor_info", **AUDIT)["took"].seconds)  # noqa: E731
    taken = in_turns(rounds, audit=audited, all=first, ten=given(changed, 10), none=given(changed, 0))
    return {
        "users": users,
        "database": server.database,
        "audit_s": taken["audit"],
        "assign_s": taken["all"],
        "ten_changed_s": taken["ten"],
        "nothing_to_do_s": taken["none"],
        "assign_per_audit": taken["all"] / taken["audit"],
        "ten_changed_per_audit": taken["ten"] / taken["audit"],
    }
