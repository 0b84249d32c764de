# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every check of the audit, on hosts that meet it and on hosts that do not, and the state that each user is in."""

from __future__ import annotations

from typing import Any

import pytest
from audit_fleet import DAY, NOW, exemption, pack, same, state, user

from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.login import CLASSES
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit import checks
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.host import days_left, examine
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.policy import make_policy
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.redact import Redactor
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.users import STATES, unpack

ADMIN = user("admin", groups=["admin"])


def look(rule: dict[str, Any], result: Any, drift: Any = None, **policy: Any) -> checks.RuleResult:
    made = make_policy(dict({"version": 1, "name": "x", "rules": [dict({"id": "it"}, **rule)]}, **policy))
    host = examine("h", result, drift, made, Redactor(show_ids=True))
    return checks.rule_results(made, host)[1]


def names(result: checks.RuleResult) -> list[str]:
    return [one.row["uid"] for one in result.users]


def messages(result: checks.RuleResult) -> list[str]:
    return [finding.message for finding in result.findings]


FACTOR = {"id": "f", "check": "factor"}

# uid, user, the policy's leave_out and exemptions, and the state under "every user needs a factor"
USERS = [
    (user("a"), "covered"),
    (user("a", "locked_out"), "locked_out"),
    (user("a", "not_in_scope"), "uncovered"),
    (user("a", "backup_codes_only", backup_codes=3), "uncovered"),
    (user("a", "will_enrol"), "enrols"),
    (user("a", "exempt"), "uncovered"),  # left out by a group, and no exemption is on record
    (user("held", "exempt"), "exempt"),
    (user("held", "locked_out"), "locked_out"),
    (user("held"), "covered"),
    (user("a", "disabled"), "disabled"),
    (user("held", "disabled", factors=["totp"]), "disabled"),
    (user("a", "no_password_login"), "left_out"),
    (user("a", "guest"), "left_out"),
    (user("a", "not_in_scope", groups=["robots"]), "left_out"),
    (user("a", "locked_out", groups=["robots"]), "left_out"),
    (user("glass", "will_enrol"), "left_out"),
    (user("glass", "locked_out"), "locked_out"),  # an account for emergencies has to get in
    (user("a", "exempt", groups=["interns"]), "exempt"),
]


@pytest.mark.parametrize(("row", "expected"), USERS)
def test_every_user_is_in_one_state(row: dict[str, Any], expected: str) -> None:
    made = make_policy(
        {"version": 1, "name": "x", "leave_out": {"groups": ["robots"], "users": ["glass"]}, "rules": [FACTOR]}
    )
    entries = [exemption("held"), exemption("interns", "group"), exemption("a", over=True)]
    host = examine("h", state([row], exemptions=entries), None, made, Redactor())
    assert host.users[0].state == expected
    assert host.states() == dict(dict.fromkeys(STATES, 0), **{expected: 1})


def test_nobody_is_asked_where_no_rule_asks() -> None:
    made = make_policy({"version": 1, "name": "x", "rules": [{"id": "f", "check": "factor", "groups": ["it"]}]})
    host = examine(
        "h",
        state([user("a", "not_in_scope"), user("b"), user("c", "not_in_scope", groups=["it"])]),
        None,
        made,
        Redactor(),
    )
    assert [one.state for one in host.users] == ["not_asked", "covered", "uncovered"]


def test_guests_and_single_sign_on_count_where_the_policy_says_so() -> None:
    result = state([user("a", "guest"), user("b", "no_password_login")])
    assert names(look(FACTOR, result)) == []
    assert names(look(FACTOR, result, leave_out={"guests": False, "no_password_login": False})) == ["a", "b"]


def test_the_classes_are_those_of_the_info_module() -> None:
    assert set(state([])["users_summary"]["login"]) == set(CLASSES)


# ---------------------------------------------------------------------- factor

TOTP, NONE = user("totp"), user("none", factors=[])
SECSIGN, BOTH = user("sec", factors=["twofactor_secsign"]), user("both", factors=["totp", "secsignid"])


@pytest.mark.parametrize(
    ("options", "lacking"),
    [
        ({}, ["none"]),
        ({"factor": "any"}, ["none"]),
        ({"factor": "secsign"}, ["totp", "none"]),
        ({"factor": ["totp"]}, ["sec", "none"]),
        ({"factor": ["totp", "twofactor_secsign"]}, ["none"]),
        ({"backup_codes": 11}, ["totp", "sec", "both", "none"]),
        ({"admins_only": True}, []),
        ({"groups": ["it"]}, []),
    ],
)
def test_factor(options: dict[str, Any], lacking: list[str]) -> None:
    users = [TOTP, SECSIGN, BOTH, dict(NONE, login="not_in_scope")]
    result = look(dict(FACTOR, **options), state(users))
    assert names(result) == lacking
    assert result.status == ("failure" if lacking else "met")
    assert result.count == len(lacking)
    assert look(dict(FACTOR, level="warning", **options), state(users)).status == ("warning" if lacking else "met")


def test_factor_secsign_means_the_providers_that_the_policy_names() -> None:
    result = state([user("a", factors=["corporate"])])
    assert names(look(dict(FACTOR, factor="secsign"), result)) == ["a"]
    assert names(look(dict(FACTOR, factor="secsign"), result, secsign_providers=["corporate"])) == []


def test_factor_excuses() -> None:
    result = state([user("held", "exempt"), user("new", "will_enrol")], exemptions=[exemption("held")])
    assert names(look(FACTOR, result)) == ["new"]
    assert names(look(dict(FACTOR, accept_enrolment=True), result)) == []
    assert names(look(dict(FACTOR, accept_exempt=False), result)) == ["held", "new"]


def test_a_rule_that_only_warns_uncovers_nobody() -> None:
    weak = state([user("a", backup_codes=None)])
    codes = {"id": "codes", "check": "factor", "backup_codes": 1}
    for level, expected in (("warning", "covered"), ("failure", "insufficient")):
        made = make_policy({"version": 1, "name": "x", "rules": [FACTOR, dict(codes, level=level)]})
        host = examine("h", weak, None, made, Redactor())
        assert host.users[0].state == expected
        assert [v.status for v in checks.rule_results(made, host)] == ["met", "met", level]


# ---------------------------------------------------------------------- the other checks


def test_locked_out() -> None:
    users = [user("in"), user("out", "locked_out"), user("soon", "backup_codes_only"), user("off", "disabled")]
    assert names(look({"check": "locked_out"}, state(users))) == ["out"]
    assert names(look({"check": "locked_out", "count_backup_codes_only": True}, state(users))) == ["out", "soon"]
    assert look({"check": "locked_out"}, state(users[:1])).status == "met"


ENFORCED = [
    # the rule's groups, what the host says, findings
    ([], {}, []),
    ([], {"enforced": False}, ["Nextcloud asks nobody for a second factor."]),
    ([], {"groups": ["it"]}, ["Two-factor authentication is enforced only for the groups it."]),
    ([], {"excluded_groups": ["robots"]}, []),
    ([], {"excluded_groups": ["robots", "bosses"]}, ["Two-factor authentication excludes the groups bosses."]),
    (["it"], {}, []),
    (["it"], {"groups": ["it", "staff"]}, []),
    (["it", "sales"], {"groups": ["it"]}, ["Two-factor authentication is not enforced for the groups sales."]),
    (["it"], {"enforced": False, "groups": ["it"]}, ["Nextcloud asks nobody for a second factor."]),
]


@pytest.mark.parametrize(("groups", "stated", "expected"), ENFORCED)
def test_enforced(groups: list[str], stated: dict[str, Any], expected: list[str]) -> None:
    result = look(
        {"check": "enforced", "groups": groups},
        state([user("a")], enforcement=stated),
        leave_out={"groups": ["robots"]},
    )
    assert messages(result) == expected
    assert result.status == ("failure" if expected else "met")


def test_enforced_by_effect_finds_who_was_taken_out_by_hand() -> None:
    out = {"in_scope": False}
    users = [
        user("in"),
        user("by hand", **out),
        user("held", **out),
        user("intern", groups=["interns"], **out),
        user("robot", groups=["robots"], **out),
        user("off", "disabled", **out),
    ]
    entries = [exemption("held"), exemption("interns", "group")]
    result = look({"check": "enforced"}, state(users, exemptions=entries), leave_out={"groups": ["robots"]})
    assert (names(result), result.status) == (["by hand"], "failure")
    of_group = look({"check": "enforced", "groups": ["it"]}, state([user("a", **out), user("b", groups=["it"], **out)]))
    assert names(of_group) == ["b"]


EXEMPTIONS: list[Any] = [
    ({}, exemption("a"), None),
    ({"max_days": 7}, exemption("a"), None),
    ({"max_days": 6}, exemption("a"), "The exemption of the user a is valid for 7 more days. The limit is 6."),
    (
        {},
        exemption("a", over=True),
        "The exemption of the user a has expired (2026-12-01T06:00:00Z) and still has effect.",
    ),
    ({"allow_groups": True}, exemption("it", "group"), None),
    ({"allow_groups": False}, exemption("it", "group"), "The exemption of the group it is for a whole group."),
    ({"allow_admins": False}, exemption("a"), None),
    ({"allow_admins": False}, exemption("admin"), "The exemption of the user admin is for an administrator."),
    ({"allow_admins": False}, exemption("admin", "group"), "The exemption of the group admin is for an administrator."),
    ({"max_count": 1}, exemption("a"), None),
    ({"max_count": 0}, exemption("a"), "The server has 1 exemption. The limit is 0."),
]


@pytest.mark.parametrize(("options", "held", "expected"), EXEMPTIONS)
def test_exemptions(options: dict[str, Any], held: dict[str, Any], expected: str | None) -> None:
    result = look(dict({"check": "exemptions"}, **options), state([ADMIN, user("a")], exemptions=[held]))
    assert messages(result) == ([expected] if expected else [])


def test_days_left_are_begun_days() -> None:
    assert [
        days_left(until, NOW) for until in ("2026-11-24T06:00:01Z", "2026-11-25T06:00:00Z", "2026-11-25T06:00:01Z")
    ] == [1, 1, 2]
    assert [days_left(until, NOW) for until in ("2026-11-24T06:00:00Z", "2026-11-23T05:00:00Z")] == [0, -1]


APPS: list[Any] = [
    ({}, "1.0", None),
    (
        {"version": "1.0.0"},
        "1.0.0.1",
        "The app twofactor_secsign has version 1.0.0. The oldest version allowed is 1.0.0.1.",
    ),
    ({"version": "0.10.0"}, "0.9", None),
    (
        {"version": "1.0.0-beta1"},
        "1.0.0",
        "The app twofactor_secsign has version 1.0.0-beta1. The oldest version allowed is 1.0.0.",
    ),
    ({"version": None}, "0.1", "The app twofactor_secsign has no known version. The oldest version allowed is 0.1."),
    ({"enabled": False}, "0.1", "The app twofactor_secsign is not enabled."),
    ({"path": None, "enabled": False}, "0.1", "The app twofactor_secsign is not installed."),
]


@pytest.mark.parametrize(("app", "least", "expected"), APPS)
def test_app_version(app: dict[str, Any], least: str, expected: str | None) -> None:
    assert messages(look({"check": "app_version", "minimum": least}, state([], app=app))) == (
        [expected.format("twofactor_secsign")] if expected else []
    )


UNCHANGED = "The files of twofactor_secsign 1.0.0 are unchanged."
CHANGED = "The files of twofactor_secsign 1.0.0 on this server were changed."
NOT_COMPARED = "This collection has no package of twofactor_secsign {0}, so the files were not compared."
CODES: list[Any] = [
    ({}, "met", UNCHANGED),
    ({"code": "changed"}, "failure", CHANGED),
    ({"code": "changed", "enabled": False}, "failure", CHANGED),
    ({"code": "unknown"}, "unknown", NOT_COMPARED.format("1.0.0")),
    ({"code": "unknown", "version": None}, "unknown", NOT_COMPARED.format("without a version")),
    ({"code": "unknown", "path": None, "version": None}, "unknown", "The app twofactor_secsign is not installed."),
]


@pytest.mark.parametrize(("app", "status", "message"), CODES)
def test_app_code(app: dict[str, Any], status: str, message: str) -> None:
    result = look({"check": "app_code"}, state([], app=app))
    assert (result.status, result.message, result.count) == (status, message, int(status == "failure"))


def test_id_servers() -> None:
    rule = {"check": "id_servers", "allowed": ["https://httpapi.secsign.com/", "https://httpapi2.secsign.com"]}
    assert look(rule, state([])).status == "met"
    assert look(rule, state([], id_server={"server": "https://HTTPAPI.secsign.com"})).status == "met"
    wrong = look(rule, state([], id_server={"server": "https://evil.example"}))
    assert messages(wrong) == ["The ID server https://evil.example is not allowed."]
    own = {"server": "https://id.example", "fallback": None}
    assert look(dict(rule, allowed=["https://id.example"]), state([], id_server=own)).status == "met", (
        "our app then asks no second one"
    )
    upstream = look(dict(rule, allowed=["https://id.example"]), state([], id_server=own, app={"app_id": "secsignid"}))
    assert messages(upstream) == [
        "The second ID server https://httpapi2.secsign.com (the app's default) is not allowed."
    ]


def test_admin_login() -> None:
    edge = NOW - 90 * DAY
    users = [
        user("edge", groups=["admin"], last_login=edge),
        user("late", groups=["admin"], last_login=edge - 1),
        user("never", groups=["admin"], last_login=None),
        user("off", "disabled", groups=["admin"], last_login=1, factors=["totp"]),
        user("bare", "will_enrol", groups=["admin"], last_login=1),
        user("user", last_login=1),
    ]
    assert names(look({"check": "admin_login", "max_days": 90}, state(users))) == ["late", "never"]
    assert look({"check": "admin_login", "max_days": 90}, state(users[:1])).status == "met"


def test_admins() -> None:
    logins = (
        "ready",
        "will_enrol",
        "exempt",
        "not_in_scope",
        "no_password_login",
        "locked_out",
        "backup_codes_only",
        "disabled",
        "service_account",
    )
    users = [user(login, login, groups=["admin"]) for login in logins] + [user("user")]
    assert look({"check": "admins", "minimum": 5}, state(users)).status == "met"
    assert messages(look({"check": "admins", "minimum": 6}, state(users))) == [
        "5 of at least 6 administrators can log in."
    ]


def test_identity_provider() -> None:
    good = {"id": 1, "entity_id": "https://idp.example.com", "certificate_days_left": 300}
    rule = {"check": "identity_provider", "trusted": ["https://idp.example.com"]}

    def found(kind: str, *providers: dict[str, Any], admins: int = 1, **more: Any) -> list[str]:
        saml = {"type": kind, "identity_providers": list(providers)}
        return messages(look(dict(rule, **more), state([], saml=saml, users_summary={"admins_with_password": admins})))

    assert look(rule, state([])).status == "met", "the app is not there"
    assert found("none", good, trusted=[]) == [], "what is stored and not used"
    assert found("saml", good) == []
    assert found("saml", good, trusted=["https://other"]) == [
        "Nextcloud asks users who log in through https://idp.example.com for no second factor."
    ]
    assert found("saml", dict(good, certificate_days_left=29)) == [
        "The certificate of https://idp.example.com is valid for 29 more days."
    ]
    assert found("saml", dict(good, certificate_days_left=29), certificate_days=29) == []
    assert found("saml", dict(good, certificate_days_left=-1), certificate_days=0) == [
        "The certificate of https://idp.example.com has expired."
    ]
    assert found("saml", good, admins=0) == ["No administrator can log in without the identity provider."]
    assert len(found("environment-variable", good)) == 1


def test_providers_load() -> None:
    good, bad = ({"id": n, "app": n, "loads": loads, "error": None} for n, loads in (("totp", True), ("broken", False)))
    assert look({"check": "providers_load"}, state([], providers=[good])).status == "met"
    assert messages(look({"check": "providers_load"}, state([], providers=[good, bad]))) == [
        "The two-factor app broken cannot be loaded."
    ]
    waiting = state([], providers=None, nextcloud={"pending_upgrades": ["core"]})
    assert messages(look({"check": "providers_load"}, waiting)) == [
        "An upgrade is pending (core), so the apps could not be tested."
    ]


def test_drift() -> None:
    differs = {
        "changed": True,
        "diff": {"before": {"app": {"version": "1", "state": "x"}}, "after": {"app": {"version": "2", "state": "x"}}},
    }
    assert look({"check": "drift"}, state([]), same()).status == "met"
    assert messages(look({"check": "drift"}, state([]), differs)) == ["site.yml would change 1 setting."]
    assert messages(look({"check": "drift"}, state([]), {"failed": True, "msg": "No. [NC401]"})) == [
        "site.yml would stop: No. [NC401]"
    ]
    for nothing in (None, {}, {"skipped": True, "changed": False}):
        assert "was not compared" in messages(look({"check": "drift"}, state([]), nothing))[0], (
            "what was not compared is not met"
        )


# ---------------------------------------------------------------------- hosts that could not be read

UNREAD: list[Any] = [
    (None, False, "The task of this server returned no result."),
    ({"failed": True, "msg": "In maintenance. [NC104]"}, False, "In maintenance. [NC104]"),
    ({"unreachable": True, "msg": "No route\n to host"}, True, "The server could not be reached. No route to host"),
    ({"failed": True, "module_stderr": "Traceback", "msg": ""}, False, "The task of this server returned no result."),
]


@pytest.mark.parametrize(("result", "unreachable", "problem"), UNREAD)
def test_a_host_that_could_not_be_read_fails_and_its_other_rules_are_unknown(
    result: Any, unreachable: bool, problem: str
) -> None:
    made = make_policy({"version": 1, "name": "x", "rules": [FACTOR, {"id": "d", "check": "drift"}]})
    host = examine("h", result, None, made, Redactor())
    assert (host.read, host.unreachable, host.problem) == (False, unreachable, problem)
    assert [(v.rule.id, v.status) for v in checks.rule_results(made, host)] == [
        ("host-read", "failure"),
        ("f", "unknown"),
        ("d", "unknown"),
    ]


def test_users_come_out_of_the_pack_as_they_went_in() -> None:
    rows = [user("a\nb \u202e 😀"), user("b" * 200)]
    assert unpack(pack(rows)) == rows
    assert unpack(pack([])) == []
