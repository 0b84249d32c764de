# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy file and the file of controls: read, checked, and made into values."""

from __future__ import annotations

import functools
import hashlib
import json
import typing as t
from pathlib import Path

import yaml

from ansible_collections.secsign.nextcloud.plugins.module_utils._text import printable
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.checks import CHECKS, HOST_READ_CHECK, Check
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.values import (
    FAILURE,
    OFF,
    WARNING,
    AuditPolicy,
    Control,
    Framework,
    LeaveOut,
    Rule,
)
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._schema import problems

FILES = Path(__file__).resolve().parents[3] / "playbooks" / "files"
DEFAULT_POLICY = FILES / "audit-policy.yml"
DEFAULT_CONTROLS = FILES / "audit-controls.yml"

# The rule of every policy, always a failure: nothing is known of a server that could not be read.
HOST_READ = "host-read"

_TEXT = {"type": "string", "minLength": 1}
_TEXTS = {"type": "array", "items": _TEXT}
# The keys of every rule; the options of its check come in addition
_RULE: dict[str, t.Any] = {
    "id": {
        "type": "string",
        "pattern": "^[a-z0-9][a-z0-9-]{0,63}$",
        "description": "an id of small letters, digits and hyphens",
    },
    "check": {},
    "title": {**_TEXT, "description": "Title of the rule in reports. Default: the title of the check."},
    "title_not_met": {**_TEXT, "description": "Title of a rule that is not met. Default: the title of the rule."},
    "level": {
        "type": "string",
        "enum": [FAILURE, WARNING, OFF],
        "description": "failure: the policy is not met. warning: the report lists it. off: the rule is skipped.",
    },
}


class PolicyError(Exception):
    """The message is one or more whole sentences for the author of the file."""

    def __init__(self, message: str) -> None:
        super().__init__(printable(message))


@functools.cache
def schema(name: str) -> dict[str, t.Any]:
    """One of the schemas: policy, controls or report."""
    if name == "policy":
        return _policy_schema()
    return dict(json.loads((FILES / f"audit-{name}.schema.json").read_text(encoding="utf-8")))


def _policy_schema() -> dict[str, t.Any]:
    """From the declarations of the checks. tools/audit_checks.py writes it to a file for editors."""
    checks = [check for check in CHECKS.values() if not check.always]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://github.com/secsign/ansible-collection-nextcloud/audit-policy.schema.json",
        "title": "Policy of the two-factor audit",
        "type": "object",
        "required": ["version", "name", "rules"],
        "additionalProperties": False,
        "properties": {
            "version": {"const": 1},
            "name": _TEXT,
            "leave_out": {
                "type": "object",
                "additionalProperties": False,
                "description": "Users of whom the policy asks nothing. Disabled accounts never count.",
                "properties": {
                    "groups": {**_TEXTS, "description": "Service accounts and the like."},
                    "users": {**_TEXTS, "description": "User IDs."},
                    "guests": {"type": "boolean", "description": "Default true."},
                    "no_password_login": {
                        "type": "boolean",
                        "description": "Users whose backend has no password login, such as SAML. Default true.",
                    },
                },
            },
            "secsign_providers": {
                **_TEXTS,
                "minItems": 1,
                "description": "Provider IDs that count as SecSign.",
            },
            "rules": {
                "type": "array",
                "minItems": 1,
                "items": {"oneOf": [{"$ref": f"#/$defs/{check.name}"} for check in checks]},
            },
        },
        "$defs": {check.name: _rule_schema(check) for check in checks},
    }


def _rule_schema(check: Check) -> dict[str, t.Any]:
    return {
        "type": "object",
        "description": check.description,
        "required": ["id", "check", *check.required],
        "additionalProperties": False,
        "properties": {**_RULE, "check": {"const": check.name}, **check.options},
    }


def policy_problems(data: t.Any) -> list[str]:
    """Every problem of a policy as it was read from YAML, a sentence each."""
    found = problems(data, schema("policy"), "policy")
    if found:
        return found
    seen: set[str] = {HOST_READ}
    for number, rule in enumerate(data["rules"]):
        if rule["id"] == HOST_READ:
            found.append(f"policy.rules[{number}].id must not be '{HOST_READ}', a rule of every policy.")
        elif rule["id"] in seen:
            found.append(
                "policy.rules[{}].id is '{}' a second time; give each rule an id of its own.".format(number, rule["id"])
            )
        seen.add(rule["id"])
    return found


def make_policy(data: t.Any) -> AuditPolicy:
    """The policy as values; PolicyError with all problems."""
    found = policy_problems(data)
    if found:
        raise PolicyError(" ".join(found))
    rules = [_rule({"id": HOST_READ, "check": HOST_READ_CHECK})]
    rules += [_rule(entry) for entry in data["rules"] if entry.get("level") != OFF]
    out = data.get("leave_out", {})
    more = {"secsign_providers": frozenset(data["secsign_providers"])} if "secsign_providers" in data else {}
    leave_out = LeaveOut(
        frozenset(out.get("groups", ())),
        frozenset(out.get("users", ())),
        out.get("guests", True),
        out.get("no_password_login", True),
    )
    return AuditPolicy(data["name"], tuple(rules), leave_out, **more)


def _rule(entry: t.Mapping[str, t.Any]) -> Rule:
    check = CHECKS[entry["check"]]
    title = entry.get("title", check.title)
    title_not_met = entry.get("title_not_met", entry.get("title", check.title_not_met))
    options = {key: value for key, value in entry.items() if key not in _RULE}
    return Rule(entry["id"], check.name, title, title_not_met, entry.get("level", FAILURE), options)


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


def read_yaml(path: str, option: str) -> tuple[t.Any, str]:
    """The content of a YAML file, and its SHA-256."""
    try:
        text = Path(path).read_bytes()
        return yaml.safe_load(text), hashlib.sha256(text).hexdigest()
    except OSError as error:
        raise PolicyError(
            f"{option}: {path} cannot be read ({error.strerror}). Name a YAML file on the control node."
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise PolicyError(f"{option}: {path} is not valid YAML{line}. Correct the file.") from None
