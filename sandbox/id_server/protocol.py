# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an ID server knows and answers: approval sessions and the documented requests about them. No network here."""

from __future__ import annotations

import base64
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from access_pass import access_pass

STATES = {
    "none": 0,
    "pending": 1,
    "expired": 2,
    "authenticated": 3,
    "denied": 4,
    "suspended": 5,
    "cancelled": 6,
    "fetched": 7,
    "invalid": 8,
}
OPEN = ("pending", "fetched")


@dataclass
class Session:
    secsignid: str
    service_name: str
    service_address: str
    created_at: float
    session_id: str = field(default_factory=lambda: str(secrets.randbelow(10**18)))
    request_id: str = field(default_factory=lambda: secrets.token_hex(16).upper())
    state: str = "pending"

    def reported(self) -> dict[str, str]:
        """As the phone sees it."""
        return {
            "secsignid": self.secsignid,
            "session": self.session_id,
            "state": self.state,
            "service": self.service_name,
            "address": self.service_address,
        }


class Refused(Exception):
    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class IdServer:
    """Sessions of all SecSign IDs. Safe to use from several threads."""

    def __init__(self, lifetime: float = 120.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._lifetime = lifetime
        self._clock = clock
        self._lock = threading.RLock()
        self._sessions: list[Session] = []
        self._ids: dict[str, None] = {}
        self._log: list[dict[str, str]] = []

    # ------------------------------------------------------------ what Nextcloud asks

    def answer(self, form: Mapping[str, str]) -> dict[str, str]:
        """The fields of the answer to one request."""
        with self._lock:
            method = form.get("apimethod", form.get("request", ""))
            self._log.append({"method": method, "secsignid": form.get("secsignid", "")})
            self._expire()
            try:
                if method == "ReqRequestAuthSession":
                    return self._create(form)
                session = self._find(form)
                if method in ("ReqReleaseAuthSession", "ReqCancelAuthSession"):
                    if method == "ReqCancelAuthSession" and session.state in OPEN:
                        session.state = "cancelled"
                    elif method == "ReqReleaseAuthSession":
                        session.state = "invalid"
                elif method != "ReqGetAuthSessionState":
                    raise Refused(400, "unknown request")
                return {
                    "secsignid": session.secsignid,
                    "authsessionid": session.session_id,
                    "requestid": session.request_id,
                    "authsessionstate": str(STATES[session.state]),
                }
            except Refused as problem:
                return {"error": str(problem.code), "errormsg": str(problem)}

    def _create(self, form: Mapping[str, str]) -> dict[str, str]:
        secsignid = form.get("secsignid", "").strip().lower()
        if not form.get("servicename") or not form.get("serviceaddress"):
            raise Refused(400, "a service name and address are needed")
        if secsignid not in self._ids:
            raise Refused(500, f"The SecSign ID '{secsignid}' does not exist.")
        for other in self._sessions:
            if other.secsignid == secsignid and other.state in OPEN:
                other.state = "suspended"
        session = Session(secsignid, form["servicename"], form["serviceaddress"], self._clock())
        self._sessions.append(session)
        picture = access_pass(session.request_id)
        return {
            "secsignid": secsignid,
            "authsessionid": session.session_id,
            "requestid": session.request_id,
            "servicename": session.service_name,
            "serviceaddress": session.service_address,
            "authsessionicondata": base64.b64encode(picture).decode("ascii"),
            "authsessionstate": str(STATES[session.state]),
        }

    def _find(self, form: Mapping[str, str]) -> Session:
        for session in self._sessions:
            same = session.session_id == form.get("authsessionid") and session.request_id == form.get("requestid")
            if same and session.secsignid == form.get("secsignid", "").strip().lower():
                return session
        raise Refused(422, "no such session")

    def _expire(self) -> None:
        for session in self._sessions:
            if session.state in OPEN and self._clock() - session.created_at > self._lifetime:
                session.state = "expired"

    # ------------------------------------------------------------ what the phone does

    def create_id(self, secsignid: str) -> None:
        with self._lock:
            self._ids[secsignid.strip().lower()] = None

    def remove_id(self, secsignid: str) -> None:
        with self._lock:
            self._ids.pop(secsignid.strip().lower(), None)

    def sessions(self, secsignid: str | None = None, only_open: bool = False) -> list[dict[str, str]]:
        with self._lock:
            self._expire()
            wanted = None if secsignid is None else secsignid.strip().lower()
            return [
                s.reported()
                for s in self._sessions
                if wanted in (None, s.secsignid) and (not only_open or s.state in OPEN)
            ]

    def decide(self, secsignid: str, state: str) -> dict[str, str]:
        """Sets the state of the newest open session of this ID."""
        with self._lock:
            self._expire()
            for session in reversed(self._sessions):
                if session.secsignid == secsignid.strip().lower() and session.state in OPEN:
                    session.state = state
                    return session.reported()
        raise Refused(404, f"nothing waits for {secsignid}")

    def requests(self) -> list[dict[str, str]]:
        """Everything that was asked, in order."""
        with self._lock:
            return list(self._log)


def encode(fields: Mapping[str, str]) -> bytes:
    return "&".join("{}={}".format(key, quote(value, safe="")) for key, value in fields.items()).encode("ascii")
