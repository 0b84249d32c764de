# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What 'make bench' runs: measures, writes .bench/results.json and .bench/results.svg, and shows how the figures stand
to the targets.

It asserts that everything measured did its work, and no time: what a machine takes is its own affair, so figures are
ratios within one run.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fleet
import one_host
from meter import ROOT, BenchError
from servers import MariaDbServer, Server, hosts, mariadb

SANDBOX = "sandbox:newest"
SIZES: dict[str, dict[str, Any]] = {
    "full": {
        "users": [1_000, 10_000, 100_000],
        "loop": 10_000,
        "assign": 10_000,
        "hosts": [1, 10, 50, 200],
        "report_users": 500,
        "rounds": 5,
    },
    "small": {"users": [100, 1_000], "loop": 1_000, "assign": 1_000, "hosts": [1, 4], "report_users": 50, "rounds": 1},
}
PARTS = ("audit", "assign", "fleet", "report", "peers")


def say(text: str) -> None:
    print(text, flush=True)


@contextlib.contextmanager
def workshop() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="nextcloud-bench-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def one_database(
    make: Callable[[Path], Server], folder: Path, size: dict[str, Any], parts: list[str], found: dict[str, Any]
) -> None:
    for users in size["users"]:
        server = make(folder / f"users{users}")
        server.add_app()
        server.fill(users)
        where = f"{server.database}, {users} users"
        if "audit" in parts:
            row = one_host.audit(server, users, size["rounds"])
            found["audit"].append(row)
            allowed = (
                f"{row['share_of_allowed']:.0%} of what is allowed, {row['share_of_allowed_cpu']:.0%} in processor time"
            )
            say(f"audit, {where}: {row['audit_per_occ_status']:.1f} occ status, {allowed}")
            if users == size["loop"]:
                found["loop"].append(one_host.loop(server, users, row["audit_s"]))
                say(
                    f"loop over occ, {where}: {found['loop'][-1]['loop_per_audit']:.0f} audits (extrapolated from"
                    f" {one_host.LOOPED} users)"
                )
        if "assign" in parts and users == size["assign"]:
            row = one_host.assign(server, users, size["rounds"])
            found["assign"].append(row)
            say(
                f"{users} IDs, {where}: {row['assign_per_audit']:.1f} audits; 10 of them changed:"
                f" {row['ten_changed_per_audit']:.1f}"
            )
        shutil.rmtree(folder / f"users{users}")


def measure(source: str, size: dict[str, Any], databases: list[str], parts: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"audit": [], "loop": [], "assign": []}
    with workshop() as folder:
        if "sqlite" in databases:
            one_database(lambda place: Server(source, place), folder, size, parts, found)
        if "mariadb" in databases:
            with mariadb(folder / "db") as socket:
                one_database(lambda place: MariaDbServer(source, place, socket), folder, size, parts, found)
        if {"fleet", "report"} & set(parts):
            sandbox = Server(SANDBOX, folder / "fleet" / "host000")
            sandbox.add_app()
            sandbox.fill(size["report_users"] - 1)  # and the administrator
            if "fleet" in parts:
                found["fleet"] = fleet.fleet(sandbox, size["hosts"], size["rounds"], folder / "fleet")
                for row in found["fleet"]:
                    say(
                        f"fleet, {row['hosts']} hosts: {row['site_per_empty']:.2f} empty calls,"
                        f" {row['own_per_empty']:.2f} without Nextcloud's own PHP"
                    )
            if "report" in parts:
                found["report"] = fleet.report(sandbox, size["hosts"], size["rounds"], folder / "fleet")
                for row in found["report"]:
                    reported = (
                        f"{row['report_s']:.1f} s, {row['control_mb']:.0f} MB; the whole play {row['play_cpu_s']:.1f} s"
                        " of processor time"
                    )
                    say(f"report, {row['hosts']} hosts, {row['users']} users: {reported}")
        if "peers" in parts:
            server = Server(source, folder / "peers")
            server.add_app()
            server.fill(100)
            found["peers"] = fleet.peers(server, size["rounds"], folder)
            for name in ("first", "again"):
                reported = ", ".join(
                    f"{way} {ratio:.1f}" for way, ratio in found["peers"][name + "_per_collection"].items()
                )
                say(f"the same state in three ways, {name}: {reported}")
    return {part: rows for part, rows in found.items() if rows}


def targets(found: dict[str, Any], size: dict[str, Any]) -> list[dict[str, Any]]:
    """The figures that the collection sets itself; judged on full sizes only."""
    rows: list[Any] = []
    largest = max(size["users"])
    for row in found.get("audit", []):
        if row["users"] == largest:
            where = f"{row['users']} users on {row['database']}"
            rows.append((f"audit of {where}: share of 3 occ status and 15 us a user", row["share_of_allowed"], "<", 1))
            rows.append((f"audit of {where}: the same in processor time", row["share_of_allowed_cpu"], "<", 1))
            rows.append((f"audit of {where}: MB of PHP", row["php_mb"], "<", 128))
            rows.append((f"audit of {where}: MB of the module", row["module_mb"], "<", 300))
    rows += [
        (
            f"audits in a loop over occ ({row['users']} users, {row['database']}, extrapolated)",
            row["loop_per_audit"],
            ">=",
            1000,
        )
        for row in found.get("loop", [])
    ]
    rows += [
        (f"audits in assigning {row['users']} IDs ({row['database']})", row["assign_per_audit"], "<", 10)
        for row in found.get("assign", [])
    ]
    for row in found.get("fleet", [])[-1:]:
        rows.append(
            (
                f"own time of {row['hosts']} converged hosts per as many empty module calls",
                row["own_per_empty"],
                "<=",
                1.3,
            )
        )
    for row in found.get("report", [])[-1:]:
        rows.append((f"report of {row['hosts']} hosts and {row['users']} users: s", row["report_s"], "<", 10))
        rows.append((f"report of {row['hosts']} hosts and {row['users']} users: MB", row["control_mb"], "<", 1000))
    holds = {"<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b}
    return [
        {"what": what, "is": value, "wanted": f"{how} {limit}", "met": holds[how](value, limit)}
        for what, value, how, limit in rows
    ]


def machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "cpus": os.cpu_count(),
        "memory_gb": round(memory),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "load_before": os.getloadavg()[0],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Measures the collection, as ratios within one run")
    parser.add_argument(
        "--source", default=SANDBOX, help="release archive or folder, download:RELEASE, or sandbox:RELEASE"
    )
    parser.add_argument("--sizes", choices=SIZES, default="full")
    parser.add_argument(
        "--databases", default="sqlite", help="sqlite, mariadb, or both with a comma; MariaDB takes a real release"
    )
    parser.add_argument("--parts", default=",".join(PARTS), help="some of " + ",".join(PARTS))
    parser.add_argument("--rounds", type=int, help="how often each is measured; medians are reported")
    parser.add_argument("--output", type=Path, default=ROOT / ".bench")
    options = parser.parse_args()
    size = dict(SIZES[options.sizes], **({"rounds": options.rounds} if options.rounds else {}))
    databases, parts = options.databases.split(","), options.parts.split(",")
    if "mariadb" in databases and options.source.startswith("sandbox:"):
        parser.error("the sandbox knows SQLite only: name a release with --source for MariaDB")
    about = machine()
    try:
        with workshop() as folder:
            release = hosts.make(options.source, folder / "look").release
        say(f"Nextcloud {release}; {about['cpus']} CPUs, load {about['load_before']:.1f}")
        found = measure(options.source, size, databases, parts)
    except (BenchError, hosts.HostError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    result = {
        "format": "secsign.nextcloud/bench/1",
        "time": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "release": release,
        "sizes": options.sizes,
        "rounds": size["rounds"],
        "machine": dict(about, load_after=os.getloadavg()[0]),
        "targets": targets(found, size),
        "results": found,
    }
    options.output.mkdir(exist_ok=True)
    (options.output / "results.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    import draw

    draw.draw(result, options.output / "results.svg")
    if options.sizes == "full":
        for target in result["targets"]:
            say(
                "{}  {}: {:.2f} (wanted {})".format(
                    "met   " if target["met"] else "MISSED", target["what"], target["is"], target["wanted"]
                )
            )
    kind = "the sandbox, a stand-in for a server" if "sandbox" in release else "a real release"
    say(
        f"\nOne host was measured on Nextcloud {release} ({kind}), the fleet on the sandbox. Figures:"
        f" {os.path.relpath(options.output)}/results.json and .svg"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
