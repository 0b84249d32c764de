# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three fresh Nextclouds in a folder, site.yml twice, where each of them stands, and on a real release a person's
login: what 'make demo' runs."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hosts
import login
import processes
from id_server.phone import Phone

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("cloud1", "cloud2", "cloud3")
FOLDER = ROOT / ".demo"
PEOPLE = {"alice": "staff", "bob": "staff", "carol": "it", "backup-robot": "service-accounts"}
# whom inventories/demo gives a SecSign ID
ALICE = login.User("alice", "Demo-only-pass-7", "alice@demo")
PASSWORD = {"OC_PASS": ALICE.password, "NC_PASS": ALICE.password}  # release 34 reads NC_PASS, older ones OC_PASS


def say(text: str) -> None:
    colour = ("\033[1m", "\033[0m") if sys.stdout.isatty() and "NO_COLOR" not in os.environ else ("", "")
    print(f"\n{colour[0]}== {text}{colour[1]}", flush=True)


def make_hosts(source: str) -> list[hosts.Host]:
    made = []
    for name in NAMES:
        host = hosts.make(source, FOLDER / name / "nextcloud")
        for group in sorted(set(PEOPLE.values())):
            host.occ("group:add", group)
        for user, group in PEOPLE.items():
            host.occ("user:add", "--password-from-env", f"--group={group}", user, env=PASSWORD)
        print(f"{name}: Nextcloud {host.release} in {os.path.relpath(host.path, ROOT)}, run as {host.user}", flush=True)
        made.append(host)
    return made


@contextlib.contextmanager
def id_server() -> Iterator[Phone]:
    """The stand-in for a SecSign ID server, for as long as the demo runs; where it is stands in .demo/id_server.json
    for the inventory."""
    # a socket's path must be short, and the folder of a checkout may not be
    with tempfile.TemporaryDirectory(prefix="secsign-demo-") as short:
        folder = Path(short) / "ids"
        with processes.id_server(folder, "--id", ALICE.secsignid) as phone:
            for path in (folder.parent, folder):
                path.chmod(0o755)
            addresses = dict(
                json.loads((folder / "addresses.json").read_text(encoding="utf-8")), ca=str(folder / "ca.pem")
            )
            (FOLDER / "id_server.json").write_text(json.dumps(addresses), encoding="utf-8")
            yield phone


def play(playbook: str, *arguments: str) -> dict[str, int]:
    """Runs a playbook as an operator would and returns the number of changes of each host."""
    command = ["ansible-playbook", "--inventory", "inventories/demo", f"playbooks/{playbook}", *arguments]
    print("$ " + " ".join(command), flush=True)
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    changed: dict[str, int] = {}
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
    parser.add_argument(
        "--source", default="sandbox:newest", help="sandbox:RELEASE, a release archive or folder, or download:RELEASE"
    )
    arguments = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    try:
        with id_server() as phone:
            return demonstrate(arguments.source, phone)
    except (hosts.HostError, processes.ProcessError, login.LoginError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1


def demonstrate(source: str, phone: Phone) -> int:
    say("Three fresh servers, passwords only")
    made = make_hosts(source)
    authority = json.loads((FOLDER / "id_server.json").read_text(encoding="utf-8"))["ca"]
    for host in made:
        host.occ("security:certificates:import", authority)
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
    result = f"\nThe second run changed nothing on {len(again)} hosts. They ran Nextcloud {made[0].release} ({kind})."
    if made[0].is_sandbox:
        print(result)
        return 0
    done = somebody_logs_in(made[0], phone)
    print("\n".join([result, *done.ran_on, *(os.path.relpath(path, ROOT) for path in done.pictures)]))
    return 0


def somebody_logs_in(host: hosts.Host, phone: Phone) -> login.Login:
    """The stand-in has no pages, so this takes a real release."""
    say(f"{ALICE.uid} logs in on {NAMES[0]}")
    pictures = FOLDER / "login"
    shutil.rmtree(pictures, ignore_errors=True)
    with processes.web_server(host, FOLDER / NAMES[0] / "web.log") as base:
        # the name that a fresh installation trusts
        return login.log_in(host, base.replace("127.0.0.1", "localhost"), phone, ALICE, pictures)


if __name__ == "__main__":
    sys.exit(main())
