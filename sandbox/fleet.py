# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet of sandbox hosts on this machine, taken to enforced two-factor login in slices as AWX would: what 'make fleet' runs.

Each slice is an ansible-playbook of its own with its part of the inventory. Afterwards every host's config.php is read, and a second run must change nothing.
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
import time
from pathlib import Path
from typing import Any, Dict, List, Tuple

import hosts

ROOT = Path(__file__).resolve().parent.parent
PLAYBOOK = Path(sys.executable).with_name("ansible-playbook")


def make_fleet(folder: Path, number: int) -> Dict[str, Path]:
    """One is installed, the others are its copies with a data folder of their own; the code is shared by hard links."""
    first = hosts.make("sandbox:34.0.1", folder / "host0001" / "nextcloud")
    for group in ("staff", "service-accounts"):
        first.occ("group:add", group)
    for user, group in (("alice", "staff"), ("bob", "staff"), ("backup-robot", "service-accounts")):
        first.occ("user:add", "--password-from-env", f"--group={group}", user, env={"OC_PASS": "Fleet-only-pass-7", "NC_PASS": "Fleet-only-pass-7"})
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
            for path in (target / "nextcloud", target / "nextcloud" / "apps", target / "nextcloud" / "config", target / "nextcloud-data"):
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


def variables(folder: Path) -> Dict[str, Any]:
    return {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "twofactor_nextcloud_path": f"{folder}/{{{{ inventory_hostname }}}}/nextcloud",
        "twofactor_snapshot_dir": f"{folder}/{{{{ inventory_hostname }}}}/before",
        "twofactor_app": {"state": "enabled"},
        "twofactor_onboarding": {"enabled": True, "suffix": "fleet"},
        "twofactor_secsign_ids": {"pattern": "{uid}@fleet", "pattern_groups": ["staff"]},
        "twofactor_enforcement": {"enforced": True, "excluded_groups": ["service-accounts"]},
    }


def roll_out(folder: Path, names: List[str], slices: int, forks: int) -> Tuple[float, Dict[str, int]]:
    """Seconds, and the number of changes of each host."""
    running, begun = [], time.monotonic()
    for index in range(slices):
        inventory = folder / f"slice{index + 1}.json"
        part = {name: {} for name in names[index::slices]}
        inventory.write_text(json.dumps({"nextcloud": {"hosts": part, "vars": variables(folder)}}), encoding="utf-8")
        log = open(folder / f"slice{index + 1}.log", "w", encoding="utf-8")  # noqa: SIM115 the process keeps it
        command = [str(PLAYBOOK), "--inventory", str(inventory), "--forks", str(forks), "playbooks/site.yml"]
        running.append((subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, env=dict(os.environ, ANSIBLE_NOCOLOR="1")), log))
    changed: Dict[str, int] = {}
    for process, log in running:
        process.wait()
        log.close()
        text = Path(log.name).read_text(encoding="utf-8")
        if process.returncode:
            raise hosts.HostError(f"a slice failed, its last lines: {text[-1500:]}")
        for name, count in re.findall(r"^(\S+)\s+: ok=\d+\s+changed=(\d+)", text, re.MULTILINE):
            changed[name] = int(count)
    return time.monotonic() - begun, changed


def is_enforced(path: Path) -> bool:
    text = (path / "config" / "config.php").read_text(encoding="utf-8")
    return bool(re.search(r"'twofactor_enforced'\s*=>\s*'true'", text)) and (path / "apps" / "twofactor_secsign" / "appinfo" / "info.xml").is_file()


def main() -> int:
    parser = argparse.ArgumentParser(description="A fleet of sandbox hosts on this machine")
    parser.add_argument("--hosts", type=int, default=200, help="how many (default: %(default)s)")
    parser.add_argument("--slices", type=int, default=1, help="how many runs share them, side by side (default: %(default)s)")
    parser.add_argument("--forks", type=int, default=20, help="of each run (default: %(default)s)")
    parser.add_argument("--keep", action="store_true", help="leave the hosts in .demo/fleet")
    arguments = parser.parse_args()
    if not 1 <= arguments.slices <= arguments.hosts <= 9999:
        parser.error("--hosts takes 1 to 9999, and --slices no more than there are hosts")
    folder = ROOT / ".demo" / "fleet"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        fleet = make_fleet(folder, arguments.hosts)
        print(f"{len(fleet)} hosts made; {arguments.slices} slices of {arguments.forks} forks on {os.cpu_count()} cores", flush=True)
        first, changed = roll_out(folder, list(fleet), arguments.slices, arguments.forks)
        done = [name for name, path in fleet.items() if is_enforced(path)]
        print(f"first run: {sum(map(bool, changed.values()))} hosts changed, {len(done)} enforce two-factor login by their config.php; "
              f"{first:.0f} s, {first / len(fleet):.2f} s a host", flush=True)  # fmt: skip
        second, again = roll_out(folder, list(fleet), arguments.slices, arguments.forks)
        print(f"second run: {sum(map(bool, again.values()))} hosts changed; {second / first:.2f} of the time of the first")
    except hosts.HostError as error:
        print(f"fleet: {error}", file=sys.stderr)
        return 1
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"the largest process needed {memory} MB")
    whole = len(done) == len(fleet) == len(changed) == len(again) == sum(map(bool, changed.values())) and not any(again.values())
    if not whole:
        print("fleet: not every host is there, or the second run changed something", file=sys.stderr)
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
