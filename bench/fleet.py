# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many hosts: site.yml with nothing to do against as many empty module calls, the report, and the same state reached
in other ways."""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import sys
from pathlib import Path
from typing import Any

from meter import HERE, ROOT, BenchError, Taken, in_turns, play, take
from servers import APP, Server

PLAYS = HERE / "plays"
SITE = ROOT / "playbooks" / "site.yml"
WANTED: dict[str, Any] = {
    "twofactor_app": {"state": "enabled"},
    "twofactor_id_server": {"server": "https://id.example.com", "serverport": 443, "mobileurl": "id.example.com"},
    "twofactor_user_permissions": {"allow_edit": False, "allow_groups": True, "allow_edit_groups": ["group001"]},
    "twofactor_onboarding": {
        "enabled": True,
        "suffix": "example",
        "choice_enabled": True,
        "choice_groups": ["group002"],
    },
    # the ID server of this address is nobody's, so whoever it would shut out is not asked
    "twofactor_enforcement": {"enforced": True, "groups": ["group001", "group002"], "guard": "off"},
    "twofactor_snapshot_dir": "",
}
# The same settings in the form in which the app keeps them
STORED = {
    "server": "https://id.example.com",
    "serverport": "443",
    "mobileurl": "id.example.com",
    "allowEdit": "",
    "allowGroups": "1",
    "allowEditGroups": '["group001"]',
    "onboarding_enabled": "1",
    "onboarding_suffix": "example",
    "choice_enabled": "1",
    "choice_groups": '["group002"]',
}


def inventory(path: Path, hosts: dict[str, dict[str, Any]], **variables: Any) -> Path:
    common = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, **variables}
    path.write_text(json.dumps({"nextcloud": {"hosts": hosts, "vars": common}}), encoding="utf-8")
    return path


def copies(first: Server, number: int) -> list[Path]:
    """The server many times, code linked: what differs is the folder."""
    folder = first.host.path.parent.parent
    owner = first.host.path.stat()
    made = [first.host.path]
    for count in range(1, number):
        root = folder / f"host{count:03}" / first.host.path.name
        if not root.exists():
            shutil.copytree(
                first.host.path,
                root,
                copy_function=os.link,
                ignore=lambda path, names: {"config"} & set(names) if path == str(first.host.path) else set(),
            )
            shutil.copytree(first.host.path / "config", root / "config")
            shutil.copytree(f"{first.host.path}-data", f"{root}-data")
            config = root / "config" / "config.php"
            config.write_text(
                config.read_text(encoding="utf-8").replace(str(first.host.path), str(root)), encoding="utf-8"
            )
            for path in [root.parent, *root.rglob("*"), *Path(f"{root}-data").rglob("*"), root, Path(f"{root}-data")]:
                os.chown(path, owner.st_uid, owner.st_gid)
        made.append(root)
    return made


def counting_php(folder: Path) -> Path:
    """A php that writes down the processor time that it and this wrapper took: neither is the collection's own."""
    php = folder / "php"
    (folder / "php.times").touch(mode=0o666)
    (folder / "php.times").chmod(0o666)
    php.write_text(f'#!/bin/bash\nphp "$@"\ncode=$?\ntimes >> {folder}/php.times\nexit $code\n', encoding="utf-8")
    php.chmod(0o755)
    return php


def php_seconds(folder: Path) -> float:
    log = folder / "php.times"
    # user and system, of bash itself and of php: 0m0.002s 0m0.001s
    spans = re.findall(r"(\d+)m([\d.]+)s", log.read_text(encoding="utf-8"))
    seconds = sum(60 * int(minutes) + float(rest) for minutes, rest in spans)
    log.write_text("", encoding="utf-8")
    return seconds


def fleet(server: Server, sizes: list[int], rounds: int, folder: Path) -> list[dict[str, Any]]:
    roots = copies(server, max(sizes))
    return [_fleet(roots[:size], rounds, folder) for size in sizes]


def _fleet(roots: list[Path], rounds: int, folder: Path) -> dict[str, Any]:
    hosts = {f"host{number:03}": {"twofactor_nextcloud_path": str(root)} for number, root in enumerate(roots)}
    listed = inventory(folder / f"fleet{len(hosts)}.json", hosts, twofactor_php=str(counting_php(folder)), **WANTED)
    play(SITE, listed)  # the first time the copies are taken there
    php_seconds(folder)
    cpu: dict[str, list[float]] = {"empty": [], "site": [], "php": []}
    mb = {"empty": 0.0, "site": 0.0}

    def run(name: str, playbook: Path) -> float:
        taken = play(playbook, listed)
        if taken.output.count("changed=0 ") != len(hosts):
            raise BenchError("a host was not converged: " + taken.output[-2000:])
        cpu[name].append(taken.cpu)
        mb[name] = max(mb[name], taken.mb)
        return taken.seconds

    def site() -> float:
        seconds = run("site", SITE)
        cpu["php"].append(php_seconds(folder))
        return seconds

    taken = in_turns(rounds, empty=lambda: run("empty", PLAYS / "empty.yml"), site=site)
    # the processor time of Nextcloud itself is not the collection's own
    own = sum(cpu["site"]) - sum(cpu["php"])
    return {
        "hosts": len(hosts),
        "empty_s": taken["empty"],
        "site_s": taken["site"],
        "site_per_empty": taken["site"] / taken["empty"],
        "own_per_empty": own / sum(cpu["empty"]),
        "php_share_of_cpu": sum(cpu["php"]) / sum(cpu["site"]),
        "control_mb": mb["site"],
        "control_mb_empty": mb["empty"],
    }


def report(server: Server, sizes: list[int], rounds: int, folder: Path) -> list[dict[str, Any]]:
    """Of as many hosts as these; each shows what ``server`` reported."""
    reported = server.module("twofactor_info", users="packed", show_ids=False)
    state = {key: value for key, value in reported.items() if key not in ("took", "module_mb", "php_mb", "invocation")}
    (folder / "state.json").write_text(json.dumps(state), encoding="utf-8")
    return [_report(size, size * state["users_summary"]["total"], rounds, folder) for size in sizes]


def _report(size: int, users: int, rounds: int, folder: Path) -> dict[str, Any]:
    hosts: dict[str, dict[str, Any]] = {f"host{number:03}": {} for number in range(size)}
    listed = inventory(folder / f"report{size}.json", hosts, recorded_state=str(folder / "state.json"))
    output, took = folder / "reports", folder / "took.json"
    callback = {
        "ANSIBLE_CALLBACK_PLUGINS": str(PLAYS / "callback_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "took",
        "BENCH_TOOK": str(took),
    }
    plays: list[Taken] = []

    def run() -> float:
        shutil.rmtree(output, ignore_errors=True)
        plays.append(play(PLAYS / "report.yml", listed, "-e", f"audit_output_dir={output}", **callback))
        lines = next(output.glob("*/users.csv")).read_text(encoding="utf-8-sig").count("\n") - 1
        if lines != users:
            raise BenchError(f"the report shows of {lines} users")
        return float(json.loads(took.read_text(encoding="utf-8"))["Write the report"])

    seconds = in_turns(rounds, report=run)["report"]
    # processor time is that of the whole play, in which every host hands over what was read of it
    cpu = statistics.median(taken.cpu for taken in plays)
    return {
        "hosts": size,
        "users": users,
        "report_s": seconds,
        "play_cpu_s": cpu,
        "control_mb": max(taken.mb for taken in plays),
    }


def peers(server: Server, rounds: int, folder: Path) -> dict[str, Any]:
    """The same state on one host, three ways, each from the same beginning and then once more with nothing left to
    do."""
    php = {"twofactor_nextcloud_path": str(server.host.path)}
    user = "" if os.geteuid() else server.host.user
    listed = inventory(folder / "peers.json", {"host": php}, occ_user=user, stored_settings=STORED, **WANTED)
    settings = "\n".join(f"{key} {value}" for key, value in STORED.items())
    script = (
        "set -e\nphp occ app:enable twofactor_secsign\nwhile read -r key value; do php occ config:app:set"
        f' twofactor_secsign "$key" --value="$value" </dev/null; done <<"END"\n{settings}\nEND\nphp occ'
        " twofactorauth:enforce --on --group=group001 --group=group002\n"
    )
    ways = {
        "collection": lambda: play(SITE, listed).seconds,
        "run_occ": lambda: play(PLAYS / "run_occ.yml", listed).seconds,
        "shell": lambda: take(server.as_owner(["sh", "-c", script]), cwd=server.host.path).seconds,
    }
    server.occ("app:disable", APP)
    server.keep()
    reached: dict[str, Any] = {}

    def from_the_beginning(name: str) -> float:
        server.put_back()
        seconds = ways[name]()
        reached[name] = _state(server)
        return float(seconds)

    first = in_turns(rounds, **{name: lambda name=name: from_the_beginning(name) for name in ways})  # type: ignore[misc]
    if any(state != reached["collection"] for state in reached.values()):
        raise BenchError(f"not the same state: {reached}")
    again = in_turns(rounds, **ways)
    return {
        "settings": len(STORED),
        "first_s": first,
        "again_s": again,
        "first_per_collection": {name: first[name] / first["collection"] for name in ways},
        "again_per_collection": {name: again[name] / again["collection"] for name in ways},
    }


def _state(server: Server) -> Any:
    stored = json.loads(server.occ("config:list", "--output=json").output)
    app = {key: str(value) for key, value in stored["apps"][APP].items() if key != "types"}
    return {
        "app": app,
        "policy": {
            key: value for key, value in stored["system"].items() if key.startswith("twofactor_enforced") and value
        },
    }
