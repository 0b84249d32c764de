# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three fresh Nextclouds in a folder, site.yml twice, and where each of them stands: what 'make demo' runs."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, Iterator, List

import hosts

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("cloud1", "cloud2", "cloud3")
PEOPLE = {"alice": "staff", "bob": "staff", "carol": "it", "backup-robot": "service-accounts"}
PASSWORD = {"OC_PASS": "Demo-only-pass-7", "NC_PASS": "Demo-only-pass-7"}  # release 34 reads NC_PASS, older ones OC_PASS


def say(text: str) -> None:
    colour = ("\033[1m", "\033[0m") if sys.stdout.isatty() and "NO_COLOR" not in os.environ else ("", "")
    print(f"\n{colour[0]}== {text}{colour[1]}", flush=True)


def make_hosts(source: str, folder: Path) -> List[hosts.Host]:
    made = []
    for name in NAMES:
        host = hosts.make(source, folder / name / "nextcloud")
        for group in sorted(set(PEOPLE.values())):
            host.occ("group:add", group)
        for user, group in PEOPLE.items():
            host.occ("user:add", "--password-from-env", f"--group={group}", user, env=PASSWORD)
        print(f"{name}: Nextcloud {host.release} in {os.path.relpath(host.path, ROOT)}, run as {host.user}", flush=True)
        made.append(host)
    return made


@contextlib.contextmanager
def id_server(folder: Path) -> Iterator[Dict[str, str]]:
    """The stand-in for a SecSign ID server, for as long as the demo runs; where it is stands in .demo/id_server.json for the inventory."""
    # a socket's path must be short, and the folder of a checkout may not be
    with tempfile.TemporaryDirectory(prefix="secsign-demo-") as short:
        command = [sys.executable, str(ROOT / "sandbox" / "id_server" / "server.py"), "--folder", short, "--id", "alice@demo"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            ready = Path(short) / "addresses.json"
            for _attempt in range(200):
                if ready.exists():
                    break
                time.sleep(0.05)
            Path(short).chmod(0o755)
            addresses = dict(json.loads(ready.read_text(encoding="utf-8")), ca=str(Path(short) / "ca.pem"))
            (folder / "id_server.json").write_text(json.dumps(addresses), encoding="utf-8")
            yield addresses
        finally:
            process.terminate()
            process.wait()


def play(playbook: str, *arguments: str) -> Dict[str, int]:
    """Runs a playbook as an operator would and returns the number of changes of each host."""
    command = ["ansible-playbook", "--inventory", "inventories/demo", f"playbooks/{playbook}", *arguments]
    print("$ " + " ".join(command), flush=True)
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    changed: Dict[str, int] = {}
    assert process.stdout is not None
    for line in process.stdout:
        print(line, end="", flush=True)
        recap = re.match(r"(\S+)\s+: ok=\d+\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", line)
        if recap:
            changed[recap.group(1)] = int(recap.group(2))
    if process.wait():
        raise SystemExit(f"demo: {playbook} failed")
    return changed


def main() -> int:
    parser = argparse.ArgumentParser(description="Three Nextclouds, from passwords only to enforced two-factor login")
    parser.add_argument("--source", default="sandbox:34.0.1", help="sandbox:RELEASE, a release archive or folder, or download:RELEASE")
    arguments = parser.parse_args()
    folder = ROOT / ".demo"
    folder.mkdir(exist_ok=True)
    try:
        with id_server(folder) as addresses:
            return demonstrate(arguments.source, folder, addresses)
    except hosts.HostError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1


def demonstrate(source: str, folder: Path, addresses: Dict[str, str]) -> int:
    say("Three fresh servers, passwords only")
    made = make_hosts(source, folder)
    for host in made:
        host.occ("security:certificates:import", addresses["ca"])
    say("First run: from passwords only to enforced two-factor login")
    play("site.yml", "--diff")
    say("Second run: nothing left to do")
    again = play("site.yml")
    say("Where each host stands")
    play("status.yml")
    left = {name: count for name, count in again.items() if count}
    if left or set(again) != set(NAMES):
        print(f"demo: the second run changed something: {left or again}", file=sys.stderr)
        return 1
    kind = "the sandbox, a stand-in" if made[0].is_sandbox else "a real release"
    print(f"\nThe second run changed nothing on {len(again)} hosts. They ran Nextcloud {made[0].release} ({kind}).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
