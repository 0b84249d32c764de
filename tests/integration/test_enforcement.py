# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy: what is asked for is what Nextcloud itself then says of each user, and nothing unsafe is switched
on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import apps
import pytest
from apps import APP_ID, variant
from expect import converges, fails, refused, rests

PEOPLE = {"admin", "alice", "bob", "carol"}  # in the groups admin, staff, it, contractors


def judged(server: Any) -> set[str]:
    """Who must use two-factor login, by Nextcloud's own class."""
    verdicts: dict[str, bool] = json.loads(
        server.php(
            "define('OC_CONSOLE', 1); require getcwd() . '/lib/base.php';$get = function ($class) { return"
            " method_exists(\\OC::$server, 'get') ? \\OC::$server->get($class) : \\OC::$server->query($class);"
            " };$mandatory = $get(\\OC\\Authentication\\TwoFactorAuth\\MandatoryTwoFactor::class); $found = [];foreach"
            " ($get(\\OCP\\IUserManager::class)->search('') as $user) { $found[$user->getUID()] ="
            " $mandatory->isEnforcedFor($user); }echo json_encode($found);"
        )
    )
    assert set(verdicts) == PEOPLE
    return {uid for uid, enforced in verdicts.items() if enforced}


def system(server: Any) -> dict[str, Any]:
    stored = json.loads(server.php("include 'config/config.php'; echo json_encode($CONFIG);"))
    return {key: value for key, value in stored.items() if key.startswith("twofactor_enforced")}


@pytest.fixture
def ready(server: Any, tmp_path: Path) -> Any:
    """A server on which everybody can set a second factor up at login."""
    if not server.has_saved("with app"):
        done = server.run("app", source=str(variant(tmp_path)), app_id=APP_ID)
        assert not done.failed, done.data
        server.save("with app")
    server.restore("with app")
    return server


def only(server: Any, provider: str = "") -> None:
    """Switches the other providers off, those that some releases bring enabled included."""
    for app in {APP_ID, "twofactor_totp"} - {provider}:
        server.occ("app:disable", app, check=False)


def test_each_policy_holds_for_exactly_the_users_it_names(ready: Any) -> None:
    assert judged(ready) == set()
    for options, users in (
        ({"enforced": True}, PEOPLE),
        ({"enforced": True, "groups": ["staff", "it"]}, {"alice", "bob"}),
        ({"enforced": True, "groups": ["it"]}, {"bob"}),
        ({"enforced": True, "groups": [], "excluded_groups": ["it", "contractors"]}, {"admin", "alice"}),
        # what Nextcloud alone cannot: it ignores excluded groups as soon as groups are enforced
        ({"enforced": True, "groups": ["staff", "it", "contractors"], "excluded_groups": ["it"]}, {"alice", "carol"}),
        ({"enforced": False}, set()),
        ({"enforced": True, "groups": ["staff"], "excluded_groups": []}, {"alice"}),
        ({"enforced": False, "groups": [], "excluded_groups": []}, set()),
    ):
        result = converges(ready, "enforcement", **options)
        for option, value in options.items():
            assert result.diff["after"][option] == (sorted(value) if isinstance(value, list) else value)
        assert judged(ready) == users, options
    assert system(ready) == {
        "twofactor_enforced": "false",
        "twofactor_enforced_groups": [],
        "twofactor_enforced_excluded_groups": [],
    }


def test_what_is_not_given_is_left_alone(ready: Any) -> None:
    ready.occ("twofactorauth:enforce", "--on", "--group=staff", "--group=it")
    rests(ready, "enforcement", enforced=True)
    rests(ready, "enforcement", enforced=True, groups=["it", "staff"])
    converges(ready, "enforcement", enforced=False)
    assert system(ready)["twofactor_enforced_groups"] == ["staff", "it"]
    converges(ready, "enforcement", enforced=True)
    assert judged(ready) == {"alice", "bob"}
    # what is asked for of one list says nothing of the other
    ready.occ("twofactorauth:enforce", "--on", "--exclude=it")
    rests(ready, "enforcement", enforced=True, groups=[])
    assert judged(ready) == PEOPLE - {"bob"}


def test_unknown_groups_are_refused(ready: Any) -> None:
    for option in ("groups", "excluded_groups", "service_groups"):
        refused(
            ready, "enforcement", "NC202", option, "'nobody here'", enforced=True, **{option: ["staff", "nobody here"]}
        )
        refused(ready, "enforcement", "NC202", option, enforced=False, check_too=False, **{option: ["nobody here"]})


@pytest.mark.parametrize(
    "stored",
    [
        {"twofactor_enforced": "true"},
        {"twofactor_enforced": "1"},
        {"twofactor_enforced": "'true'", "twofactor_enforced_groups": "[null]"},
        {"twofactor_enforced": "'true'", "twofactor_enforced_groups": "['']"},
        {
            "twofactor_enforced": "'true'",
            "twofactor_enforced_groups": "'staff'",
            "twofactor_enforced_excluded_groups": "[null]",
        },
    ],
    ids=["boolean", "number", "group_null", "group_empty", "group_text"],
)
def test_values_that_enforce_nothing_are_repaired(ready: Any, stored: dict[str, str]) -> None:
    """Nextcloud stores them without a word and then enforces nothing, or not what was meant."""
    for key, literal in stored.items():
        ready.configure(key, literal)
    converges(ready, "enforcement", enforced=True, groups=[], excluded_groups=[])
    assert judged(ready) == PEOPLE
    assert system(ready)["twofactor_enforced"] == "true"
    assert not system(ready).get("twofactor_enforced_groups") and not system(ready).get(
        "twofactor_enforced_excluded_groups"
    )
    converges(ready, "enforcement", enforced=True, groups=["staff"])
    assert judged(ready) == {"alice"}


def test_nothing_is_enforced_without_a_provider(ready: Any) -> None:
    only(ready)
    refused(ready, "enforcement", "NC402", "First enable a provider", enforced=True)
    # codes are a way back in, no second factor
    ready.occ("app:enable", "twofactor_backupcodes")
    refused(ready, "enforcement", "NC402", enforced=True, groups=["staff"])
    rests(ready, "enforcement", enforced=False)


@pytest.mark.parametrize("breakage", list(apps.BREAKAGES))
def test_a_broken_provider_stops_enforcement_but_never_its_end(ready: Any, breakage: str) -> None:
    apps.edit(ready.path / "apps" / APP_ID, apps.PROVIDER, *apps.BREAKAGES[breakage])
    refused(ready, "enforcement", "NC305", APP_ID, enforced=True)
    ready.occ("twofactorauth:enforce", "--on")
    refused(ready, "enforcement", "NC305", APP_ID, enforced=True, groups=["staff"], check_too=False)
    converges(ready, "enforcement", enforced=False)
    assert judged(ready) == set()


def test_users_who_could_not_log_in_any_more_are_named(ready: Any) -> None:
    """With a provider that nobody can set up at the login, only those who have it get in."""
    provider = ready.path / "apps" / APP_ID / apps.PROVIDER
    provider.write_text(provider.read_text(encoding="utf-8").replace(", IActivatableAtLogin {", " {"), encoding="utf-8")
    only(ready, APP_ID)
    for uid in ("admin", "alice"):
        ready.occ("twofactorauth:enable", uid, APP_ID)
    refused(ready, "enforcement", "NC401", "bob, carol", "2 users", enforced=True)
    converges(ready, "enforcement", enforced=True, groups=["staff"])
    refused(ready, "enforcement", "NC401", "bob", enforced=True, groups=["staff", "it"])
    assert judged(ready) == {"alice"}
    for uid in ("bob", "carol"):
        ready.occ("twofactorauth:enable", uid, APP_ID)
    converges(ready, "enforcement", enforced=True, groups=[])
    assert judged(ready) == PEOPLE


def test_no_administrator_would_get_in(ready: Any) -> None:
    provider = ready.path / "apps" / APP_ID / apps.PROVIDER
    provider.write_text(provider.read_text(encoding="utf-8").replace(", IActivatableAtLogin {", " {"), encoding="utf-8")
    only(ready, APP_ID)
    for uid in ("alice", "bob", "carol"):
        ready.occ("twofactorauth:enable", uid, APP_ID)
    refused(ready, "enforcement", "NC404", enforced=True, guard="off")


def test_the_info_module_tells_the_policy_in_the_same_words(ready: Any) -> None:
    assert not ready.run("enforcement", enforced=True, groups=["staff"]).failed
    reported = ready.run("twofactor_info", users="none")["enforcement"]
    assert (reported["enforced"], reported["groups"], reported["excluded_groups"]) == (True, ["staff"], [])
    rests(ready, "enforcement", **{name: reported[name] for name in ("enforced", "groups", "excluded_groups")})


def test_options_that_make_no_sense(ready: Any) -> None:
    refused(ready, "enforcement", "NC201", "exempt_days", enforced=True, exempt_days=0, check_too=False)
    failed = ready.run("enforcement", groups=["staff"])
    assert failed.failed and "enforced" in failed["msg"]
    fails(ready.run("enforcement", enforced=True, groups=["secsign-exempt"]), "NC201", "groups", "secsign-exempt")
