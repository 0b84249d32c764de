# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of the audit: each is declared once, in CHECKS.

The policy's schema, the titles of the report, and the table in docs/audit.md all follow from the declaration
(tools/audit_checks.py).
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import SECSIGN_APPS
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.id_server import DEFAULTS
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit import remedies
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.drift import DIFFERS, NOT_COMPARED, REFUSED
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.host import (
    DAY,
    Examined,
    Host,
    ReportedExemption,
)
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.remedies import Remedy
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.users import (
    DISABLED,
    ENROLS,
    LEFT_OUT,
    LOCKED_OUT,
)
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.values import (
    FACTOR_CHECK,
    FAILURE,
    WARNING,
    AuditPolicy,
    Rule,
)

MET, UNKNOWN = "met", "unknown"
HOST_READ_CHECK = "host_read"


@dataclass(frozen=True)
class Finding:
    """One problem of a host itself. Users are listed separately, since there may be very many."""

    message: str
    remedy: Remedy | None = None  # where it differs from the check's
    exemption: ReportedExemption | None = None


@dataclass(frozen=True)
class RuleResult:
    rule: Rule
    status: str  # met, unknown, or the level of the rule
    message: str
    findings: tuple[Finding, ...] = ()
    users: tuple[Examined, ...] = ()

    @property
    def count(self) -> int:
        return len(self.findings) + len(self.users)

    def remedy(self, finding: Finding) -> Remedy:
        return finding.remedy or CHECKS[self.rule.check].remedy


Judge = t.Callable[[Rule, AuditPolicy, Host], RuleResult]
Schema = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Check:
    name: str
    title: str  # where the rule is met
    title_not_met: str
    description: str  # one or two sentences, for the schema and the documentation
    judge: Judge
    remedy: Remedy
    options: t.Mapping[str, Schema] = field(default_factory=dict)  # JSON schema of each option
    required: tuple[str, ...] = ()
    user_remedy: t.Callable[[Examined], Remedy] | None = None  # where it depends on the user
    always: bool = False  # part of every policy, and not accepted as a rule of a policy


def rule_results(policy: AuditPolicy, host: Host) -> list[RuleResult]:
    """One for each rule. The other rules of a host that could not be read are unknown."""
    return [
        CHECKS[rule.check].judge(rule, policy, host)
        if rule.check == HOST_READ_CHECK or host.read
        else RuleResult(rule, UNKNOWN, "The server could not be read.")
        for rule in policy.rules
    ]


def user_remedy(user: Examined, broken: t.Collection[str]) -> Remedy | None:
    """``broken`` are the checks that the user breaks."""
    if user.state == LOCKED_OUT or user.row["login"] == "backup_codes_only":
        return remedies.UNLOCK_USER
    if user.state == ENROLS:
        return remedies.ENROL
    for check in CHECKS.values():
        if check.name in broken and check.user_remedy is not None:
            return check.user_remedy(user)
    return None


def _result(
    rule: Rule, good: str, findings: t.Sequence[Finding] = (), users: t.Sequence[Examined] = (), bad: str = ""
) -> RuleResult:
    if not findings and not users:
        return RuleResult(rule, MET, good)
    return RuleResult(
        rule, rule.level, bad or " ".join(finding.message for finding in findings[:3]), tuple(findings), tuple(users)
    )


def _count(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _host_read(rule: Rule, policy: AuditPolicy, host: Host) -> RuleResult:
    return _result(rule, "The server was read.", [] if host.read else [Finding(host.problem or "")])


def _factor(rule: Rule, policy: AuditPolicy, host: Host) -> RuleResult:
    lacking = [user for user in host.users if rule in user.lacking]
    bad = _count(len(lacking), "user does not have the factor.", "users do not have the factor.")
    return _result(rule, "All users in scope have the factor.", users=lacking, bad=bad)


def _factor_of(user: Examined) -> Remedy:
    if not user.row["in_scope"]:
        return remedies.WIDEN
    return remedies.MAKE_CODES if user.row["factors"] and not user.row["backup_codes"] else remedies.SET_UP


def _locked_out(rule: Rule, policy: AuditPolicy, host: Host) -> RuleResult:
    classes = ("locked_out", "backup_codes_only") if rule.options.get("count_backup_codes_only") else ("locked_out",)
    locked_out = [
        user
        for user in host.users
        if user.state == LOCKED_OUT or (user.row["login"] in classes and user.state not in (LEFT_OUT, DISABLED))
    ]
    bad = _count(len(locked_out), "user", "users") + " cannot log in, or soon cannot."
    return _result(rule, "No user is locked out.", users=locked_out, bad=bad)


def _enforced(rule: Rule, policy: AuditPolicy, host: Host) -> RuleResult:
    stored, wanted = host.facts["enforcement"], frozenset(rule.options.get("groups", ()))
    groups, excluded = frozenset(stored["groups"]), frozenset(stored["excluded_groups"]) - policy.leave_out.groups
    messages = []
    if not stored["enforced"]:
        messages.append("Nextcloud asks nobody for a second factor.")
    else:
        missing = wanted - groups if wanted else frozenset()
        if groups and not wanted:
            messages.append(f"Two-factor authentication is enforced only for the groups {_names(groups)}.")
        elif groups and missing:
            messages.append(f"Two-factor authentication is not enforced for the groups {_names(missing)}.")
        if excluded:
            messages.append(f"Two-factor authentication excludes the groups {_names(excluded)}.")
    if messages:
        return _result(rule, "", [Finding(message) for message in messages])
    # by effect: a user outside of the scope who has no exemption was excluded by hand
    exempt_users = {e.name for e in host.exemptions if e.kind == "user" and not e.expired}
    exempt_groups = {e.name for e in host.exemptions if e.kind == "group" and not e.expired}
    outside = [
        user
        for user in host.users
        if user.state not in (DISABLED, LEFT_OUT)
        and not user.row["in_scope"]
        and (not wanted or not wanted.isdisjoint(user.row["groups"]))
        and user.row["uid"] not in exempt_users
        and exempt_groups.isdisjoint(user.row["groups"])
    ]
    scope = "the groups " + _names(wanted) if wanted else "everyone"
    bad = _count(len(outside), "user is", "users are") + " excluded without an exemption."
    return _result(rule, f"Two-factor authentication is enforced for {scope}.", users=outside, bad=bad)


def _exemptions(rule: Rule, policy: AuditPolicy, host: Host) -> RuleResult:
    longest, most = rule.options.get("max_days"), rule.options.get("max_count")
    admins = {user.row["uid"] for user in host.users if user.row["admin"]}
    count = len(host.exemptions)
    findings = []
    for e in host.exemptions:
        subject = f"The exemption of the {e.kind} {e.name}"
        if e.expired:
            message = f"{subject} has expired ({e.until}) and still has effect."
            findings.append(Finding(message, remedies.END_EXPIRED, e))
            continue
        if longest is not None and e.days_left > longest:
            message = f"{subject} is valid for {e.days_left} more days. The limit is {longest}."
            findings.append(Finding(message, exemption=e))
        if e.kind == "group" and not rule.options.get("allow_groups", True):
            findings.append(Finding(f"{subject} is for a whole group.", exemption=e))
        if not rule.options.get("allow_admins", True) and (e.name in admins if e.kind == "user" else e.name == "admin"):
            findings.append(Finding(f"{subject} is for an administrator.", exemption=e))
    if most is not None and count > most:
        message = f"The server has {_count(count, 'exemption', 'exemptions')}. The limit is {most}."
        findings.append(Finding(message, remedies.REVOKE_SOME))
    return _result(rule, "There are no exemptions." if not count else f"All {count} are within bounds.", findings)


def _app_version(rule: Rule, policy: AuditPolicy, host: Host) -> RuleResult:
    app, oldest = host.facts["app"], rule.options["minimum"]
    name = app["app_id"]
    if app["path"] is None:
        problem = f"The app {name} is not installed."
    elif not app["enabled"]:
        problem = f"The app {name} is not enabled."
    elif _numbers(app["version"] or "0") < _numbers(oldest):
        version = "version {}".format(app["version"]) if app["version"] else "no known version"
        problem = f"The app {name} has {version}. The oldest version allowed is {oldest}."
    else:
        return _result(rule, "{} {} is enabled.".format(name, app["version"]))
    return _result(rule, "", [Finding(problem)])


def _app_code(rule: Rule, policy: AuditPolicy, host: Host) -> RuleResult:
    app = host.facts["app"]
    name = "{} {}".format(app["app_id"], app["version"] or "without a version")
    if app["path"] is None:
        return RuleResult(rule, UNKNOWN, "The app {} is not installed.".format(app["app_id"]))
    if app["code"] == "unknown":
        return RuleResult(rule, UNKNOWN, f"This collection has no package of {name}, so the files were not compared.")
    finding = Finding(f"The files of {name} on this server were changed.")
    return _result(rule, f"The files of {name} are unchanged.", [finding] if app["code"] == "changed" else [])


def _id_servers(rule: Rule, policy: AuditPolicy, host: Host) -> RuleResult:
    settings, allowed = host.facts["settings"]["id_server"], {_address(url) for url in rule.options["allowed"]}
    findings = []
    own = _address(settings.get("server") or DEFAULTS["server"]) != _address(DEFAULTS["server"])
    for option, name in (("server", "ID server"), ("fallback", "second ID server")):
        stored = settings.get(option)
        if option == "fallback" and not stored and own and not _keeps_public_fallback(host):
            continue  # with an own first server this app asks no public one
        asked = stored or DEFAULTS[option]
        if _address(asked) not in allowed:
            source = "" if stored else " (the app's default)"
            findings.append(Finding(f"The {name} {asked}{source} is not allowed."))
    return _result(rule, "Only allowed ID servers are asked.", findings)


def _keeps_public_fallback(host: Host) -> bool:
    app = SECSIGN_APPS.get(host.facts["app"]["app_id"])
    return app is not None and app.keeps_public_fallback


def _admin_login(rule: Rule, policy: AuditPolicy, host: Host) -> RuleResult:
    days = rule.options["max_days"]
    oldest = host.now - days * DAY
    admins = [
        user
        for user in host.users
        if user.row["admin"] and user.row["factors"] and user.state not in (DISABLED, LEFT_OUT)
    ]
    late = [user for user in admins if (user.row["last_login"] or 0) < oldest]
    good = f"All of them logged in within {days} days." if admins else "No administrator has a second factor yet."
    bad = _count(len(late), "administrator has", "administrators have") + f" not logged in for more than {days} days."
    return _result(rule, good, users=late, bad=bad)


def _admins(rule: Rule, policy: AuditPolicy, host: Host) -> RuleResult:
    can_log_in = ("ready", "will_enrol", "exempt", "not_in_scope", "no_password_login")
    count = sum(1 for user in host.users if user.row["admin"] and user.row["login"] in can_log_in)
    least = rule.options["minimum"]
    if count >= least:
        return _result(rule, _count(count, "administrator", "administrators") + " can log in.")
    return _result(rule, "", [Finding(f"{count} of at least {least} administrators can log in.")])


def _providers_load(rule: Rule, policy: AuditPolicy, host: Host) -> RuleResult:
    providers = host.facts["providers"]
    if providers is None:
        pending = ", ".join(host.facts["nextcloud"]["pending_upgrades"])
        return _result(rule, "", [Finding(f"An upgrade is pending ({pending}), so the apps could not be tested.")])
    broken = ["The two-factor app {} cannot be loaded.".format(p["app"]) for p in providers if not p["loads"]]
    return _result(rule, "All two-factor apps load.", [Finding(message) for message in broken])


def _identity_provider(rule: Rule, policy: AuditPolicy, host: Host) -> RuleResult:
    saml = host.facts["saml"] or {"type": "none"}
    if saml["type"] == "none":
        return _result(rule, "Nobody logs in through an identity provider.")
    findings = []
    if saml["type"] == "environment-variable":
        message = "The web server logs users in, and Nextcloud asks them for no second factor."
        findings.append(Finding(message, remedies.SAML_TRUST))
    for provider in saml["identity_providers"] if saml["type"] == "saml" else ():
        name, days = provider.get("entity_id") or "number {}".format(provider["id"]), provider["certificate_days_left"]
        if name not in rule.options.get("trusted", ()):
            message = f"Nextcloud asks users who log in through {name} for no second factor."
            findings.append(Finding(message, remedies.SAML_TRUST))
        if days is not None and days < rule.options.get("certificate_days", 30):
            validity = "has expired" if days < 0 else f"is valid for {days} more days"
            findings.append(Finding(f"The certificate of {name} {validity}."))
    if not host.facts["users_summary"]["admins_with_password"]:
        findings.append(Finding("No administrator can log in without the identity provider."))
    good = "The identity provider is trusted, its certificate is valid, and administrators can log in without it."
    return _result(rule, good, findings)


def _drift(rule: Rule, policy: AuditPolicy, host: Host) -> RuleResult:
    drift = host.drift
    if drift.status == NOT_COMPARED:
        return _result(rule, "", [Finding(f"The server was not compared: {drift.problem}.", remedies.VARIABLES)])
    if drift.status == REFUSED:
        return _result(rule, "", [Finding(f"site.yml would stop: {drift.problem}", remedies.VARIABLES)])
    message = f"site.yml would change {_count(len(drift.changes) + drift.more, 'setting', 'settings')}."
    return _result(rule, "site.yml would change nothing.", [Finding(message)] if drift.status == DIFFERS else [])


def _numbers(version: str) -> tuple[int, ...]:
    """Of one length, so that 1.0 equals 1.0.0. A part that is not a number (1.0.0-beta) counts as older."""
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


_NAMES: Schema = {"type": "array", "items": {"type": "string", "minLength": 1}}
_GROUPS: Schema = {**_NAMES, "description": "Only members of these groups. Empty: everyone."}
_DAYS: Schema = {"type": "integer", "minimum": 1, "maximum": 3660}

CHECKS: dict[str, Check] = {
    check.name: check
    for check in (
        Check(
            name=HOST_READ_CHECK,
            title="The server could be read",
            title_not_met="The server could not be read",
            description="The server could be read.",
            judge=_host_read,
            remedy=remedies.REACH,
            always=True,
        ),
        Check(
            name=FACTOR_CHECK,
            title="Users have the second factor that the rule asks for",
            title_not_met="Users lack the second factor that the rule asks for",
            description="Every user has a second factor that works.",
            judge=_factor,
            remedy=remedies.SET_UP,
            user_remedy=_factor_of,
            options={
                "factor": {
                    "description": "any; secsign: one of secsign_providers; or a list of provider IDs, one of which"
                    " the user needs. Default any.",
                    "oneOf": [
                        {"type": "string", "enum": ["any", "secsign"]},
                        {**_NAMES, "minItems": 1},
                    ],
                },
                "backup_codes": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 100,
                    "description": "Number of unused backup codes that the user also needs. Default 0.",
                },
                "groups": _GROUPS,
                "admins_only": {"type": "boolean", "description": "Only members of the group admin. Default false."},
                "accept_exempt": {
                    "type": "boolean",
                    "description": "Whether an exempt user meets the rule. Default true.",
                },
                "accept_enrolment": {
                    "type": "boolean",
                    "description": "Whether a user who sets up a factor at the next login meets the rule."
                    " Default false.",
                },
            },
        ),
        Check(
            name="locked_out",
            title="Nobody is locked out",
            title_not_met="Users are locked out",
            description="Nextcloud asks no user for a second factor that the user can neither pass nor set up.",
            judge=_locked_out,
            remedy=remedies.UNLOCK_USER,
            options={
                "count_backup_codes_only": {
                    "type": "boolean",
                    "description": "Whether users count too who only have backup codes left. Default false.",
                },
            },
        ),
        Check(
            name="enforced",
            title="Two-factor authentication is enforced",
            title_not_met="Two-factor authentication is not enforced for all users of the rule",
            description="Nextcloud asks everyone, or the members of groups, for a second factor. Only groups of"
            " leave_out are excluded, and nobody was put into an excluded group by hand.",
            judge=_enforced,
            remedy=remedies.SITE,
            user_remedy=lambda user: remedies.LEAVE_GROUP,
            options={"groups": _GROUPS},
        ),
        Check(
            name="exemptions",
            title="Exemptions are few and end soon",
            title_not_met="Exemptions are outside of the bounds of the rule",
            description="No exemption has expired and still has effect, is too long, or is for a group or an"
            " administrator.",
            judge=_exemptions,
            remedy=remedies.REVOKE,
            options={
                "max_days": {**_DAYS, "description": "Number of days from now after which an exemption must end."},
                "max_count": {
                    "type": "integer",
                    "minimum": 0,
                    "description": "Number of exemptions that a server may have.",
                },
                "allow_groups": {
                    "type": "boolean",
                    "description": "Whether whole groups may be exempt. Default true.",
                },
                "allow_admins": {
                    "type": "boolean",
                    "description": "Whether administrators may be exempt. Default true.",
                },
            },
        ),
        Check(
            name="app_version",
            title="The two-factor provider app is enabled and current",
            title_not_met="The two-factor provider app is missing, disabled or too old",
            description="The two-factor provider app is enabled and not older than minimum.",
            judge=_app_version,
            remedy=remedies.SITE,
            required=("minimum",),
            options={
                "minimum": {
                    "type": "string",
                    "pattern": r"^\d+(\.\d+)*$",
                    "description": "the oldest version allowed, in quotes, as in '1.0.0'",
                },
            },
        ),
        Check(
            name="app_code",
            title="The files of the two-factor provider app are those of its package",
            title_not_met="The files of the two-factor provider app were changed",
            description="The files of twofactor_secsign are those of the package in this collection. The result is"
            ' "not known" for another app or another version.',
            judge=_app_code,
            remedy=remedies.CODE,
        ),
        Check(
            name="id_servers",
            title="Only allowed ID servers are asked",
            title_not_met="An ID server is asked that is not allowed",
            description="Both ID servers, or the defaults of the app, are allowed.",
            judge=_id_servers,
            remedy=remedies.SITE,
            required=("allowed",),
            options={
                "allowed": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "string",
                        "pattern": r"^https://[^\s/]+",
                        "description": "an address that begins with https://",
                    },
                    "description": "Addresses without port.",
                },
            },
        ),
        Check(
            name="admin_login",
            title="Administrators with a second factor logged in recently",
            title_not_met="Administrators with a second factor have not logged in recently",
            description="Every administrator who has a second factor has logged in within max_days.",
            judge=_admin_login,
            remedy=remedies.LOG_IN,
            user_remedy=lambda user: remedies.LOG_IN,
            required=("max_days",),
            options={"max_days": {**_DAYS, "description": "Days since the last login."}},
        ),
        Check(
            name="admins",
            title="Enough administrators can log in",
            title_not_met="Too few administrators can log in",
            description="At least minimum administrators can log in.",
            judge=_admins,
            remedy=remedies.UNLOCK_ADMIN,
            required=("minimum",),
            options={"minimum": {"type": "integer", "minimum": 1, "description": "Number of administrators."}},
        ),
        Check(
            name="providers_load",
            title="Every two-factor app can be loaded",
            title_not_met="A two-factor app cannot be loaded",
            description="Every enabled two-factor app can be loaded. An app that cannot be loaded locks users out.",
            judge=_providers_load,
            remedy=remedies.APP,
        ),
        Check(
            name="identity_provider",
            title="The identity provider is trusted, and its certificate is valid",
            title_not_met="The identity provider is not trusted, or logins through it will fail",
            description="An identity provider through which users log in asks for a second factor itself, since"
            " Nextcloud does not. Its certificate is valid, and an administrator can log in without it.",
            judge=_identity_provider,
            remedy=remedies.SAML,
            options={
                "trusted": {
                    **_NAMES,
                    "description": "Entity IDs of identity providers that ask for a second factor. Default none.",
                },
                "certificate_days": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 3650,
                    "description": "Number of days for which the certificate must still be valid. Default 30.",
                },
            },
        ),
        Check(
            name="drift",
            title="The server is as its variables describe",
            title_not_met="The server differs from its variables, or was not compared",
            description="site.yml would change nothing. A server that was not compared does not meet the rule.",
            judge=_drift,
            remedy=remedies.SITE,
        ),
    )
}


@dataclass(frozen=True)
class Broken:
    """The rules that one user breaks."""

    rules: tuple[str, ...]
    checks: tuple[str, ...]
    level: str


def broken_rules(results: t.Sequence[RuleResult]) -> dict[str, Broken]:
    """User ID: the rules that the user breaks."""
    by_user: dict[str, list[RuleResult]] = {}
    for result in results:
        for user in result.users:
            by_user.setdefault(user.row["uid"], []).append(result)
    return {
        uid: Broken(
            tuple(result.rule.id for result in broken),
            tuple(result.rule.check for result in broken),
            FAILURE if any(result.status == FAILURE for result in broken) else WARNING,
        )
        for uid, broken in by_user.items()
    }
