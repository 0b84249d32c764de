# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""validate: true asks the ID server from where the Nextcloud runs, and stores nothing when it does not answer as
one."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

STAND_IN = Path(__file__).resolve().parent.parent.parent / "sandbox" / "id_server"


class IdServer:
    """The stand-in, in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, str(STAND_IN / "server.py"), "--folder", str(folder)], stdout=subprocess.DEVNULL
        )
        ready = folder / "addresses.json"
        for _attempt in range(200):
            if ready.exists():
                break
            time.sleep(0.05)
        self.addresses = json.loads(ready.read_text(encoding="utf-8"))

    def fault(self, *words: str) -> None:
        subprocess.run(
            [sys.executable, str(STAND_IN / "phone.py"), "--folder", str(self.folder), "fault", *words],
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def requests(self) -> list[str]:
        """What was asked so far, method by method."""
        command = [sys.executable, str(STAND_IN / "phone.py"), "--folder", str(self.folder), "requests"]
        return re.findall(
            r'"method": "(\w+)"', subprocess.run(command, check=True, capture_output=True, text=True).stdout
        )

    def options(self) -> dict[str, Any]:
        first, fallback = (int(self.addresses[name].rsplit(":", 1)[1]) for name in ("first", "fallback"))
        return {
            "app_id": "twofactor_fixture",
            "server": "https://localhost",
            "serverport": first,
            "fallback": "https://localhost",
            "fallbackport": fallback,
            "validate": True,
            "ca_path": str(self.folder / "ca.pem"),
        }


@pytest.fixture(scope="module")
def _id_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdServer]:
    if shutil.which("openssl") is None:
        pytest.skip("the ID server's stand-in makes its certificates with openssl, which is missing")
    server = IdServer(tmp_path_factory.mktemp("ids"))
    yield server
    server.process.terminate()
    server.process.wait(timeout=10)


@pytest.fixture
def id_server(_id_server: IdServer) -> Iterator[IdServer]:
    _id_server.fault()
    yield _id_server
    _id_server.fault()


def stored(server: Any) -> Any:
    return json.loads(server.occ("config:list", "--output=json", "twofactor_fixture").stdout)["apps"][
        "twofactor_fixture"
    ]


def test_a_server_that_answers_is_stored(server: Any, id_server: IdServer) -> None:
    before = len(id_server.requests())
    predicted = server.run("id_server", check=True, **id_server.options())
    assert not stored(server)
    first = server.run("id_server", **id_server.options())
    assert not first.failed, first.data
    assert predicted.diff == first.diff and first.changed
    assert stored(server)["serverport"] == str(id_server.options()["serverport"])
    assert not server.run("id_server", **id_server.options()).changed
    # nothing that would show on a phone
    assert set(id_server.requests()[before:]) == {"ReqGetAuthSessionState"}


@pytest.mark.parametrize("listener", ["first", "fallback"])
@pytest.mark.parametrize("fault", ["down", "garbage", "redirect", "wrong-certificate"])
def test_one_that_does_not_is_refused_and_named(server: Any, id_server: IdServer, fault: str, listener: str) -> None:
    if not server.is_newest_sandbox and fault not in ("down", "garbage"):
        pytest.skip(f"{fault} on {listener} is asked in the same way on every release: on the newest sandbox only")
    id_server.fault(fault, "--listener", listener)
    result = server.run("id_server", **id_server.options())
    assert result.failed and result["code"] == "NC501"
    option = "server" if listener == "first" else "fallback"
    assert result["msg"].startswith(option + ":")
    assert not stored(server)


def test_a_private_authority_is_not_trusted_unless_named(server: Any, id_server: IdServer) -> None:
    options = dict(id_server.options(), ca_path=None)
    result = server.run("id_server", **options)
    assert result["code"] == "NC501" and "certificate" in result["msg"].lower()
    assert not stored(server)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"server": "http://id.example.com"}, "server"),
        ({"server": "https://id.example.com:8443"}, "server"),
        ({"fallback": "https://user:pass@id.example.com"}, "fallback"),
        ({"server": "not a url"}, "server"),
        ({"serverport": 0}, "serverport"),
        ({"fallbackport": 65535}, "fallbackport"),
        ({"mobileurl": "https://id.example.com"}, "mobileurl"),
        ({"server": "https://id.example.com", "ca_path": "/nonexistent.pem"}, "ca_path"),
        ({"server": "https://id.example.com", "app_id": "../evil"}, "app_id"),
    ],
)
def test_wrong_values_are_refused_by_the_name_of_their_option(server: Any, options: dict[str, Any], word: str) -> None:
    result = server.run("id_server", **dict({"app_id": "twofactor_fixture"}, **options))
    assert result["code"] == "NC201" and result["msg"].startswith(word + ":"), result.data
    assert not stored(server)
