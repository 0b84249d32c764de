# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The release of one user: whatever has happened to the provider's app, with a trace, and never by making things
worse."""

from __future__ import annotations

import json
import re
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
import users_scene as scene
from apps import APP_ID
from expect import converges, fails, refused, rests
from users_scene import SECSIGN, ids, judged, registered, store

EVERYBODY = {"admin", "alice", "bob", "carol"}


class Release:
    """A server where everybody is in scope and has a SecSign ID, and the options of somebody at the help desk."""

    def __init__(self, site: Any, folder: Path) -> None:
        self.site = site
        self.audit_log = folder / "audit.jsonl"
        self.options: dict[str, Any] = {
            "user": "alice",
            "reason": "new phone, ticket 4711",
            "requested_by": "helga",
            "audit_log": str(self.audit_log),
        }

    def lines(self) -> list[dict[str, Any]]:
        return (
            [json.loads(line) for line in self.audit_log.read_text(encoding="utf-8").splitlines()]
            if self.audit_log.exists()
            else []
        )

    def logged(self) -> list[str]:
        return [entry["message"] for entry in scene.nextcloud_log(self.site) if entry["app"] == "secsign_nextcloud"]


@pytest.fixture
def desk(server: Any, tmp_path: Path) -> Release:
    site = scene.with_ids(server)
    if not site.has_saved("enforced"):
        done = site.run("enforcement", enforced=True)
        assert not done.failed, done.data
        site.save("enforced")
    site.restore("enforced")
    (site.data / "nextcloud.log").unlink(missing_ok=True)
    return Release(site, tmp_path)


def break_provider(site: Any) -> None:
    path = scene.provider_file(site)
    path.write_text(path.read_text(encoding="utf-8").replace("function ", "function function ", 1), encoding="utf-8")


def disable_app(site: Any) -> None:
    site.occ("app:disable", SECSIGN)


def remove_folder(site: Any) -> None:
    shutil.rmtree(site.path / "apps" / SECSIGN)


TROUBLES = {"works": lambda site: None, "broken": break_provider, "disabled": disable_app, "missing": remove_folder}


def test_show_changes_nothing_and_leaves_no_line(desk: Release) -> None:
    before = desk.site.fingerprint()
    shown = desk.site.run("unlock", user="alice", audit_log=str(desk.audit_log))
    assert not shown.failed and not shown.changed
    assert shown["account"] == {"user": "alice", "providers": {SECSIGN: "on"}, "exempt_until": None, "login": "ready"}
    assert desk.site.fingerprint() == before and desk.lines() == [] and desk.logged() == []


@pytest.mark.parametrize("trouble", list(TROUBLES))
def test_the_lost_provider_is_switched_off(desk: Release, trouble: str) -> None:
    scene.set_up_at_login(desk.site, True)
    TROUBLES[trouble](desk.site)
    rows = registered(desk.site)
    done = converges(desk.site, "unlock", method="disable_provider", provider=SECSIGN, **desk.options)
    assert registered(desk.site) == dict(rows, alice=0), "hers and nobody else's"
    assert ids(desk.site)["alice"] == ("alice@corp", 0), "the ID itself stays"
    assert done["login"] == "will_enrol" and done["login_before"] == ("ready" if trouble == "works" else "locked_out")
    assert judged(desk.site) == EVERYBODY
    # one run changed something, so there is one line of it, for the operator and in Nextcloud's own log
    (line,) = desk.lines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line.pop("time"))
    assert line == {
        "nextcloud": str(desk.site.path),
        "who": "helga",
        "whom": "alice",
        "what": "disable_provider",
        "provider": SECSIGN,
        "hours": None,
        "why": "new phone, ticket 4711",
        "login_before": done["login_before"],
        "login": "will_enrol",
    }
    assert stat.S_IMODE(desk.audit_log.stat().st_mode) == 0o600
    assert desk.logged() == [f"helga released alice (switched off {SECSIGN}): new phone, ticket 4711"]


def test_without_a_name_all_that_are_on_go_but_not_the_codes(desk: Release) -> None:
    scene.set_up_at_login(desk.site, True)
    desk.site.occ("twofactorauth:enable", "alice", APP_ID)
    made = desk.site.run("backup_codes", path="/not/used", **desk.options)
    assert len(made["codes"]) == 10
    converges(desk.site, "unlock", method="disable_provider", **desk.options)
    assert registered(desk.site)["alice"] == 0 == registered(desk.site, APP_ID)["alice"]
    assert registered(desk.site, "backup_codes")["alice"] == 1
    assert [line["what"] for line in desk.lines()] == ["backup_codes", "disable_provider"]


@pytest.mark.parametrize("trouble", list(TROUBLES))
def test_exempt_for_some_hours(desk: Release, trouble: str) -> None:
    """Dora came after enforcement and has nothing; nobody can enrol."""
    scene.add_user(desk.site, "dora")
    TROUBLES[trouble](desk.site)
    options = dict(desk.options, user="dora", method="exempt", hours=3)
    done = converges(desk.site, "unlock", **options)
    assert (done["login_before"], done["login"]) == ("locked_out", "exempt")
    assert judged(desk.site) == EVERYBODY
    (kept,) = store(desk.site, "exemptions")
    now = desk.site.run("twofactor_info", users="none")["nextcloud"]["time"]
    assert 3 * 3600 <= kept["until"] - now + 60 <= 4 * 3600 + 60
    assert (kept["name"], kept["owner"], kept["reason"]) == ("dora", "helga", "new phone, ticket 4711")
    # a second run does not prolong it
    rests(desk.site, "unlock", **dict(options, hours=300))
    assert [line["hours"] for line in desk.lines()] == [3]
    assert desk.logged() == ["helga released dora (exempted for 3 hours): new phone, ticket 4711"]
    # once it is over there may be another
    scene.set_store(desk.site, "exemptions", [dict(kept, until=now - 60)])
    converges(desk.site, "unlock", **options)
    assert [(e["name"], e["until"] > now, e["ended"]) for e in store(desk.site, "exemptions")] == [
        ("dora", True, False)
    ]
    assert "dora" not in judged(desk.site)


def test_no_way_in_without_it_is_refused(desk: Release) -> None:
    options = dict(desk.options, method="disable_provider")
    refused(desk.site, "unlock", "NC405", "alice", SECSIGN, "method=exempt", **options)
    assert desk.lines() == [] and desk.logged() == []
    # codes are a way
    desk.site.run("backup_codes", path="/not/used", **desk.options)
    done = converges(desk.site, "unlock", **options)
    assert done["login"] == "backup_codes_only"


def test_exempt_first_then_switched_off(desk: Release) -> None:
    """How somebody whose provider is gone for good gets in where nothing can be set up."""
    disable_app(desk.site)
    converges(desk.site, "unlock", method="exempt", **desk.options)
    done = converges(desk.site, "unlock", method="disable_provider", **desk.options)
    assert (done["login_before"], done["login"]) == ("locked_out", "exempt")
    assert "alice" not in judged(desk.site)


def test_what_has_to_be_given(desk: Release) -> None:
    for how in ("disable_provider", "exempt"):
        for reason in ("", "  "):
            refused(desk.site, "unlock", "NC201", "reason", **dict(desk.options, method=how, reason=reason))
    for hours in (0, 14 * 24 + 1):
        refused(desk.site, "unlock", "NC201", "hours", method="exempt", hours=hours, **desk.options)
    refused(desk.site, "unlock", "NC201", "provider", method="exempt", provider=SECSIGN, **desk.options)
    refused(desk.site, "unlock", "NC406", "totp", SECSIGN, method="disable_provider", provider="totp", **desk.options)
    for how in ("show", "disable_provider", "exempt"):
        refused(desk.site, "unlock", "NC204", "nobody", method=how, **dict(desk.options, user="nobody"))
    # a trace that cannot be left is no reason to act without one
    refused(
        desk.site,
        "unlock",
        "NC315",
        "/no such folder/audit",
        method="exempt",
        **dict(desk.options, audit_log="/no such folder/audit"),
    )
    assert desk.lines() == []


def test_codes_are_issued_once(desk: Release) -> None:
    options = dict(desk.options, path="/not/used")
    predicted = desk.site.run("backup_codes", check=True, **options)
    assert predicted.changed and "codes" not in predicted.data and desk.lines() == []
    made = desk.site.run("backup_codes", **options)
    assert len(made["codes"]) == 10 and made.diff["after"] == {"user": "alice", "backup_codes": 10}
    again = desk.site.run("backup_codes", **options)
    assert not again.changed and "codes" not in again.data
    other = desk.site.run("backup_codes", replace=True, **options)
    assert other.changed and not set(other["codes"]) & set(made["codes"])
    reported = next(p for p in desk.site.run("twofactor_info", users="list")["users"] if p["uid"] == "alice")
    assert reported["backup_codes"] == 10
    assert [line["what"] for line in desk.lines()] == ["backup_codes", "backup_codes"]
    written = (
        desk.audit_log.read_text(encoding="utf-8")
        + json.dumps(scene.nextcloud_log(desk.site))
        + json.dumps([made.diff, other.diff])
    )
    assert not any(code in written for code in made["codes"] + other["codes"])
    fails(desk.site.run("backup_codes", **dict(options, user="nobody")), "NC204", "nobody")
    fails(desk.site.run("backup_codes", **dict(options, reason=" ")), "NC201", "reason")
