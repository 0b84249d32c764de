# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy and the controls as values."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import SECSIGN_APPS

FAILURE, WARNING, OFF = "failure", "warning", "off"
FACTOR_CHECK = "factor"


@dataclass(frozen=True)
class Rule:
    id: str
    check: str
    title: str  # where the rule is met
    title_not_met: str
    level: str
    options: t.Mapping[str, t.Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LeaveOut:
    """Users of whom the policy asks nothing."""

    groups: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    guests: bool = True
    no_password_login: bool = True


@dataclass(frozen=True)
class AuditPolicy:
    name: str
    rules: tuple[Rule, ...]
    leave_out: LeaveOut = LeaveOut()
    secsign_providers: frozenset[str] = frozenset(SECSIGN_APPS)

    @property
    def factor_rules(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.check == FACTOR_CHECK)


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
