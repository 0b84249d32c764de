#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for docker, podman, kubectl and snap, by the name that it is called under: reads the command line as the
real one does, and runs the command in a root of its own. What there is to enter stands in ways.json beside it; each
call is noted in calls.jsonl.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

HERE = Path(__file__).resolve().parent
# the system's own folders serve in the root as well
ENTER = """
set -e
root=$1 user=$2
shift 2
mount --make-rprivate /
for folder in usr dev proc; do mount --rbind "/$folder" "$root/$folder"; done
exec chroot --userspec="$user" "$root" "$@"
"""
VALUES = {
    "docker": ("--user", "-u", "--env", "-e", "--workdir", "-w"),
    "podman": ("--user", "-u", "--env", "-e", "--workdir", "-w"),
    "compose": ("--user", "-u", "--env", "-e", "--workdir", "-w", "--index"),
    "kubectl": ("--namespace", "-n", "--container", "-c"),
}


def fail(text: str, code: int = 1) -> NoReturn:
    print(text, file=sys.stderr)
    sys.exit(code)


def options_of(kind: str, words: list[str]) -> tuple[dict[str, Any], list[str]]:
    """The options before the first word that is none, and the rest."""
    found: dict[str, Any] = {}
    while words and words[0].startswith("-") and words[0] != "--":
        word = words.pop(0)
        if word in VALUES[kind]:
            found[word] = words.pop(0)
        elif word in ("-i", "--interactive", "--stdin", "-t", "-T", "-it", "--tty"):
            found[word] = True
        else:
            fail(f"unknown flag: {word}")
    return found, words


def engine(words: list[str]) -> tuple[str, bool, list[str], dict[str, str]]:
    if words[:1] == ["compose"]:
        if words[1] not in ("-f", "--file") or words[3] != "exec":
            fail("no configuration file provided: not found", 14)
        given, words = options_of("compose", words[4:])
        # compose passes standard input on by itself, and takes a terminal unless an option forbids that
        if "-T" not in given:
            fail("the input device is not a TTY")
        given["-i"] = True
    else:
        if words[:1] != ["exec"]:
            fail(f"unknown command: {words[:1]}")
        given, words = options_of("docker", words[1:])
    if any(flag in given for flag in ("-t", "-it", "--tty")):
        fail("the input device is not a TTY")
    return given.get("--user") or given.get("-u") or "root", "-i" in given or "--interactive" in given, words, {}


def kubectl(words: list[str]) -> tuple[str, bool, list[str], dict[str, str]]:
    if words[:1] != ["exec"]:
        fail(f'error: unknown command "{words[0]}" for "kubectl"')
    given, words = options_of("kubectl", words[1:])
    name = words.pop(0)
    if words[:1] != ["--"]:
        fail("error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead")
    return "root", "-i" in given or "--stdin" in given, [name, *words[1:]], {}


def snap(words: list[str]) -> tuple[str, bool, list[str], dict[str, str]]:
    if words[:2] != ["run", "--shell"]:
        fail("error: unknown command")
    inside = "/snap/nextcloud/current"
    environment = {"SNAP": inside, "SNAP_DATA": "/var/snap/nextcloud/current"}
    environment["PATH"] = f"{inside}/usr/sbin:{inside}/usr/bin:{inside}/sbin:{inside}/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return "root", True, [words[2], "/bin/bash", *words[3:]], environment


def main() -> None:
    client = Path(sys.argv[0]).name
    with open(HERE / "calls.jsonl", "a", encoding="utf-8") as calls:
        calls.write(json.dumps([client, *sys.argv[1:]]) + "\n")
    user, has_input, words, environment = {"kubectl": kubectl, "snap": snap}.get(client, engine)(sys.argv[1:])
    there = json.loads((HERE / "ways.json").read_text(encoding="utf-8"))
    name = words.pop(0)
    if name not in there:
        fail(
            {"kubectl": f'Error from server (NotFound): deployments.apps "{name}" not found'}.get(
                client, f"Error response from daemon: No such container: {name}"
            )
        )
    if not there[name]["running"]:
        fail(f"Error response from daemon: container {name} is not running")
    clean = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/", **environment}
    done = subprocess.run(
        [
            "unshare",
            "--mount",
            "sh",
            "-c",
            ENTER,
            "sh",
            there[name]["root"],
            user,
            "/usr/bin/env",
            "-i",
            *(f"{key}={value}" for key, value in clean.items()),
            *words,
        ],
        stdin=None if has_input else subprocess.DEVNULL,
        check=False,
    )
    sys.exit(done.returncode)


if __name__ == "__main__":
    os.umask(0o022)
    main()
