# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a managed node answered, checked before the control node makes anything of it.

Whoever rules a managed node decides what comes back from it. Such an answer may spoil the result of that node, and of
no other.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.login import CLASSES
from ansible_collections.secsign.nextcloud.plugins.module_utils._text import printable, printable_data
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._schema import Schema, first_problem

_MOST_LEVELS = 50  # of lists and dictionaries inside each other; deeper ones end Python programs
_MOST_ENTRIES = 100_000  # of one list
_LONGEST_NAME = 512  # characters
_LONGEST_ADDRESS = 4096
_LONGEST_TEXT = 100_000
_LAST_SECOND = 253402300799  # of the year 9999, in seconds since 1970
_MOST = 10**12  # of anything that is counted


class AnswerError(NextcloudError):
    """An answer that is malformed, or larger than the control node takes."""

    def __init__(self, detail: str) -> None:
        super().__init__("malformed_answer", detail=detail.rstrip("."))


# ---------------------------------------------------------------------- what answers look like


def _dict(
    required: t.Mapping[str, Schema], optional: t.Mapping[str, Schema] | None = None, empty: bool = False
) -> Schema:
    """Keys that are not named here are allowed, and are not used."""
    kinds = ["object", "null"] if empty else ["object"]
    return {"type": kinds, "required": list(required), "properties": {**required, **(optional or {})}}


def _list(items: Schema, most: int = _MOST_ENTRIES, empty: bool = False) -> Schema:
    return {"type": ["array", "null"] if empty else ["array"], "items": items, "maxItems": most}


def _whole(least: int = 0, most: int = _MOST, empty: bool = False) -> Schema:
    return {"type": ["integer", "null"] if empty else ["integer"], "minimum": least, "maximum": most}


_YES_OR_NO: Schema = {"type": "boolean"}
_NAME: Schema = {"type": "string", "maxLength": _LONGEST_NAME}
_TEXT: Schema = {"type": "string", "maxLength": _LONGEST_TEXT}
_NAME_OR_NULL: Schema = {"type": ["string", "null"], "maxLength": _LONGEST_NAME}
_ADDRESS_OR_NULL: Schema = {"type": ["string", "null"], "maxLength": _LONGEST_ADDRESS}

# One user, as the audit takes them.
USER = _dict(
    {
        "uid": _NAME,
        "backend": _NAME,
        "password_login": _YES_OR_NO,
        "local_password": _YES_OR_NO,
        "enabled": _YES_OR_NO,
        "admin": _YES_OR_NO,
        "groups": _list(_NAME, 10_000),
        "providers": {"type": "object", "additionalProperties": _YES_OR_NO, "maxProperties": 100},
        "backup_codes": _whole(empty=True),
        "secsign_ids": _list(_dict({"app": _NAME, "id": _NAME_OR_NULL, "enabled": _YES_OR_NO}), 100),
        "last_login": _whole(-1, _LAST_SECOND, empty=True),
        "login": {"type": "string", "enum": list(CLASSES)},
        "in_scope": _YES_OR_NO,
        "factors": _list(_NAME, 100),
    }
)

# The module twofactor_info, as far as the audit, status.yml and the filters read its result.
STATE = _dict(
    {
        "nextcloud": _dict(
            {
                "release": _NAME,
                "version": _NAME,
                "php": _NAME,
                "database": _NAME,
                "pending_upgrades": _list(_NAME),
                "time": _whole(0, _LAST_SECOND),
            }
        ),
        "app": _dict(
            {
                "app_id": _NAME,
                "path": _ADDRESS_OR_NULL,
                "version": _NAME_OR_NULL,
                "code": {"type": "string", "enum": ["unchanged", "changed", "unknown"]},
                "enabled": _YES_OR_NO,
            }
        ),
        "settings": _dict({"id_server": _dict({}, {"server": _ADDRESS_OR_NULL, "fallback": _ADDRESS_OR_NULL})}),
        "enforcement": _dict({"enforced": _YES_OR_NO, "groups": _list(_NAME), "excluded_groups": _list(_NAME)}),
        "exemptions": _list(
            _dict(
                {
                    "kind": {"type": "string", "enum": ["user", "group"]},
                    "name": _NAME,
                    "owner": _TEXT,
                    "reason": _TEXT,
                    "until": {"type": "string", "format": "date-time"},
                    "over": _YES_OR_NO,
                }
            )
        ),
        "providers": _list(_dict({"app": _NAME, "loads": _YES_OR_NO}), empty=True),
    },
    {
        "saml": _dict(
            {
                "type": _NAME,
                "identity_providers": _list(
                    _dict(
                        {"id": _whole(), "certificate_days_left": _whole(-_MOST, empty=True)},
                        {"entity_id": _ADDRESS_OR_NULL, "display_name": _ADDRESS_OR_NULL},
                    )
                ),
            },
            {"password_form": _YES_OR_NO},
            empty=True,
        ),
        "users_summary": _dict(
            {
                "total": _whole(),
                "login": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": dict.fromkeys(CLASSES, _whole()),
                },
            },
            {"enabled": _whole(), "with_second_factor": _whole(), "admins_with_password": _whole()},
        ),
        "users": _list(USER),
        "users_packed": {"type": "string"},
    },
)

# What of it an audit cannot do without.
AUDITED = _dict({"users_summary": _dict({"login": {"type": "object"}, "admins_with_password": _whole()})})

# The module unlock, as far as unlock.yml reads its result.
UNLOCKED = _dict(
    {
        "account": _dict(
            {
                "user": _NAME,
                "providers": {
                    "type": "object",
                    "additionalProperties": {"type": "string", "enum": ["on", "off"]},
                    "maxProperties": 100,
                },
                "exempt_until": _NAME_OR_NULL,
                "login": {"type": "string", "enum": list(CLASSES)},
            }
        ),
        "login": {"type": "string", "enum": list(CLASSES)},
        "login_before": {"type": "string", "enum": list(CLASSES)},
    }
)

# What a module in check mode would change.
DIFFERENCE = _dict({"diff": _dict({}, {"before": {"type": ["object", "null"]}, "after": {"type": ["object", "null"]}})})

# The lines that the module backup_codes makes for a file.
CODES = _list({"type": "string", "pattern": r"^[A-Za-z0-9]{1,100}\Z", "description": "letters and digits"})

# Any module, as far as Ansible or -v reads its result.
_RESULT = _dict(
    {},
    {
        "changed": _YES_OR_NO,
        "failed": _YES_OR_NO,
        "unreachable": _YES_OR_NO,
        "rc": {"type": "integer"},
        "msg": _TEXT,
        "code": _NAME,
        "diff": {"type": "object"},
        "invocation": {"type": "object"},
        "warnings": {"type": "array"},
        "deprecations": {"type": "array"},
        "module_stdout": {"type": "string"},
        "module_stderr": {"type": "string"},
        "commands": _list(_TEXT),
        "trace": _list(
            _dict(
                {
                    "what": _TEXT,
                    "seconds": {"type": "number"},
                    "rc": _whole(-_MOST),
                    "sent": _whole(),
                    "received": _whole(),
                }
            )
        ),
        "users_summary": _dict({"total": _whole()}),
        "nextcloud": _dict({"release": _NAME}),
    },
)
_BY_MODULE = {"twofactor_info": STATE, "unlock": UNLOCKED}

# What is taken of a result: besides the above what modules document. Ansible obeys other keys, and stumbles over some.
OWN_KEYS = frozenset(
    (
        *STATE["properties"],
        *UNLOCKED["properties"],
        "users_total",
        "guard",
        "assigned",
        "removed",
        "service_provider",
        "commands",
        "nextcloud",
        "code",
    )
)
_TAKEN = OWN_KEYS | frozenset(_RESULT["properties"]) | {"exception"}


def check(answer: t.Any, schema: Schema, name: str = "the result") -> None:
    """Raises AnswerError where the answer does not look like that."""
    problem = first_problem(answer, schema, name)
    if problem is not None:
        raise AnswerError(problem)


def check_depth(answer: t.Any) -> None:
    if _is_deeper(answer, _MOST_LEVELS):
        raise AnswerError(f"more than {_MOST_LEVELS} lists or dictionaries are inside each other")


def _is_deeper(value: t.Any, levels: int) -> bool:
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        return False
    return levels == 0 or any(_is_deeper(inner, levels - 1) for inner in value)


# ---------------------------------------------------------------------- the result of a task

# Only shown, so escaped also where the task succeeded; everything else may be looked up by later tasks.
_SHOWN = ("msg", "diff", "commands", "warnings", "deprecations", "exception", "invocation", "trace")
# Quoted where it is shown, or a traceback: its lines stay lines, indented so that none looks like one of Ansible's own.
_LINES = ("exception", "formatted_traceback", "module_stdout", "module_stderr")


def received(result: t.Mapping[str, t.Any], module: str) -> dict[str, t.Any]:
    """The result of a module as Ansible may have it, or a failure where it is not one.

    Ansible itself obeys some keys of a result: facts of one host, for example, become variables of tasks that run once
    for all hosts.
    """
    facts = result.get("ansible_facts")
    kept = {key: value for key, value in result.items() if key in _TAKEN or key.startswith("_ansible_")}
    for key in ("module_stdout", "module_stderr"):
        # what came in place of a result, which may be anything of any length
        if isinstance(kept.get(key), str) and len(kept[key]) > _LONGEST_TEXT:
            kept[key] = kept[key][:_LONGEST_TEXT] + "…"
    if isinstance(facts, dict):
        # Ansible's own; a module cannot set these
        found = {key: value for key, value in facts.items() if str(key).startswith("discovered_interpreter_")}
        kept.update({"ansible_facts": found} if found else {})
    failed = bool(kept.get("failed") or kept.get("unreachable"))
    try:
        check_depth(kept)
        check(kept, _RESULT)
        if module in _BY_MODULE and not failed:
            check(kept, _BY_MODULE[module])
    except AnswerError as error:
        return {"changed": kept.get("changed") is True, **error.result()}
    return {key: shown(value, key) if failed or key in _SHOWN else value for key, value in kept.items()}


def shown(value: t.Any, key: str = "") -> t.Any:
    """With every text in it escaped, also in the values of a kind of their own that Ansible has for errors and
    warnings."""
    if isinstance(value, str) and key in _LINES:
        return "\n  ".join(printable(line) for line in value.split("\n"))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value) if field.init}
        return dataclasses.replace(value, **{name: shown(inner, name) for name, inner in fields.items()})
    if isinstance(value, dict):
        return {printable_data(name): shown(inner, str(name)) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        kind = tuple if isinstance(value, tuple) else list
        return kind(shown(inner) for inner in value)
    return printable(value) if isinstance(value, str) else value
