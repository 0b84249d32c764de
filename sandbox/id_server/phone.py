# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#!/usr/bin/env python3
"""Plays the phone of a person with a SecSign ID, against the stand-in of the ID server."""

from __future__ import annotations

import argparse
import json
import socket
import sys
import time
from pathlib import Path
from typing import Any

DECISIONS = {
    "approve": "authenticated",
    "deny": "denied",
    "fetch": "fetched",
    "expire": "expired",
    "suspend": "suspended",
    "cancel": "cancelled",
    "invalidate": "invalid",
    "forget": "none",
}


class PhoneError(Exception):
    pass


class Phone:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = str(folder / "control.sock")

    def ask(self, **order: Any) -> Any:
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(self._path)
            except OSError as problem:
                raise PhoneError(f"the stand-in does not run: {problem}") from problem
            connection.sendall(json.dumps(order).encode("utf-8") + b"\n")
            answer = json.loads(connection.makefile("rb").readline())
        if not answer["ok"]:
            raise PhoneError(answer["problem"])
        return answer["result"]

    def create(self, secsignid: str) -> None:
        self.ask(do="create", secsignid=secsignid)

    def remove(self, secsignid: str) -> None:
        self.ask(do="remove", secsignid=secsignid)

    def waiting(self, secsignid: str) -> list[dict[str, str]]:
        return self.ask(do="list", secsignid=secsignid, open=True)

    def wait(self, secsignid: str, seconds: float = 30.0) -> dict[str, str]:
        """The newest request for this ID, as soon as there is one."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            waiting = self.waiting(secsignid)
            if waiting:
                return waiting[-1]
            time.sleep(0.1)
        raise PhoneError(f"no request for {secsignid} within {seconds:g} seconds")

    def decide(self, secsignid: str, decision: str) -> dict[str, str]:
        return self.ask(do="decide", secsignid=secsignid, state=DECISIONS[decision])

    def fault(self, fault: str = "", listener: str = "", seconds: float = 30.0) -> None:
        self.ask(do="fault", fault=fault or None, listener=listener or None, seconds=seconds)

    def requests(self) -> dict[str, Any]:
        return self.ask(do="requests")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="the folder that the stand-in was started with")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("create", "remove", *DECISIONS):
        commands.add_parser(name).add_argument("secsignid")
    commands.choices["approve"].add_argument(
        "--wait", type=float, default=0, metavar="SECONDS", help="first wait for a request"
    )
    commands.choices["deny"].add_argument(
        "--wait", type=float, default=0, metavar="SECONDS", help="first wait for a request"
    )
    wait = commands.add_parser("wait", help="wait for a request and show it")
    wait.add_argument("secsignid")
    wait.add_argument("--seconds", type=float, default=30.0)
    commands.add_parser("list", help="all sessions").add_argument("secsignid", nargs="?")
    commands.add_parser("requests", help="everything that was asked of the ID server")
    fault = commands.add_parser("fault", help="from now on misbehave; without a fault, behave again")
    fault.add_argument("fault", nargs="?", default="")
    fault.add_argument("--listener", default="", help="first or fallback; both if left out")
    fault.add_argument("--seconds", type=float, default=30.0, help="how slow is slow")
    options = parser.parse_args()
    phone = Phone(options.folder)
    try:
        if options.command in ("create", "remove"):
            result = phone.ask(do=options.command, secsignid=options.secsignid)
        elif options.command in DECISIONS:
            if getattr(options, "wait", 0):
                phone.wait(options.secsignid, options.wait)
            result = phone.decide(options.secsignid, options.command)
        elif options.command == "wait":
            result = phone.wait(options.secsignid, options.seconds)
        elif options.command == "list":
            result = phone.ask(do="list", secsignid=options.secsignid)
        elif options.command == "requests":
            result = phone.requests()
        else:
            result = phone.fault(options.fault, options.listener, options.seconds)
    except PhoneError as problem:
        print(problem, file=sys.stderr)
        return 1
    if result is not None:
        print(json.dumps(result, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
