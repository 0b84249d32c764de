# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the operator's list to the open door: IDs that the module assigned are asked for at the login, on a phone."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any, Iterator, Tuple
from urllib.parse import urlsplit

import people_scene as scene
import pytest
from people_scene import ROOT, SECSIGN
from people_web import Visitor, prepare, running, serving

sys.path.insert(0, str(ROOT / "sandbox" / "id_server"))
from phone import Phone


@pytest.fixture
def id_server(tmp_path: Path) -> Iterator[Tuple[Phone, int]]:
    folder = tmp_path / "ids"
    script = ROOT / "sandbox" / "id_server" / "server.py"
    with running([sys.executable, str(script), "--folder", str(folder)], "root", tmp_path / "ids.log"):
        for _ in range(300):
            if (folder / "addresses.json").exists():
                break
            time.sleep(0.1)
        addresses = json.loads((folder / "addresses.json").read_text(encoding="utf-8"))
        yield Phone(folder), int(urlsplit(addresses["first"]).port or 0)


def approved(visitor: Visitor, phone: Phone, secsign_id: str) -> bool:
    """The challenge page shows, the person taps on the phone, the page sees it and goes on."""
    visitor.browser.get(f"/index.php/login/challenge/{SECSIGN}")
    phone.wait(secsign_id)
    phone.decide(secsign_id, "approve")
    for _ in range(40):
        if visitor.browser.call(f"/index.php/apps/{SECSIGN}/challenge/poll").json()["outcome"] != "open":
            break
        time.sleep(0.3)
    return visitor.solve_again(SECSIGN, "approved")


def test_assigned_changed_and_taken_away(server: Any, id_server: Tuple[Phone, int], tmp_path: Path) -> None:
    if server.is_sandbox:
        pytest.skip("a login needs a real Nextcloud: the sandbox has no pages. Name releases in NEXTCLOUD_ARCHIVES=DIR")
    if server.major < 30:
        pytest.skip("twofactor_secsign supports Nextcloud 30 and newer")
    phone, port = id_server
    site = scene.with_secsign(server)
    prepare(site)
    authority = site.path.with_name("ca.pem")
    authority.write_bytes((tmp_path / "ids" / "ca.pem").read_bytes())
    authority.chmod(0o644)
    site.occ("security:certificates:import", str(authority))
    for secsign_id in ("alice@corp", "alice.new@corp"):
        phone.create(secsign_id)

    def run(module: str, **options: Any) -> None:
        done = site.run(module, app_id=SECSIGN, **options)
        assert not done.failed, done["msg"]

    run("id_server", server="https://localhost", serverport=port, fallback="https://localhost", fallbackport=port)
    run("secsign_ids", ids=[{"user": "alice", "secsign_id": "Alice@CORP"}])
    with serving(site) as base:
        visitor = Visitor(base, "alice")
        assert visitor.met == "challenge" and not visitor.is_in()
        assert approved(visitor, phone, "alice@corp")
        assert scene.logged_in(site) == {"alice": "1"}

        run("secsign_ids", ids=[{"user": "alice", "secsign_id": "alice.new@corp"}])
        assert scene.logged_in(site) == {"alice": "0"}
        visitor = Visitor(base, "alice")
        assert visitor.met == "challenge"
        assert approved(visitor, phone, "alice.new@corp")
        assert phone.waiting("alice@corp") == []

        run("secsign_ids", prune=True)
        assert Visitor(base, "alice").met == "in"
