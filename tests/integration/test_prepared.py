# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The upstream app secsignid 0.3.3 on a Nextcloud that can load it (17 to 20), on a server that the user prepared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from apps import APP_ID, variant
from expect import converges, refused, rests

pytestmark = pytest.mark.prepared

# What the app's own admin page stored, recorded on Nextcloud 19.0.12: each record started with no settings. Left out
# are inputs that the modules refuse on purpose (no address, no host name, a suffix that is none, nobody who could
# edit).
RECORDS = json.loads((Path(__file__).with_name("data") / "admin_page_0.3.3.json").read_text(encoding="utf-8"))
SECSIGNID = {"app_id": "secsignid"}


def archive(server: Any) -> dict[str, Any]:
    if server.major > 20:
        pytest.skip("needs a Nextcloud that the upstream app supports, 17 to 20")
    return {"source": server.given("secsignid_archive"), "sha256": server.given("secsignid_sha256")}


def stored(server: Any) -> dict[str, str]:
    return dict(json.loads(server.occ("config:list", "--output=json", "secsignid").stdout)["apps"]["secsignid"])


def meaning(config: dict[str, str]) -> dict[str, str]:
    """The one difference: for no groups at all the page stores the text ``null``, the modules ``[]``; the app reads
    both alike."""
    return {key: "[]" if value == "null" else value for key, value in config.items()}


def module_of(route: str, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The module and options that stand for what was typed and ticked on the page."""
    if route == "/server/":
        typed = {key: value for key, value in body["server"].items() if value}  # the page leaves out what is empty
        return "id_server", {key: int(value) if key.endswith("port") else value for key, value in typed.items()}
    if route == "/server/mobile/":
        return "id_server", {"mobileurl": body["server"]}
    ticked = body["data"]
    if route == "/allowEdit/":
        return "user_permissions", {
            "allow_edit": ticked["allow"],
            "allow_groups": ticked["allowGroups"],
            "allow_edit_groups": ticked["groups"],
        }
    assert route == "/onboarding/"
    return "onboarding", {
        "enabled": ticked["enabled"],
        "suffix": ticked["suffix"],
        "choice_enabled": ticked["allowed"],
        "choice_groups": ticked["groups"],
    }


def test_values_equal_those_that_the_apps_own_page_stores(server: Any) -> None:
    converges(server, "app", **archive(server), **SECSIGNID)
    untouched = stored(server)
    for group in ("Ärzte", "a/b", 'say "hi"', "123"):
        server.occ("group:add", group)
    seen = set()
    for record in RECORDS:
        module, options = module_of(record["route"], record["body"])
        seen.add(record["route"])
        result = server.run(module, **options, **SECSIGNID)
        assert not result.failed, (record["note"], result.data)
        assert meaning(stored(server)) == meaning(record["config_after"]), record["note"]
        rests(server, module, checks=(False,), **options, **SECSIGNID)
        gone = dict.fromkeys(set(stored(server)) - set(untouched))
        server.occ("config:import", stdin=json.dumps({"apps": {"secsignid": gone}}))
        assert stored(server) == untouched
    assert len(seen) == 4


def test_from_passwords_only_to_enforced(server: Any, tmp_path: Path) -> None:
    """app_id is found by the release; the provider counts only for somebody who knows what it is worth."""
    options: dict[str, Any] = {
        "app": archive(server),
        "id_server": {"server": "https://id.example.com", "serverport": 443},
        "user_permissions": {"allow_edit": False},
        "onboarding": {"enabled": True, "suffix": "example"},
        "enforcement": {"enforced": True, "groups": []},
    }
    refused(server, "twofactor", "NC403", "any SecSign ID", "accept_insecure_provider", **options)
    options["enforcement"]["accept_insecure_provider"] = True
    # the ID server of this test answers nobody, which would lock everybody out: a way in that does not need it has to
    # be there
    refused(server, "twofactor", "NC408", "id.example.com", **options)
    assert not server.run("app", source=str(variant(tmp_path)), app_id=APP_ID).failed
    result = converges(server, "twofactor", **options)
    assert result.diff["after"]["app"]["app_id"] == "secsignid"
    assert "is enforced" in server.occ("twofactorauth:enforce").stdout
    rests(server, "twofactor", **options)

    reported = server.run("twofactor_info", users="list")
    assert [entry["loads"] for entry in reported["providers"] if entry["app"] == "secsignid"] == [True]
    assert {"admin", "alice", "bob"} <= {user["uid"] for user in reported["users"]}
    assert reported["settings"]["id_server"]["server"] == "https://id.example.com"
    # without the acceptance the policy is not kept up either, but it can always be ended
    refused(server, "enforcement", "NC403", enforced=True, check_too=False)
    server.occ("app:disable", APP_ID)
    refused(server, "app", "NC309", state="absent", **SECSIGNID)
    converges(server, "twofactor", app={"state": "absent"}, enforcement={"enforced": False}, **SECSIGNID)


def test_sqlite_is_refused_before_anything_changes(server: Any) -> None:
    """The app's migration would fail there after half its work."""
    options = archive(server)
    server.reset("reset_sqlite")
    try:
        refused(server, "app", "NC304", "SQLite", "MariaDB", **options, **SECSIGNID)
    finally:
        server.reset()
