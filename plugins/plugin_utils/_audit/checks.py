# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks: each looks at one host under one rule and says in a sentence what it found."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import VENDOR_APP
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.id_server import DEFAULTS
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.drift import DIFFERS, NOT_COMPARED, REFUSED
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.host import DAY, Examined, Exemption, Host
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.policy import (
    FAILURE,
    HOST_READ_CHECK,
    WARNING,
    Policy,
    Rule,
)
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.users import DISABLED, LEFT_OUT, LOCKED_OUT

MET, UNKNOWN = "met", "unknown"
# The kind of remediation of a finding; _report/remediation.py has the words and the commands.
SITE, UNLOCK, EXEMPT, END, REACH, APP, VARIABLES = "site", "unlock", "exempt", "end", "reach", "app", "variables"
SAML_TRUST, SAML = "saml_trust", "saml"
CODE = "code"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a host itself; users are told apart, since there may be very many."""

    sentence: str
    remediation: str
    exemption: Exemption | None = None


@dataclass(frozen=True)
class RuleResult:
    rule: Rule
    status: str  # met, unknown, or the level of the rule
    sentence: str
    findings: tuple[Finding, ...] = ()
    users: tuple[Examined, ...] = ()

    @property
    def count(self) -> int:
        return len(self.findings) + len(self.users)


Check = t.Callable[[Rule, Policy, Host], RuleResult]


def verdicts(policy: Policy, host: Host) -> list[RuleResult]:
    """One for each rule. Of a host that could not be read nothing is known but that."""
    found = []
    for rule in policy.rules:
        if rule.check == HOST_READ_CHECK or host.read:
            found.append(CHECKS[rule.check](rule, policy, host))
        else:
            found.append(RuleResult(rule, UNKNOWN, "The server could not be read."))
    return found


def _judged(
    rule: Rule, good: str, findings: t.Sequence[Finding] = (), users: t.Sequence[Examined] = (), bad: str = ""
) -> RuleResult:
    if not findings and not users:
        return RuleResult(rule, MET, good)
    return RuleResult(
        rule, rule.level, bad or " ".join(finding.sentence for finding in findings[:3]), tuple(findings), tuple(users)
    )


def _users(count: int) -> str:
    return "1 user" if count == 1 else f"{count} users"


def _host_read(rule: Rule, policy: Policy, host: Host) -> RuleResult:
    findings = [] if host.read else [Finding(host.problem or "", REACH)]
    return _judged(rule, "It was read.", findings)


def _factor(rule: Rule, policy: Policy, host: Host) -> RuleResult:
    lacking = [user for user in host.users if rule in user.lacking]
    return _judged(
        rule, "Everybody of whom it is asked has it.", users=lacking, bad=f"{_users(len(lacking))} without it."
    )


def _locked_out(rule: Rule, policy: Policy, host: Host) -> RuleResult:
    classes = ("locked_out", "backup_codes_only") if rule.options.get("count_backup_codes_only") else ("locked_out",)
    shut = [
        p
        for p in host.users
        if p.state == LOCKED_OUT or (p.row["login"] in classes and p.state not in (LEFT_OUT, DISABLED))
    ]
    return _judged(rule, "Nobody is locked out.", users=shut, bad=f"{_users(len(shut))} cannot log in, or soon cannot.")


def _enforced(rule: Rule, policy: Policy, host: Host) -> RuleResult:
    stated, wanted = host.facts["enforcement"], frozenset(rule.options.get("groups", ()))
    groups, excluded = frozenset(stated["groups"]), frozenset(stated["excluded_groups"]) - policy.leave_out.groups
    findings = []
    if not stated["enforced"]:
        findings.append(Finding("Nextcloud asks nobody for a second factor.", SITE))
    else:
        missing = wanted - groups if wanted else frozenset()
        if groups and not wanted:
            findings.append(Finding(f"It is enforced for the groups {_names(groups)} only.", SITE))
        elif groups and missing:
            findings.append(Finding(f"It is not enforced for the groups {_names(missing)}.", SITE))
        if excluded:
            findings.append(Finding(f"The groups {_names(excluded)} are left out of it.", SITE))
    if findings:
        return _judged(rule, "", findings)
    # by effect: whoever is in no scope, and holds no exemption, was taken out by hand
    exempt_users = {e.name for e in host.exemptions if e.kind == "user" and not e.over}
    exempt_groups = {e.name for e in host.exemptions if e.kind == "group" and not e.over}
    outside = [
        p
        for p in host.users
        if p.state not in (DISABLED, LEFT_OUT)
        and not p.row["in_scope"]
        and (not wanted or not wanted.isdisjoint(p.row["groups"]))
        and p.row["uid"] not in exempt_users
        and exempt_groups.isdisjoint(p.row["groups"])
    ]
    good = "It is enforced for {}.".format("the groups " + _names(wanted) if wanted else "everyone")
    return _judged(rule, good, users=outside, bad=f"{_users(len(outside))} left out of it without an exemption.")


def _exemptions(rule: Rule, policy: Policy, host: Host) -> RuleResult:
    longest, most = rule.options.get("max_days"), rule.options.get("max_count")
    admins = {p.row["uid"] for p in host.users if p.row["admin"]}
    findings = []
    for e in host.exemptions:
        whose = f"The exemption of the {e.kind} {e.name}"
        if e.over:
            findings.append(Finding(f"{whose} is over since {e.until} and still has effect.", END, e))
            continue
        if longest is not None and e.days_left > longest:
            findings.append(Finding(f"{whose} holds for {e.days_left} more days; {longest} are allowed.", EXEMPT, e))
        if e.kind == "group" and not rule.options.get("allow_groups", True):
            findings.append(Finding(f"{whose} is for a whole group.", EXEMPT, e))
        if not rule.options.get("allow_admins", True) and (e.name in admins if e.kind == "user" else e.name == "admin"):
            findings.append(Finding(f"{whose} is for an administrator.", EXEMPT, e))
    if most is not None and len(host.exemptions) > most:
        findings.append(Finding(f"There are {len(host.exemptions)} exemptions; {most} are allowed.", EXEMPT))
    count = len(host.exemptions)
    return _judged(rule, "There are no exemptions." if not count else f"All {count} are within bounds.", findings)


def _app_version(rule: Rule, policy: Policy, host: Host) -> RuleResult:
    app, least = host.facts["app"], rule.options["minimum"]
    name = app["app_id"]
    if app["path"] is None:
        problem = f"The app {name} is not installed."
    elif not app["enabled"]:
        problem = f"The app {name} is not enabled."
    elif _numbers(app["version"] or "0") < _numbers(least):
        problem = "The app {} is {}; {} is the oldest allowed.".format(
            name, app["version"] or "of no known version", least
        )
    else:
        return _judged(rule, "{} {} is enabled.".format(name, app["version"]))
    return _judged(rule, "", [Finding(problem, SITE)])


def _app_code(rule: Rule, policy: Policy, host: Host) -> RuleResult:
    app = host.facts["app"]
    name = "{} {}".format(app["app_id"], app["version"] or "without a version")
    if app["path"] is None:
        return RuleResult(rule, UNKNOWN, "The app {} is not installed.".format(app["app_id"]))
    if app["code"] == "unknown":
        sentence = "This collection has no package of {0}, so the files were not compared."
        return RuleResult(rule, UNKNOWN, sentence.format(name))
    finding = Finding(f"The files of {name} on this server were changed.", CODE)
    return _judged(rule, f"The files of {name} are unchanged.", [finding] if app["code"] == "changed" else [])


def _id_servers(rule: Rule, policy: Policy, host: Host) -> RuleResult:
    settings, allowed = host.facts["settings"]["id_server"], {_address(one) for one in rule.options["allowed"]}
    findings = []
    own = _address(settings.get("server") or DEFAULTS["server"]) != _address(DEFAULTS["server"])
    for option, what in (("server", "ID server"), ("fallback", "second ID server")):
        stored = settings.get(option)
        if option == "fallback" and not stored and own and host.facts["app"]["app_id"] != VENDOR_APP:
            continue  # the app asks no public server where the first is one's own; the upstream app does
        asked = stored or DEFAULTS[option]
        if _address(asked) not in allowed:
            findings.append(
                Finding(
                    "The {} {}{} is not allowed.".format(what, asked, "" if stored else " (the app's default)"), SITE
                )
            )
    return _judged(rule, "Only allowed ID servers are asked.", findings)


def _admin_login(rule: Rule, policy: Policy, host: Host) -> RuleResult:
    oldest = host.now - rule.options["max_days"] * DAY
    admins = [p for p in host.users if p.row["admin"] and p.row["factors"] and p.state not in (DISABLED, LEFT_OUT)]
    late = [p for p in admins if (p.row["last_login"] or 0) < oldest]
    bad = "{} not logged in for more than {} days.".format(_users(len(late)), rule.options["max_days"])
    return _judged(
        rule, "All of them did." if admins else "No administrator has a second factor yet.", users=late, bad=bad
    )


def _admins(rule: Rule, policy: Policy, host: Host) -> RuleResult:
    gets_in = ("ready", "will_enrol", "exempt", "not_in_scope", "no_password_login")
    count = sum(1 for p in host.users if p.row["admin"] and p.row["login"] in gets_in)
    if count >= rule.options["minimum"]:
        return _judged(rule, "{} can log in.".format("1 administrator" if count == 1 else f"{count} administrators"))
    return _judged(
        rule,
        "",
        [Finding("{} of at least {} administrators can log in.".format(count, rule.options["minimum"]), UNLOCK)],
    )


def _providers_load(rule: Rule, policy: Policy, host: Host) -> RuleResult:
    providers = host.facts["providers"]
    if providers is None:
        waiting = ", ".join(host.facts["nextcloud"]["pending_upgrades"])
        return _judged(rule, "", [Finding(f"An upgrade waits ({waiting}), so the apps could not be tried.", APP)])
    broken = ["The two-factor app {} cannot be loaded.".format(p["app"]) for p in providers if not p["loads"]]
    return _judged(rule, "All of them load.", [Finding(sentence, APP) for sentence in broken])


def _identity_provider(rule: Rule, policy: Policy, host: Host) -> RuleResult:
    saml = host.facts["saml"] or {"type": "none"}
    if saml["type"] == "none":
        return _judged(rule, "Nobody logs in through an identity provider.")
    findings = []
    if saml["type"] == "environment-variable":
        findings.append(
            Finding("The web server logs users in, and Nextcloud asks them for no second factor.", SAML_TRUST)
        )
    for provider in saml["identity_providers"] if saml["type"] == "saml" else ():
        name, days = provider.get("entity_id") or "number {}".format(provider["id"]), provider["certificate_days_left"]
        if name not in rule.options.get("trusted", ()):
            findings.append(
                Finding(f"Who logs in through {name} is asked for no second factor by Nextcloud.", SAML_TRUST)
            )
        if days is not None and days < rule.options.get("certificate_days", 30):
            left = "is over" if days < 0 else f"holds for {days} more days"
            findings.append(Finding(f"The certificate of {name} {left}.", SAML))
    if not host.facts["users_summary"]["admins_with_password"]:
        findings.append(Finding("No administrator could log in without the identity provider.", SAML))
    return _judged(
        rule,
        "The policy trusts the identity provider, its certificate holds, and administrators get in without it.",
        findings,
    )


def _drift(rule: Rule, policy: Policy, host: Host) -> RuleResult:
    drift = host.drift
    if drift.status == NOT_COMPARED:
        return _judged(rule, "", [Finding(f"Not compared: {drift.problem}.", VARIABLES)])
    if drift.status == REFUSED:
        return _judged(rule, "", [Finding(f"site.yml would stop: {drift.problem}", VARIABLES)])
    count = len(drift.changes) + drift.more
    sentence = "site.yml would change {}.".format("1 setting" if count == 1 else f"{count} settings")
    return _judged(rule, "site.yml would change nothing.", [Finding(sentence, SITE)] if drift.status == DIFFERS else [])


def _numbers(version: str) -> tuple[int, ...]:
    """As long as any, so that 1.0 equals 1.0.0; what is no number (1.0.0-beta) counts as older."""
    parts = [
        int(part) if part.isascii() and part.isdigit() and len(part) < 20 else -1
        for part in version.replace("-", ".-").split(".")
    ]
    return tuple(parts + [0] * (8 - len(parts)))


def _address(url: str) -> str:
    return url.rstrip("/").lower()


def _names(groups: t.Iterable[str]) -> str:
    names = sorted(groups)
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


CHECKS: dict[str, Check] = {
    HOST_READ_CHECK: _host_read,
    "factor": _factor,
    "locked_out": _locked_out,
    "enforced": _enforced,
    "exemptions": _exemptions,
    "app_version": _app_version,
    "app_code": _app_code,
    "id_servers": _id_servers,
    "admin_login": _admin_login,
    "admins": _admins,
    "providers_load": _providers_load,
    "identity_provider": _identity_provider,
    "drift": _drift,
}


@dataclass(frozen=True)
class Broken:
    """The rules that one user breaks."""

    rules: tuple[str, ...]
    checks: tuple[str, ...]
    level: str


def broken_rules(found: t.Sequence[RuleResult]) -> dict[str, Broken]:
    """User id: what the user breaks."""
    by_user: dict[str, list[RuleResult]] = {}
    for verdict in found:
        for user in verdict.users:
            by_user.setdefault(user.row["uid"], []).append(verdict)
    return {
        uid: Broken(
            tuple(v.rule.id for v in broken),
            tuple(v.rule.check for v in broken),
            FAILURE if any(v.status == FAILURE for v in broken) else WARNING,
        )
        for uid, broken in by_user.items()
    }
