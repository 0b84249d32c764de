# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the operator's list to the open door, and to the one that stays shut: users log in with password and phone
on a server that the modules set up."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import processes
import pytest
import users_scene as scene
from id_server.phone import Phone
from login import CHALLENGE, ROUTES
from users_play import play, variables
from users_scene import PASSWORD, SECSIGN
from users_web import Visitor, prepare, serving

pytestmark = pytest.mark.login

SET_UP = f"/index.php/login/setupchallenge/{SECSIGN}"
ALICE = "alice@corp"


@pytest.fixture(scope="module")
def _phone() -> Iterator[Phone]:
    # a socket's path must be short, and pytest's folders may not be
    with tempfile.TemporaryDirectory(prefix="secsign-ids-") as short, processes.id_server(Path(short) / "ids") as phone:
        yield phone


class Office:
    """Members of staff must use a second factor: alice has a SecSign ID by the operator's list, dora came later and
    has none."""

    def __init__(self, site: Any, base: str, phone: Phone, folder: Path) -> None:
        self.site, self.base, self.phone, self.folder = site, base, phone, folder

    def run(self, module: str, **options: Any) -> Any:
        done = self.site.run(module, **options)
        assert not done.failed, done["msg"]
        return done

    def visit(self, uid: str = "alice", password: str = PASSWORD) -> Visitor:
        return Visitor(self.base, uid, password)

    def unlock(self, uid: str, how: str, **extra: Any) -> str:
        """The playbook, as somebody at the help desk types it."""
        options = dict(user=uid, method=how, reason="phone lost", audit_log=str(self.folder / "audit.jsonl"), **extra)
        return play(self.folder, "unlock.yml", {"cloud": variables(self.site)}, **options).went_well().output

    def asked(self, visitor: Visitor) -> Visitor:
        """The challenge page is open and the phone shows the request."""
        assert visitor.met == "challenge" and not visitor.is_in()
        page = visitor.browser.get(CHALLENGE)
        assert "secsign-pass" in page.text
        self.phone.wait(ALICE)
        return visitor

    def reported(self, visitor: Visitor) -> Any:
        """What the open page says as soon as it knows more than that it waits."""
        for _ in range(40):
            reported = visitor.browser.call(ROUTES + "/challenge/poll").json()
            if reported["outcome"] != "open":
                break
            time.sleep(0.3)
        return reported

    def approved(self, visitor: Visitor, secsign_id: str = ALICE) -> bool:
        """The challenge page shows, the user taps on the phone, the page sees it and goes on."""
        visitor.browser.get(CHALLENGE)
        self.phone.wait(secsign_id)
        self.phone.decide(secsign_id, "approve")
        assert self.reported(visitor)["outcome"] == "approved"
        return visitor.solve_again(SECSIGN, "approved")


@pytest.fixture
def office(server: Any, _phone: Phone, tmp_path: Path) -> Iterator[Office]:
    if server.is_sandbox:
        pytest.skip("a login needs a real Nextcloud: the sandbox has no pages. Name releases in NEXTCLOUD_ARCHIVES=DIR")
    if server.major < 30:
        pytest.skip("twofactor_secsign supports Nextcloud 30 and newer")
    _phone.fault()
    if not server.has_saved("office"):
        site = scene.with_secsign(server)
        prepare(site)
        authority = site.path.with_name("ca.pem")
        authority.write_bytes((_phone.folder / "ca.pem").read_bytes())
        authority.chmod(0o644)
        for secsign_id in (ALICE, "alice.new@corp"):
            _phone.create(secsign_id)
        first, fallback = (
            urlsplit(json.loads((_phone.folder / "addresses.json").read_text(encoding="utf-8"))[name])
            for name in ("first", "fallback")
        )
        made = Office(site, "", _phone, tmp_path)
        servers_are = {
            "server": "https://localhost",
            "serverport": first.port,
            "fallback": "https://localhost",
            "fallbackport": fallback.port,
        }
        made.run("id_server", **servers_are, ca_path=str(authority), validate=True)
        made.run("secsign_ids", ids=[{"user": "alice", "secsign_id": "Alice@CORP"}])
        # the guard lets it pass: everybody in scope has what is asked for
        made.run("enforcement", enforced=True, groups=["staff"])
        scene.add_user(site, "dora", "staff")
        server.save("office")
    server.restore("office")
    # Nextcloud keeps these in its data folder, which is put back empty
    server.occ("security:certificates:import", str(server.path.with_name("ca.pem")))
    with serving(server) as base:
        yield Office(server, base, _phone, tmp_path)


def test_assigned_changed_and_taken_away(office: Office) -> None:
    assert office.visit(password="wrong").met == "refused"
    assert office.approved(office.asked(office.visit()))
    assert scene.logged_in(office.site) == {"alice": "1"}

    office.run("secsign_ids", ids=[{"user": "alice", "secsign_id": "alice.new@corp"}])
    assert scene.logged_in(office.site) == {"alice": "0"}
    visitor = office.visit()
    assert visitor.met == "challenge"
    assert office.approved(visitor, "alice.new@corp")
    assert office.phone.waiting(ALICE) == []

    office.run("enforcement", enforced=False)
    office.run("secsign_ids", prune=True)
    assert office.visit().met == "in"


@pytest.mark.parametrize(
    ("decision", "words"), [("deny", "denied on the phone"), ("expire", "Nobody answered the request in time")]
)
def test_denied_and_expired(office: Office, decision: str, words: str) -> None:
    visitor = office.asked(office.visit())
    office.phone.decide(ALICE, decision)
    reported = office.reported(visitor)
    assert reported["outcome"] == "ended" and words in reported["message"]
    assert not visitor.solve_again(SECSIGN, "approved")
    page = visitor.browser.get(CHALLENGE)
    assert words in page.words and "Send a new request" in page.words
    # the next step that the page offers
    visitor.browser.submit(ROUTES + "/challenge/restart", {"requesttoken": page.token})
    assert office.approved(visitor)


def test_both_id_servers_down(office: Office) -> None:
    office.phone.fault("down")
    visitor = office.visit()
    assert visitor.met == "challenge"
    assert "The SecSign ID server cannot be reached." in visitor.browser.get(CHALLENGE).words
    assert not visitor.solve_again(SECSIGN, "approved")
    office.phone.fault()
    assert office.approved(visitor)


def test_the_fallback_server_stands_in(office: Office) -> None:
    office.phone.fault("down", listener="first")
    before = office.phone.requests()["served"]["fallback"]
    assert office.approved(office.asked(office.visit()))
    assert office.phone.requests()["served"]["fallback"] > before


def test_enforced_but_not_enrolled(office: Office) -> None:
    """Without onboarding there is no way in, with it there is: the phone creates the ID that the page proposes, and
    is asked."""
    assert office.visit("dora").met == "dead_end"
    office.run("onboarding", enabled=True, suffix="corp")
    visitor = office.visit("dora")
    assert visitor.met == "set_up" and visitor.offers(SECSIGN) and not visitor.is_in()
    assert "dora@corp" in visitor.browser.get(SET_UP).words
    office.phone.create("dora@corp")
    assert visitor.browser.call(ROUTES + "/login-setup/start").json()["secSignId"] == "dora@corp"
    office.phone.decide("dora@corp", "approve")
    for _ in range(40):
        if visitor.browser.call(ROUTES + "/login-setup/finish").json()["outcome"] == "done":
            break
        time.sleep(0.3)
    assert scene.ids(office.site)["dora"] == ("dora@corp", 1)
    assert not visitor.is_in(), "enrolled is not yet logged in"
    assert office.approved(visitor, "dora@corp")


def test_never_enrolled_and_unlocked_by_the_play(office: Office) -> None:
    assert office.visit("dora").met == "dead_end"
    assert "dora: locked_out -> exempt" in office.unlock("dora", "exempt", hours=2)
    assert office.visit("dora").met == "in"


def test_phone_lost_and_unlocked_by_the_play(office: Office) -> None:
    """Exempt for some hours, and the lost factor switched off; it stays so with the ID server down."""
    office.phone.remove(ALICE)
    office.phone.fault("down")
    try:
        visitor = office.visit()
        assert visitor.met == "challenge" and not visitor.solve(SECSIGN, "approved")
        # who is exempt is still asked for a factor that is on
        office.unlock("alice", "exempt", hours=2)
        assert office.visit().met == "challenge"
        assert "alice: ready -> exempt" in office.unlock("alice", "disable_provider", provider=SECSIGN)
        assert office.visit().met == "in"
        assert office.visit(password="wrong").met == "refused"
    finally:
        office.phone.create(ALICE)


def test_phone_lost_and_a_backup_code_from_the_play(office: Office) -> None:
    path = office.folder / "codes.txt"
    office.unlock("alice", "backup_codes", path=str(path))
    code = path.read_text(encoding="utf-8").split()[0]
    visitor = office.visit()
    assert visitor.met == "challenge" and not visitor.is_in()
    assert visitor.solve("backup_codes", code)
    assert not office.visit().solve("backup_codes", code)
