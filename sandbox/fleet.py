# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet of sandbox hosts on this machine, set up with enforced two-factor authentication in slices as AWX would.

'make fleet' runs it.

Each slice is an ansible-playbook of its own with its part of the inventory. Afterwards every host's config.php is read,
and a second run must change nothing. What it took is shown as multiples of what an empty module takes on the same
hosts, since that can be measured anywhere: of its time, and of the work that the control side has with it. Here both
sides share the cores, so the time is that of a fleet whose hosts all run on the control node.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hosts

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent


def make_fleet(folder: Path, number: int) -> dict[str, Path]:
    """One is installed, the others are its copies with a data folder of their own; the code is shared by hard links."""
    first = hosts.make("sandbox:newest", folder / "host0001" / "nextcloud")
    for group in ("staff", "service-accounts"):
        first.occ("group:add", group)
    for user, group in (("alice", "staff"), ("bob", "staff"), ("backup-robot", "service-accounts")):
        first.occ(
            "user:add",
            "--password-from-env",
            f"--group={group}",
            user,
            env={"OC_PASS": "Fleet-only-pass-7", "NC_PASS": "Fleet-only-pass-7"},
        )
    # a second factor besides, so that no ID server is asked
    first.occ("app:enable", "twofactor_totp")
    source = first.path.parent
    fleet = {"host0001": first.path}
    for index in range(2, number + 1):
        target = folder / f"host{index:04}"
        shutil.copytree(source, target, copy_function=_link, symlinks=True)
        for name in ("nextcloud/config", "nextcloud-data"):
            shutil.rmtree(target / name)
            shutil.copytree(source / name, target / name)
        config = target / "nextcloud" / "config" / "config.php"
        config.write_text(config.read_text(encoding="utf-8").replace(str(source), str(target)), encoding="utf-8")
        if os.geteuid() == 0:
            for path in (
                target / "nextcloud",
                target / "nextcloud" / "apps",
                target / "nextcloud" / "config",
                target / "nextcloud-data",
            ):
                for each in (path, *path.glob("*")):
                    shutil.chown(each, first.user)
        fleet[target.name] = target / "nextcloud"
    return fleet


def _link(source: str, target: str) -> str:
    # the lock of an upgrade is on version.php, so that each host has one of its own
    if Path(source).name == "version.php":
        return str(shutil.copy2(source, target))
    os.link(source, target)
    return target


def variables(folder: Path, python: Path) -> dict[str, Any]:
    return {
        "ansible_connection": "local",
        "ansible_python_interpreter": str(python),
        "twofactor_nextcloud_path": f"{folder}/{{{{ inventory_hostname }}}}/nextcloud",
        "twofactor_snapshot_dir": f"{folder}/{{{{ inventory_hostname }}}}/before",
        "twofactor_app": {"state": "enabled"},
        "twofactor_onboarding": {"enabled": True, "suffix": "fleet"},
        "twofactor_secsign_ids": {"pattern": "{uid}@fleet", "pattern_groups": ["staff"]},
        "twofactor_enforcement": {"enforced": True, "excluded_groups": ["service-accounts"]},
    }


class Memory(threading.Thread):
    """The most that the control processes had at one time, in MB: ansible and its forks, without what runs on the
    hosts. Shared pages count once."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0
        self.processes: list[subprocess.Popen[Any]] = []
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.5):
            self.most = max(
                self.most, sum(_share(pid) for process in self.processes for pid in _forks(process.pid)) // 1024
            )

    def end(self) -> int:
        self._over.set()
        self.join()
        return self.most


def _forks(pid: int) -> set[int]:
    """A process and those below it that run the same program, as forks do."""
    found, program = {pid}, _read(pid, "cmdline")
    for child in _read(pid, f"task/{pid}/children").split():
        if program and _read(int(child), "cmdline") == program:
            found |= _forks(int(child))
    return found


def _share(pid: int) -> int:
    found = re.search(r"^Pss:\s+(\d+)", _read(pid, "smaps_rollup"), re.MULTILINE)
    return int(found.group(1)) if found else 0


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8", errors="replace")
    except OSError:  # it has ended since
        return ""


class Work:
    """Seconds of CPU: of all that was started here, and of it what ran on the hosts, which a python that keeps count
    stands for."""

    PROGRAM = '#!/bin/bash\n{python} "$@"\ncode=$?\ntimes >> {log}\nexit $code\n'

    def __init__(self, folder: Path) -> None:
        self.python, self._log = folder / "counted-python", folder / "work"
        self.python.write_text(self.PROGRAM.format(python=sys.executable, log=self._log), encoding="utf-8")
        self.python.chmod(0o755)
        self._before = self._all()

    def since(self) -> tuple[float, float]:
        """Of the control side and of the hosts, since the last time."""
        now, before = self._all(), self._before
        text = self._log.read_text(encoding="utf-8") if self._log.exists() else ""
        self._log.unlink(missing_ok=True)
        self._before = now
        on_hosts = sum(60 * int(minutes) + float(seconds) for minutes, seconds in re.findall(r"(\d+)m([\d.]+)s", text))
        return now - before - on_hosts, on_hosts

    @staticmethod
    def _all() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime


@dataclass
class Cost:
    seconds: float
    memory: int  # MB of the control processes
    control: float  # seconds of CPU
    on_hosts: float
    output: str

    def reported(self, unit: Cost) -> str:
        share = 100 * self.control / (self.control + self.on_hosts)
        return (
            f"{self.seconds / unit.seconds:.1f} times as long, {self.control / unit.control:.1f} times the work of the"
            f" control side, which is {share:.0f} % of all; {self.memory} MB there"
        )


def write_slices(folder: Path, names: list[str], slices: int, python: Path) -> list[Path]:
    """As AWX does it: every nth host."""
    written = []
    for index in range(slices):
        part = {name: {} for name in names[index::slices]}
        written.append(folder / f"slice{index + 1}.json")
        written[-1].write_text(
            json.dumps({"nextcloud": {"hosts": part, "vars": variables(folder, python)}}), encoding="utf-8"
        )
    return written


def run(slices: list[Path], program: str, *arguments: str, work: Work, codes: tuple[int, ...] = (0,)) -> Cost:
    """One command for each slice, all at once."""
    work.since()
    begun, memory, logs = time.monotonic(), Memory(), []
    for inventory in slices:
        log = open(inventory.with_suffix(".log"), "w", encoding="utf-8")  # noqa: SIM115 the process keeps it
        command = [str(PROGRAMS / program), "--inventory", str(inventory), *arguments]
        memory.processes.append(
            subprocess.Popen(
                command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, env=dict(os.environ, ANSIBLE_NOCOLOR="1")
            )
        )
        logs.append(log)
    memory.start()
    reported = ""
    for process, log in zip(memory.processes, logs):
        process.wait()
        log.close()
        text = Path(log.name).read_text(encoding="utf-8")
        if process.returncode not in codes:
            raise hosts.HostError(f"a slice failed, its last lines: {text[-1500:]}")
        reported += text
    return Cost(time.monotonic() - begun, memory.end(), *work.since(), reported)


def changes(reported: str) -> dict[str, int]:
    return {
        name: int(count) for name, count in re.findall(r"^(\S+)\s+: ok=\d+\s+changed=(\d+)", reported, re.MULTILINE)
    }


def is_enforced(path: Path) -> bool:
    text = (path / "config" / "config.php").read_text(encoding="utf-8")
    return (
        bool(re.search(r"'twofactor_enforced'\s*=>\s*'true'", text))
        and (path / "apps" / "twofactor_secsign" / "appinfo" / "info.xml").is_file()
    )


def audited_hosts(folder: Path) -> list[str]:
    reports = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*/*/report.json")]
    return [host["name"] for report in reports for host in report["hosts"] if host["read"]]


def main() -> int:
    parser = argparse.ArgumentParser(description="A fleet of sandbox hosts on this machine")
    parser.add_argument("--hosts", type=int, default=200, help="how many (default: %(default)s)")
    parser.add_argument(
        "--slices", type=int, default=1, help="how many runs share them, side by side (default: %(default)s)"
    )
    parser.add_argument("--forks", type=int, default=20, help="of each run (default: %(default)s)")
    parser.add_argument(
        "--folder", type=Path, help="where they are made, a new folder (default: .demo/fleet, which is made anew)"
    )
    parser.add_argument("--keep", action="store_true", help="leave the hosts there")
    arguments = parser.parse_args()
    if not 1 <= arguments.slices <= arguments.hosts <= 9999:
        parser.error("--hosts takes 1 to 9999, and --slices no more than there are hosts")
    folder = (arguments.folder or ROOT / ".demo" / "fleet").absolute()
    if arguments.folder and folder.exists():
        parser.error(f"--folder: {folder} is there already; name a new one, since it is removed in the end")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        fleet = make_fleet(folder, arguments.hosts)
        print(
            f"{len(fleet)} hosts made; slices: {arguments.slices}, of {arguments.forks} forks, on {os.cpu_count()}"
            " cores",
            flush=True,
        )
        work = Work(folder)
        slices, forks = (
            write_slices(folder, list(fleet), arguments.slices, work.python),
            ("--forks", str(arguments.forks)),
        )
        unit = run(slices, "ansible", *forks, "--module-name", "ansible.builtin.ping", "nextcloud", work=work)
        print(
            f"an empty module on each: {unit.seconds / len(fleet):.2f} s a host, of it {unit.control / len(fleet):.2f}"
            f" s of CPU on the control side; the rest is in multiples; {unit.memory} MB",
            flush=True,
        )
        first = run(slices, "ansible-playbook", *forks, "playbooks/site.yml", work=work)
        changed = changes(first.output)
        done = [name for name, path in fleet.items() if is_enforced(path)]
        print(
            f"first run: {sum(map(bool, changed.values()))} hosts changed, {len(done)} enforce two-factor"
            f" authentication by their config.php; {first.reported(unit)}",
            flush=True,
        )
        second = run(slices, "ansible-playbook", *forks, "playbooks/site.yml", work=work)
        again = changes(second.output)
        print(f"second run: {sum(map(bool, again.values()))} hosts changed; {second.reported(unit)}", flush=True)
        # a report for each slice; 2 is a verdict as well
        reports = json.dumps({"audit_output_dir": f"{folder}/reports/{{{{ inventory_file | basename }}}}"})
        audit = run(
            slices, "ansible-playbook", *forks, "--extra-vars", reports, "playbooks/audit.yml", work=work, codes=(0, 2)
        )
        audited = audited_hosts(folder / "reports")
        print(f"audit: {len(audited)} hosts; {audit.reported(unit)}")
    except hosts.HostError as error:
        print(f"fleet: {error}", file=sys.stderr)
        return 1
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)
    whole = len(done) == len(fleet) == len(changed) == len(again) == sum(map(bool, changed.values())) and not any(
        again.values()
    )
    whole = whole and sorted(audited) == sorted(fleet)
    if not whole:
        print("fleet: not every host is there, or in the audit, or the second run changed something", file=sys.stderr)
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
