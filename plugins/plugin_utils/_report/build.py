# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as data: the content of report.json, from which the other files are made.

Hosts are added one by one, so that the users of only one host are in memory. The report lists only users who need
attention, at most ``limit`` and some of every host. users.csv has all users.
"""

from __future__ import annotations

import typing as t

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.checks import MET, UNKNOWN, Broken, RuleResult
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.host import Examined, Host
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.users import COVERED, SHOULD, STATES
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.values import (
    FAILURE,
    WARNING,
    AuditPolicy,
    Framework,
)
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.csv_files import moment
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.remediation import Commands

FORMAT = "secsign.nextcloud/audit-report/1"
UNREAD = "unread"
_WORST_FIRST = {UNREAD: 0, FAILURE: 1, WARNING: 2, MET: 3}
Data = dict[str, t.Any]


Urgency = tuple[t.Any, ...]
Entry = tuple[Urgency, Data]


class _Listed:
    """Entries of all hosts, at most ``limit``: a quarter in equal shares for every host, the rest by urgency."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._entries: list[tuple[int, Entry]] = []  # with the place within their host
        self.total = 0

    def add(self, entries: t.Sequence[Entry], total: int | None = None) -> None:
        """The entries of one host, the most urgent first; ``total`` if some of them are missing."""
        self.total += len(entries) if total is None else total
        self._entries += enumerate(entries[: self._limit])

    def shown(self, hosts: int) -> list[Data]:
        share = max(1, self._limit // (4 * max(1, hosts)))
        # every host's most urgent entry comes before any host's second
        self._entries.sort(key=lambda placed: (placed[0] >= share, placed[1][0], placed[0], placed[1][1]["host"]))
        return [entry for _place, (_urgency, entry) in self._entries[: self._limit]]


class Builder:
    def __init__(self, policy: AuditPolicy, frameworks: t.Sequence[Framework], commands: Commands, limit: int) -> None:
        self._policy, self._frameworks, self._commands, self._limit = policy, frameworks, commands, limit
        self._hosts: list[Data] = []
        self._findings, self._exemptions, self._attention = _Listed(limit), _Listed(limit), _Listed(limit)
        self._tally = {rule.id: dict.fromkeys((MET, WARNING, FAILURE, UNKNOWN), 0) for rule in policy.rules}
        self._counts = {rule.id: 0 for rule in policy.rules}

    # ------------------------------------------------------------------ host by host

    def add(self, host: Host, results: t.Sequence[RuleResult], broken: t.Mapping[str, Broken]) -> None:
        findings: list[Data] = []
        for result in results:
            self._tally[result.rule.id][result.status] += 1
            self._counts[result.rule.id] += result.count
            for finding in result.findings:
                remediation = self._commands.finding(host.name, result.remedy(finding), finding.exemption).shown()
                findings.append(
                    {
                        "host": host.name,
                        "rule": result.rule.id,
                        "level": result.status,
                        "message": finding.message,
                        "remediation": remediation,
                    }
                )
        findings.sort(key=lambda entry: _WORST_FIRST[entry["level"]])
        self._findings.add([((_WORST_FIRST[entry["level"]],), entry) for entry in findings])
        self._hosts.append(self._host(host, results))
        self._add_exemptions(host, results)
        self._add_users(host, broken)

    def _host(self, host: Host, results: t.Sequence[RuleResult]) -> Data:
        statuses = {result.status for result in results}
        status = (
            UNREAD if not host.read else FAILURE if FAILURE in statuses else WARNING if WARNING in statuses else MET
        )
        shown: Data = {
            "name": host.name,
            "status": status,
            "read": host.read,
            "unreachable": host.unreachable,
            "problem": host.problem,
            "rule_results": [
                {
                    "rule": result.rule.id,
                    "status": result.status,
                    "count": result.count,
                    "users": len(result.users),
                    "message": result.message,
                }
                for result in results
            ],
            "nextcloud": None,
            "app": None,
            "enforcement": None,
            "login": None,
            "users": None,
            "coverage": None,
            "exemptions": len(host.exemptions),
            "drift": None,
        }
        if host.read:
            nextcloud, app, stored = host.facts["nextcloud"], host.facts["app"], host.facts["enforcement"]
            states = host.states()
            shown["nextcloud"] = {key: nextcloud[key] for key in ("release", "version", "php", "database")}
            shown["app"] = {key: app[key] for key in ("app_id", "version", "code", "enabled")}
            shown["enforcement"] = {key: stored[key] for key in ("enforced", "groups", "excluded_groups")}
            shown["login"] = dict(host.facts["users_summary"]["login"])
            shown["users"] = _users(states, len(host.users))
            shown["coverage"] = _coverage(states)
            shown["drift"] = {
                "status": host.drift.status,
                "changes": [{"path": c.path, "before": c.before, "after": c.after} for c in host.drift.changes],
                "more": host.drift.more,
                "problem": host.drift.problem,
            }
        return shown

    def _add_exemptions(self, host: Host, results: t.Sequence[RuleResult]) -> None:
        problems: dict[tuple[str, str], list[tuple[RuleResult, Data]]] = {}
        for result in results:
            for finding in result.findings:
                if finding.exemption is not None:
                    remediation = self._commands.finding(host.name, result.remedy(finding), finding.exemption).shown()
                    problems.setdefault((finding.exemption.kind, finding.exemption.name), []).append(
                        (result, remediation)
                    )
        listed = []
        for e in sorted(host.exemptions, key=lambda e: (e.days_left, e.name)):
            found = problems.get((e.kind, e.name), [])
            listed.append(
                {
                    "host": host.name,
                    "kind": e.kind,
                    "name": e.name,
                    "owner": e.owner,
                    "reason": e.reason,
                    "until": e.until,
                    "days_left": e.days_left,
                    "expired": e.expired,
                    "level": (
                        MET
                        if not found
                        else FAILURE
                        if any(result.status == FAILURE for result, remediation in found)
                        else WARNING
                    ),
                    "rules": sorted({result.rule.id for result, remediation in found}),
                    "remediation": found[0][1] if found else None,
                }
            )
        self._exemptions.add([((entry["days_left"],), entry) for entry in listed])

    def _add_users(self, host: Host, broken: t.Mapping[str, Broken]) -> None:
        concerned = [user for user in host.users if user.row["uid"] in broken]
        concerned.sort(key=lambda user: _urgency(user, broken[user.row["uid"]]))
        urgent = [(user, broken[user.row["uid"]]) for user in concerned[: self._limit]]
        entries = [(_urgency(user, broken)[:2], self._user(host, user, broken)) for user, broken in urgent]
        self._attention.add(entries, len(concerned))

    def _user(self, host: Host, user: Examined, broken: Broken) -> Data:
        row = user.row
        return {
            "host": host.name,
            "user": row["uid"],
            "admin": row["admin"],
            "state": user.state,
            "login": row["login"],
            "level": broken.level,
            "rules": list(broken.rules),
            "factors": list(row["factors"]),
            "backup_codes": row["backup_codes"],
            "last_login": moment(row["last_login"]),
            "secsign_ids": [entry["id"] for entry in row["secsign_ids"] if entry["id"]],
            "remediation": self._commands.user(host.name, user, broken.checks).shown(),
        }

    # ------------------------------------------------------------------ the whole report

    def report(self, run: Data, policy_file: Data, trend: t.Sequence[Data]) -> Data:
        hosts = sorted(self._hosts, key=lambda host: (_WORST_FIRST[host["status"]], host["name"]))
        users = self._attention.shown(len(hosts))
        users.sort(
            key=lambda user: (
                STATES.index(user["state"]),
                user["level"],
                user["host"],
                not user["admin"],
                user["user"],
            )
        )
        exemptions = self._exemptions.shown(len(hosts))
        exemptions.sort(key=lambda e: (e["days_left"], e["host"], e["name"]))
        findings = self._findings.shown(len(hosts))
        findings.sort(key=lambda f: (_WORST_FIRST[f["level"]], f["host"]))
        fleet = self._fleet(hosts)
        rules = [self._rule(number) for number in range(len(self._policy.rules))]
        return {
            "format": FORMAT,
            "run": dict(run),
            "result": _result(fleet, rules),
            "policy": dict(policy_file, name=self._policy.name, rules=rules),
            "fleet": fleet,
            "hosts": hosts,
            "users": users,
            "users_total": self._attention.total,
            "findings": findings,
            "findings_total": self._findings.total,
            "exemptions": exemptions,
            "exemptions_total": self._exemptions.total,
            "frameworks": self._controls(rules),
            "trend": [*list(trend), trend_point(run, fleet)],
        }

    def _fleet(self, hosts: t.Sequence[Data]) -> Data:
        read = [host for host in hosts if host["read"]]
        states = {state: sum(host["users"][state] for host in read) for state in STATES}
        return {
            "hosts": {
                "total": len(hosts),
                "read": len(read),
                "unreachable": sum(host["unreachable"] for host in hosts),
                **{status: sum(host["status"] == status for host in hosts) for status in _WORST_FIRST},
            },
            "users": _users(states, sum(host["users"]["total"] for host in read)),
            "coverage": _coverage(states),
            "exemptions": self._exemptions.total,
            "drifted": sum(host["drift"]["status"] == "differs" for host in read),
        }

    def _rule(self, number: int) -> Data:
        rule = self._policy.rules[number]
        tally = self._tally[rule.id]
        status = FAILURE if tally[FAILURE] else WARNING if tally[WARNING] else MET if tally[MET] else UNKNOWN
        return {
            "id": rule.id,
            "check": rule.check,
            "title": rule.title,
            "title_not_met": rule.title_not_met,
            "level": rule.level,
            "options": dict(rule.options),
            "status": status,
            "hosts": dict(tally),
            "count": self._counts[rule.id],
        }

    def _controls(self, rules: t.Sequence[Data]) -> list[Data]:
        status = {rule["id"]: rule["status"] for rule in rules}
        shown = []
        for framework in self._frameworks:
            controls = []
            for control in framework.controls:
                serving = [rule.id for rule in self._policy.rules if control.serves(rule)]
                found = {status[rule] for rule in serving}
                worst = next((one for one in (FAILURE, WARNING, UNKNOWN, MET) if one in found), "no_rule")
                controls.append(
                    {
                        "id": control.id,
                        "label": control.label,
                        "title": control.title,
                        "status": worst,
                        "rules": serving,
                    }
                )
            shown.append({"id": framework.id, "title": framework.title, "controls": controls})
        return shown


def _urgency(user: Examined, broken: Broken) -> tuple[t.Any, ...]:
    return STATES.index(user.state), broken.level, not user.row["admin"], user.row["uid"]


def _users(states: t.Mapping[str, int], total: int) -> Data:
    return dict(states, total=total, should=sum(states[state] for state in SHOULD))


def _coverage(states: t.Mapping[str, int]) -> float | None:
    """Share of covered users among those who should be, rounded down: 100 % means all. None if nobody should be."""
    should = sum(states[state] for state in SHOULD)
    return states[COVERED] * 10000 // should / 10000 if should else None


def _result(fleet: Data, rules: t.Sequence[Data]) -> Data:
    failed = [rule["id"] for rule in rules if rule["status"] == FAILURE]
    warned = [rule["id"] for rule in rules if rule["hosts"][WARNING]]
    hosts = fleet["hosts"]
    met = not failed
    if met:
        message = "The policy is met on {}.".format(
            "the server" if hosts["total"] == 1 else "all {} servers".format(hosts["total"])
        )
    else:
        bad = hosts[FAILURE] + hosts[UNREAD]
        message = "The policy is not met on {} of {} {}.".format(
            bad, hosts["total"], "server" if hosts["total"] == 1 else "servers"
        )
    return {"met": met, "failed_rules": failed, "warned_rules": warned, "message": message}


def trend_point(run: t.Mapping[str, t.Any], fleet: t.Mapping[str, t.Any]) -> Data:
    return {
        "run": run["id"],
        "time": run["started"],
        "hosts": fleet["hosts"]["total"],
        "hosts_met": fleet["hosts"][MET] + fleet["hosts"][WARNING],
        "should": fleet["users"]["should"],
        "covered": fleet["users"][COVERED],
        "locked_out": fleet["users"]["locked_out"],
        "coverage": fleet["coverage"],
    }
