# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#!/usr/bin/env python3
"""A stand-in for a SecSign ID server, for demos and tests: the documented HTTP protocol over TLS, and a phone to play
with.

It keeps everything in memory and in one folder, and it must never guard anything real: whoever reaches its control
socket approves whatever they like.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import socketserver
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

sys.path.insert(0, str(Path(__file__).resolve().parent))
from certificates import make_certificates
from protocol import STATES, IdServer, Refused, encode

FAULTS = (
    "down",
    "slow",
    "garbage",
    "500",
    "redirect",
    "tampered",
    "other-id",
    "bad-state",
    "bad-picture",
    "huge",
    "wrong-certificate",
)
LARGEST_REQUEST = 65536


class Listener(ThreadingHTTPServer):
    """One address of the ID server: the first or the fallback.

    Both know the same sessions; faults are each one's own.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, name: str, host: str, port: int, knows: IdServer, folder: Path) -> None:
        super().__init__((host, port), Handler)
        self.name = name
        self.knows = knows
        self.fault: str | None = None
        self.delay = 0.0
        self.served = 0
        self._contexts = {kind: self._context(folder, kind) for kind in ("server", "wrong")}

    @staticmethod
    def _context(folder: Path, kind: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / (kind + ".pem"), folder / (kind + ".key"))
        return context

    def secure(self, connection: socket.socket) -> socket.socket:
        if self.fault == "down":
            raise ConnectionAbortedError("down")
        return self._contexts["wrong" if self.fault == "wrong-certificate" else "server"].wrap_socket(
            connection, server_side=True
        )

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that does not trust the certificate hangs up: no news."""


class Handler(BaseHTTPRequestHandler):
    server: Listener
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        # here and not at accept, so that one slow handshake does not stop the others
        self.request.settimeout(30)
        self.request = self.server.secure(self.request)
        super().setup()

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        if length > LARGEST_REQUEST:
            self._send(413, b"")
            return
        form = dict(parse_qsl(self.rfile.read(length).decode("utf-8"), keep_blank_values=True))
        self.server.served += 1
        fault = self.server.fault
        if fault == "slow":
            time.sleep(self.server.delay)
        elif fault == "500":
            self._send(500, b"<h1>Internal Server Error</h1>")
            return
        elif fault == "redirect":
            self._send(307, b"", {"Location": "https://elsewhere.example/"})
            return
        elif fault == "garbage":
            self._send(200, b"<!DOCTYPE html><title>Welcome</title>")
            return
        elif fault == "huge":
            self._send(200, b"secsignid=" + b"x" * 3_000_000)
            return
        self._send(200, encode(self._tamper(fault, self.server.knows.answer(form))))

    def _tamper(self, fault: str | None, fields: dict[str, str]) -> dict[str, str]:
        if fault == "tampered":
            return dict(fields, authsessionid="999999", authsessionstate=str(STATES["authenticated"]))
        if fault == "other-id":
            return dict(fields, secsignid="somebody.else", authsessionstate=str(STATES["authenticated"]))
        if fault == "bad-state":
            return dict(fields, authsessionstate="3 ")
        if fault == "bad-picture":
            return dict(fields, authsessionicondata="PHN2Zz48L3N2Zz4=")
        return fields

    def do_GET(self) -> None:
        self._send(405, b"")

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """The phone's ``requests`` shows what was asked."""


class Control(socketserver.ThreadingUnixStreamServer):
    """The phone's side: one JSON line in, one out, on a unix socket that only its owner can use."""

    daemon_threads = True

    def __init__(self, path: Path, knows: IdServer, listeners: list[Listener]) -> None:
        path.unlink(missing_ok=True)
        old = os.umask(0o177)
        try:
            super().__init__(str(path), ControlHandler)
        finally:
            os.umask(old)
        self.knows = knows
        self.listeners = {listener.name: listener for listener in listeners}

    def obey(self, order: dict[str, Any]) -> Any:
        what = order.get("do")
        if what == "create":
            return self.knows.create_id(order["secsignid"])
        if what == "remove":
            return self.knows.remove_id(order["secsignid"])
        if what == "list":
            return self.knows.sessions(order.get("secsignid"), bool(order.get("open")))
        if what == "decide" and order.get("state") in STATES:
            return self.knows.decide(order["secsignid"], order["state"])
        if what == "requests":
            return {
                "asked": self.knows.requests(),
                "served": {name: each.served for name, each in self.listeners.items()},
            }
        if what == "fault" and order.get("fault") in (*FAULTS, None):
            for name in [order["listener"]] if order.get("listener") else list(self.listeners):
                self.listeners[name].fault = order["fault"]
                self.listeners[name].delay = float(order.get("seconds") or 30)
            return None
        raise Refused(400, "unknown order")


class ControlHandler(socketserver.StreamRequestHandler):
    server: Control

    def handle(self) -> None:
        try:
            answer = {"ok": True, "result": self.server.obey(json.loads(self.rfile.readline()))}
        except (Refused, KeyError, ValueError) as problem:
            answer = {"ok": False, "problem": str(problem)}
        self.wfile.write(json.dumps(answer).encode("utf-8") + b"\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="certificates, control socket and addresses go here")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port of the first server; 0 takes any free one")
    parser.add_argument(
        "--fallback-port", type=int, default=0, help="port of the fallback server; 0 takes any free one"
    )
    parser.add_argument("--name", action="append", default=[], help="further host name or address for the certificate")
    parser.add_argument(
        "--lifetime", type=float, default=120.0, help="seconds until a request expires (default: %(default)s)"
    )
    parser.add_argument("--id", action="append", default=[], help="a SecSign ID that exists from the start")
    options = parser.parse_args()

    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    make_certificates(
        folder, ["localhost", "127.0.0.1", *([options.host] if options.host != "127.0.0.1" else []), *options.name]
    )
    knows = IdServer(options.lifetime)
    for secsignid in options.id:
        knows.create_id(secsignid)
    listeners = [
        Listener("first", options.host, options.port, knows, folder),
        Listener("fallback", options.host, options.fallback_port, knows, folder),
    ]
    control = Control(folder / "control.sock", knows, listeners)
    for each in (*listeners, control):
        threading.Thread(target=each.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    addresses = {each.name: f"https://localhost:{each.server_address[1]}" for each in listeners}
    ready = folder / "addresses.json"
    ready.with_suffix(".new").write_text(json.dumps(addresses), encoding="utf-8")
    ready.with_suffix(".new").replace(ready)  # whoever waits for the file finds it whole
    print(json.dumps(dict(addresses, ca=str(folder / "ca.pem"))), flush=True)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    ready.unlink()
    (folder / "control.sock").unlink()


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    main()
