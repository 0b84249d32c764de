# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy file and the file of controls: read, checked, and as values."""

from __future__ import annotations

import functools
import hashlib
import json
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from ansible_collections.secsign.nextcloud.plugins.module_utils._text import printable
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._schema import problems

FILES = Path(__file__).resolve().parents[3] / "playbooks" / "files"
DEFAULT_POLICY = FILES / "audit-policy.yml"
DEFAULT_CONTROLS = FILES / "audit-controls.yml"

# Always looked at, and always a failure: a server that could not be read is not known to be anything.
HOST_READ = "host-read"
HOST_READ_CHECK = "host_read"
FAILURE, WARNING, OFF = "failure", "warning", "off"

TITLES = {
    HOST_READ_CHECK: "The server could be read",
    "factor": "Users have the second factor that is asked for",
    "locked_out": "Nobody is locked out",
    "enforced": "Two-factor login is enforced",
    "exemptions": "Exemptions are few and end soon",
    "app_version": "The two-factor app is enabled and current",
    "app_code": "The files of the two-factor provider app are those of its package",
    "id_servers": "Only allowed ID servers are asked",
    "admin_login": "Administrators with a second factor logged in lately",
    "admins": "Administrators get in",
    "providers_load": "Every two-factor app can be loaded",
    "identity_provider": "Who logs in through an identity provider shows a second factor there",
    "drift": "The server is what its variables describe",
}


class PolicyError(Exception):
    """The message is one or more whole sentences for whoever wrote the file."""

    def __init__(self, message: str) -> None:
        super().__init__(printable(message))


@dataclass(frozen=True)
class Rule:
    id: str
    check: str
    title: str
    level: str
    options: t.Mapping[str, t.Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LeaveOut:
    """Of whom nothing is asked."""

    groups: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    guests: bool = True
    no_password_login: bool = True


@dataclass(frozen=True)
class Policy:
    name: str
    rules: tuple[Rule, ...]
    leave_out: LeaveOut = LeaveOut()
    secsign_providers: frozenset[str] = frozenset(("twofactor_secsign", "secsignid"))

    @property
    def factor_rules(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.check == "factor")


@dataclass(frozen=True)
class Control:
    id: str
    label: str
    title: str
    served_by: frozenset[str]

    def serves(self, rule: Rule) -> bool:
        return rule.check in self.served_by or rule.id in self.served_by


@dataclass(frozen=True)
class Framework:
    id: str
    title: str
    controls: tuple[Control, ...]


@functools.cache
def schema(name: str) -> dict[str, t.Any]:
    """One of the shipped schemas: policy, controls or report."""
    return dict(json.loads((FILES / f"audit-{name}.schema.json").read_text(encoding="utf-8")))


def policy_problems(data: t.Any) -> list[str]:
    """Every problem of a policy as it was read from YAML, a sentence each."""
    found = problems(data, schema("policy"), "policy")
    if found:
        return found
    seen: set[str] = {HOST_READ}
    for number, rule in enumerate(data["rules"]):
        if rule["id"] == HOST_READ:
            found.append(f"policy.rules[{number}].id must not be '{HOST_READ}', a rule that always holds.")
        elif rule["id"] in seen:
            found.append(
                "policy.rules[{}].id is '{}' a second time; give each rule an id of its own.".format(number, rule["id"])
            )
        seen.add(rule["id"])
    return found


def make_policy(data: t.Any) -> Policy:
    """The policy as values; PolicyError with all problems."""
    found = policy_problems(data)
    if found:
        raise PolicyError(" ".join(found))
    rules = [Rule(HOST_READ, HOST_READ_CHECK, TITLES[HOST_READ_CHECK], FAILURE)]
    for entry in data["rules"]:
        level = entry.get("level", FAILURE)
        if level != OFF:
            options = {key: value for key, value in entry.items() if key not in ("id", "check", "title", "level")}
            rules.append(
                Rule(entry["id"], entry["check"], entry.get("title") or TITLES[entry["check"]], level, options)
            )
    out = data.get("leave_out", {})
    more = {"secsign_providers": frozenset(data["secsign_providers"])} if "secsign_providers" in data else {}
    leave_out = LeaveOut(
        frozenset(out.get("groups", ())),
        frozenset(out.get("users", ())),
        out.get("guests", True),
        out.get("no_password_login", True),
    )
    return Policy(data["name"], tuple(rules), leave_out, **more)


def make_controls(data: t.Any) -> tuple[Framework, ...]:
    found = problems(data, schema("controls"), "controls")
    if found:
        raise PolicyError(" ".join(found))
    ids = [control["id"] for framework in data["frameworks"] for control in framework["controls"]]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise PolicyError(
            "controls has the id {} more than once; give each control an id of its own.".format(", ".join(twice))
        )
    return tuple(
        Framework(
            framework["id"],
            framework["title"],
            tuple(
                Control(c["id"], c.get("label", c["id"]), c["title"], frozenset(c["served_by"]))
                for c in framework["controls"]
            ),
        )
        for framework in data["frameworks"]
    )


def read_yaml(path: str, what: str) -> tuple[t.Any, str]:
    """What a YAML file holds, and its SHA-256."""
    try:
        text = Path(path).read_bytes()
        return yaml.safe_load(text), hashlib.sha256(text).hexdigest()
    except OSError as error:
        raise PolicyError(
            f"{what}: {path} cannot be read ({error.strerror}); name a YAML file on the control machine."
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise PolicyError(f"{what}: {path} is no YAML{line}; mend it there.") from None
