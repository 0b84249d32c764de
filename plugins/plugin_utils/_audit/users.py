# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People as an audit sees them: unpacked, and each in one state under a policy."""

from __future__ import annotations

import base64
import binascii
import json
import typing as t
import zlib
from dataclasses import dataclass

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.policy import FAILURE, Policy, Rule

Row = t.Dict[str, t.Any]

# The states, in the order in which reports tell them. A person is in exactly one.
LOCKED_OUT = "locked_out"  # cannot log in
UNCOVERED = "uncovered"  # a rule asks for a factor, and there is none
INSUFFICIENT = "insufficient"  # has a factor, but not what a rule asks for
ENROLS = "enrols"  # has none, and the next login asks to set one up
EXEMPT = "exempt"  # has none, and an exemption that holds
COVERED = "covered"  # has what every rule asks for; where no rule asks, has any factor
NOT_ASKED = "not_asked"  # no rule asks for a factor, and there is none
LEFT_OUT = "left_out"  # the policy names them as people of whom nothing is asked
DISABLED = "disabled"
STATES = (LOCKED_OUT, UNCOVERED, INSUFFICIENT, ENROLS, EXEMPT, COVERED, NOT_ASKED, LEFT_OUT, DISABLED)
# Coverage is the share of COVERED in these: of everybody who should have a second factor.
SHOULD = (LOCKED_OUT, UNCOVERED, INSUFFICIENT, ENROLS, EXEMPT, COVERED)


class UnpackError(ValueError):
    pass


def unpack(packed: str) -> t.List[Row]:
    """The people that ``twofactor_info`` packed."""
    try:
        text = zlib.decompress(base64.b64decode(packed, validate=True))
        *pages, verdicts = map(json.loads, text.splitlines())
    except (binascii.Error, zlib.error, ValueError, TypeError) as error:
        raise UnpackError("This is no people_packed of twofactor_info ({0}).".format(error)) from None
    rows: t.List[Row] = []
    for page, numbers in zip(pages[::2], pages[1::2]):
        for row, number in zip(page["rows"], numbers):
            row.update(verdicts[number])
        rows += page["rows"]
    return rows


@dataclass(frozen=True)
class Exemptions:
    """Who holds one at this moment."""

    users: t.FrozenSet[str]
    groups: t.FrozenSet[str]

    @classmethod
    def of(cls, entries: t.Iterable[t.Mapping[str, t.Any]]) -> "Exemptions":
        holding = [entry for entry in entries if not entry["over"]]
        return cls(
            frozenset(entry["name"] for entry in holding if entry["kind"] == "user"),
            frozenset(entry["name"] for entry in holding if entry["kind"] == "group"),
        )

    def hold(self, row: Row) -> bool:
        return row["uid"] in self.users or not self.groups.isdisjoint(row["groups"])


class Judge:
    """One host's people under a policy."""

    def __init__(self, policy: Policy, exemptions: Exemptions) -> None:
        self._policy = policy
        self._exemptions = exemptions
        self._factor_rules = policy.factor_rules

    def left_out(self, row: Row) -> bool:
        out = self._policy.leave_out
        if row["uid"] in out.users:
            # an account for emergencies that cannot log in is worth knowing of
            return bool(row["login"] != "locked_out")
        if not out.groups.isdisjoint(row["groups"]):
            return True
        if out.guests and row["login"] == "guest":
            return True
        return out.no_password_login and not row["password_login"]

    def asks(self, rule: Rule, row: Row) -> bool:
        """Whether a factor rule is about this person."""
        if rule.options.get("admins_only") and not row["admin"]:
            return False
        groups = rule.options.get("groups")
        return not groups or any(group in groups for group in row["groups"])

    def _has(self, rule: Rule, row: Row) -> bool:
        wanted = rule.options.get("factor", "any")
        if wanted == "any":
            has = bool(row["factors"])
        elif wanted == "secsign":
            has = not self._policy.secsign_providers.isdisjoint(row["factors"])
        else:
            has = any(factor in wanted for factor in row["factors"])
        return has and (row["backup_codes"] or 0) >= rule.options.get("backup_codes", 0)

    def state(self, row: Row) -> t.Tuple[str, t.List[Rule]]:
        """The person's state, and the factor rules that are not met (whether or not something else excuses that)."""
        if not row["enabled"]:
            return DISABLED, []
        if self.left_out(row):
            return LEFT_OUT, []
        lacking = [rule for rule in self._factor_rules if self.asks(rule, row) and not self._has(rule, row)]
        if row["login"] == "locked_out":
            return LOCKED_OUT, lacking
        if not lacking and not row["factors"]:
            return NOT_ASKED, []
        # what only warns makes nobody uncovered who has a factor
        if row["factors"] and not any(rule.level == FAILURE for rule in lacking):
            return COVERED, lacking
        if self._exemptions.hold(row):
            return EXEMPT, lacking
        if row["factors"]:
            return INSUFFICIENT, lacking
        return (ENROLS if row["login"] == "will_enrol" else UNCOVERED), lacking

    def breaks(self, rule: Rule, row: Row, state: str) -> bool:
        """Whether a factor rule that is not met counts against the person."""
        if state == EXEMPT or (state == LOCKED_OUT and self._exemptions.hold(row)):
            return not rule.options.get("accept_exempt", True)
        if state == ENROLS:
            return not rule.options.get("accept_enrolment", False)
        return True
