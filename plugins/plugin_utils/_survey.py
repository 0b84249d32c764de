# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of a survey, flat and mostly text, as the variables of site.yml.

An answer has the type of the module's option. An empty answer keeps the value of the inventory.
"""

from __future__ import annotations

import typing as t

from ansible.module_utils.parsing.convert_bool import BOOLEANS_FALSE, BOOLEANS_TRUE

from ansible_collections.secsign.nextcloud.plugins.module_utils._app.part import AppPart
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.enforcement import Enforcement
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.base import Onboarding, UserPermissions
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.id_server import IdServer
from ansible_collections.secsign.nextcloud.plugins.module_utils._text import printable
from ansible_collections.secsign.nextcloud.plugins.module_utils._users.secsign_ids import SecSignIds

PREFIX = "survey_"

# Question -> variable and option that it answers.
QUESTIONS: dict[str, tuple[str, str]] = {
    **{
        PREFIX + setting.survey: ("twofactor_" + part.title, setting.option)
        for part in (IdServer, UserPermissions, Onboarding)
        for setting in part.table
        if setting.survey
    },
    "survey_app_state": ("twofactor_app", "state"),
    "survey_app_groups": ("twofactor_app", "groups"),
    "survey_validate": ("twofactor_id_server", "validate"),
    "survey_pattern": ("twofactor_secsign_ids", "pattern"),
    "survey_pattern_groups": ("twofactor_secsign_ids", "pattern_groups"),
    "survey_enforced": ("twofactor_enforcement", "enforced"),
    "survey_groups": ("twofactor_enforcement", "groups"),
    "survey_excluded_groups": ("twofactor_enforcement", "excluded_groups"),
    "survey_widen_only": ("twofactor_enforcement", "widen_only"),
    "survey_guard": ("twofactor_enforcement", "guard"),
    "survey_exempt_days": ("twofactor_enforcement", "exempt_days"),
    "survey_service_groups": ("twofactor_enforcement", "service_groups"),
    "survey_require_backup_codes": ("twofactor_enforcement", "require_backup_codes"),
    "survey_accept_insecure_provider": ("twofactor_enforcement", "accept_insecure_provider"),
}
# Read by site.yml itself; both are lists.
OF_THE_PLAYBOOK = ("survey_rollout_serial", "survey_rollout_groups")

_SPECS: dict[str, dict[str, t.Any]] = {
    "twofactor_app": AppPart.SPEC,
    "twofactor_id_server": IdServer.SPEC,
    "twofactor_user_permissions": UserPermissions.SPEC,
    "twofactor_onboarding": Onboarding.SPEC,
    "twofactor_secsign_ids": SecSignIds.SPEC,
    "twofactor_enforcement": Enforcement.SPEC,
}
_NONE = ("none", "nobody", "[]")


class SurveyError(Exception):
    """A wrong answer, with the name of its question."""

    def __init__(self, message: str) -> None:
        super().__init__(printable(message))


def is_answer(value: t.Any) -> bool:
    return value is not None and value != [] and str(value).strip() != ""


def as_list(name: str, value: t.Any) -> list[str]:
    """A list as it is. Text is split at line ends, or at commas if it is one line.

    The word none is an empty list, because an empty answer keeps the value of the inventory.
    """
    if isinstance(value, (list, tuple)):
        parts = [str(part) for part in value]
    elif isinstance(value, str):
        parts = value.splitlines() if "\n" in value.strip() else value.split(",")
    elif isinstance(value, bool) or not isinstance(value, int):
        raise SurveyError(f"{name}: {value!r} is not a list. Answer with one name in each line, or with commas.")
    else:
        parts = [str(value)]
    parts = [part.strip() for part in parts if part.strip()]
    return [] if len(parts) == 1 and parts[0].lower() in _NONE else parts


def convert(name: str, value: t.Any, spec: t.Mapping[str, t.Any]) -> t.Any:
    kind = spec["type"]
    if kind == "list":
        return as_list(name, value)
    text = str(value).strip()
    if kind == "bool":
        word: t.Any = value if isinstance(value, (bool, int)) else text.lower()
        if word not in BOOLEANS_TRUE | BOOLEANS_FALSE:
            raise SurveyError(f"{name}: '{text}' is not valid. Answer true or false.")
        return word in BOOLEANS_TRUE
    if kind == "int":
        if isinstance(value, bool) or not text.lstrip("-").isascii() or not text.lstrip("-").isdigit():
            raise SurveyError(f"{name}: '{text}' is not valid. Answer with a whole number.")
        return int(text)
    if isinstance(value, (list, tuple, dict)):
        raise SurveyError(f"{name}: {value!r} has several values. Give one answer.")
    choices = spec.get("choices")
    if choices and text not in choices:
        raise SurveyError("{}: '{}' is not valid. Choose one of {}.".format(name, text, ", ".join(choices)))
    return text


def merge(given: t.Mapping[str, t.Any], answers: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The variables that change: those of the inventory, with the answers."""
    unknown = sorted(set(answers) - set(QUESTIONS) - set(OF_THE_PLAYBOOK))
    if unknown:
        known = ", ".join(sorted([*QUESTIONS, *OF_THE_PLAYBOOK]))
        raise SurveyError(f"{unknown[0]}: unknown question. The questions of site.yml are {known}.")
    changed: dict[str, t.Any] = {}
    for question, value in answers.items():
        if not is_answer(value):
            continue
        if question in OF_THE_PLAYBOOK:
            parts = as_list(question, value)
            if question == "survey_rollout_groups":
                changed["rollout_groups"] = parts
        else:
            variable, option = QUESTIONS[question]
            options = changed.setdefault(variable, dict(given.get(variable) or {}))
            options[option] = convert(question, value, _SPECS[variable][option])
    return changed
