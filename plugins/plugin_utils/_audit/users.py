# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users as an audit sees them: unpacked, and each in one state under a policy."""

from __future__ import annotations

import base64
import binascii
import json
import typing as t
import zlib
from dataclasses import dataclass

from ansible_collections.secsign.nextcloud.plugins.plugin_utils._answers import USER, AnswerError
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.values import FAILURE, AuditPolicy, Rule
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._schema import Schema, compiled, first_problem

Row = dict[str, t.Any]

# The states, in the order of the report. A user is in exactly one.
LOCKED_OUT = "locked_out"  # cannot log in
UNCOVERED = "uncovered"  # a rule asks for a factor, and there is none
INSUFFICIENT = "insufficient"  # has a factor, but not what a rule asks for
ENROLS = "enrols"  # has none, and the next login asks to set one up
EXEMPT = "exempt"  # has none, and a valid exemption
COVERED = "covered"  # has what every rule asks for; where no rule asks, has any factor
NOT_ASKED = "not_asked"  # no rule asks for a factor, and there is none
LEFT_OUT = "left_out"  # the policy names them as users of whom nothing is asked
DISABLED = "disabled"
STATES = (LOCKED_OUT, UNCOVERED, INSUFFICIENT, ENROLS, EXEMPT, COVERED, NOT_ASKED, LEFT_OUT, DISABLED)
# Coverage is the share of COVERED in these: of all users who should have a second factor.
SHOULD = (LOCKED_OUT, UNCOVERED, INSUFFICIENT, ENROLS, EXEMPT, COVERED)


# Bounds of one managed node. A large Nextcloud stays far below them.
MOST_BYTES = 256 * 1024 * 1024  # of the unpacked text
MOST_USERS = 500_000
_MOST_ENTRIES = 10_000_000  # in all lists and dictionaries of all users: groups, providers, SecSign IDs
_MOST_LINES = 100_000  # two for each page of up to 500 users
_LONGEST_LINE = 16 * 1024 * 1024
_MOST_OPENED = 200_000  # lists and dictionaries of one line, each of which takes far more memory than text
_CHUNK = 64 * 1024  # characters of base64 at a time; a multiple of four
_PIECE = 256 * 1024  # bytes of text at a time

_KEYS = tuple(USER["properties"])
_fits = compiled(USER)
_PAGE: Schema = {"type": "object", "required": ["rows"], "properties": {"rows": {"type": "array"}}}
_VERDICTS: Schema = {"type": "array", "items": {"type": "object"}}


class UnpackError(AnswerError):
    """``users_packed`` is not what the module twofactor_info makes, or larger than the bounds."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"users_packed: {problem}")


def unpack(packed: t.Any, most_bytes: int = MOST_BYTES, most_users: int = MOST_USERS) -> list[Row]:
    """The users that the module ``twofactor_info`` packed."""
    if not isinstance(packed, str):
        raise UnpackError("it is not a text")
    try:
        last, count, uids = b"", 0, 0
        for line in _lines(packed, most_bytes):
            last, count, uids = line, count + 1, uids + line.count(b'"uid":')
            if uids > most_users:
                raise UnpackError(f"there are more than {most_users} users")
        if count % 2 == 0:
            raise UnpackError("a line is missing")
        return _rows(_lines(packed, most_bytes), count // 2, _parsed(last, _VERDICTS, "verdicts"), most_users)
    except (binascii.Error, zlib.error, ValueError) as error:
        # the words of these errors may quote what they are about
        raise UnpackError(f"it is not valid ({str(error)[:100]})") from None


def _lines(packed: str, most_bytes: int) -> t.Iterator[bytes]:
    """The lines of the unpacked text, of which never more than one is in memory."""
    unzip = zlib.decompressobj()
    rest: list[bytes] = []
    pending = total = ends = 0  # bytes of rest, of all; line ends
    for start in range(0, len(packed), _CHUNK):
        zipped = base64.b64decode(packed[start : start + _CHUNK], validate=True)
        while True:
            piece = unzip.decompress(zipped, _PIECE)
            zipped = unzip.unconsumed_tail
            if not piece and not zipped:
                break
            total += len(piece)
            ends += piece.count(b"\n")
            if total > most_bytes:
                raise UnpackError(f"the text is more than {most_bytes} bytes long")
            if ends > _MOST_LINES:
                raise UnpackError(f"the text has more than {_MOST_LINES} lines")
            *lines, last = piece.split(b"\n")
            for line in lines:
                yield b"".join([*rest, line])
                rest, pending = [], 0
            rest.append(last)
            pending += len(last)
            if pending > _LONGEST_LINE:
                raise UnpackError(f"a line is more than {_LONGEST_LINE} bytes long")
        if unzip.unused_data or (unzip.eof and start + _CHUNK < len(packed)):
            raise UnpackError("it is not valid (something follows the end)")
    if not unzip.eof:
        raise UnpackError("it is cut off")
    if pending:
        yield b"".join(rest)


def _rows(lines: t.Iterator[bytes], pages: int, verdicts: t.Sequence[Row], most_users: int) -> list[Row]:
    """Every user with the verdict: for each page a line with users and a line with the numbers of their verdicts."""
    found: list[Row] = []
    entries = 0
    for _page, users, verdicts_of_users in zip(range(pages), lines, lines):
        rows = _parsed(users, _PAGE, "a page")["rows"]
        numbers = _parsed(verdicts_of_users, {"type": "array"}, "the numbers of verdicts")
        if len(rows) != len(numbers):
            raise UnpackError("a page must have as many verdicts as users")
        for row, number in zip(rows, numbers):
            if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < len(verdicts):
                raise UnpackError(f"there is no verdict {json.dumps(number)[:20]}".replace('"', "'"))
            if isinstance(row, dict):
                row.update(verdicts[number])
            row = checked(row, f"user {len(found)}")
            entries += len(row["groups"]) + len(row["providers"]) + len(row["secsign_ids"]) + len(row["factors"])
            found.append(row)
        if len(found) > most_users:
            raise UnpackError(f"there are more than {most_users} users")
        if entries > _MOST_ENTRIES:
            raise UnpackError(f"the users are in more than {_MOST_ENTRIES} groups")
    return found


def _parsed(line: bytes, schema: Schema, name: str) -> t.Any:
    if line.count(b"[") + line.count(b"{") > _MOST_OPENED:
        raise UnpackError(f"{name} has more than {_MOST_OPENED} lists and dictionaries")
    try:
        value = json.loads(line, parse_constant=_refuse_constant)
    except RecursionError:
        raise UnpackError(f"{name} has too many lists or dictionaries inside each other") from None
    problem = first_problem(value, schema, name)
    if problem is not None:
        raise UnpackError(problem)
    return value


def _refuse_constant(name: str) -> t.NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


def checked(row: t.Any, name: str) -> Row:
    """A user with the keys that an audit knows, each of which has a value of its kind."""
    if not _fits(row):
        problem = first_problem(row, USER, name)
        if problem is not None:
            raise UnpackError(problem)
    return {key: row[key] for key in _KEYS}


@dataclass(frozen=True)
class ExemptNames:
    """The users and groups whose exemption is valid at this moment."""

    users: frozenset[str]
    groups: frozenset[str]

    @classmethod
    def of(cls, entries: t.Iterable[t.Mapping[str, t.Any]]) -> ExemptNames:
        valid = [entry for entry in entries if not entry["over"]]
        return cls(
            frozenset(entry["name"] for entry in valid if entry["kind"] == "user"),
            frozenset(entry["name"] for entry in valid if entry["kind"] == "group"),
        )

    def include(self, row: Row) -> bool:
        return row["uid"] in self.users or not self.groups.isdisjoint(row["groups"])


class Judge:
    """One host's users under a policy."""

    def __init__(self, policy: AuditPolicy, exempt: ExemptNames) -> None:
        self._policy = policy
        self._exempt = exempt
        self._factor_rules = policy.factor_rules

    def left_out(self, row: Row) -> bool:
        out = self._policy.leave_out
        if row["uid"] in out.users:
            # an account for emergencies that cannot log in is reported
            return bool(row["login"] != "locked_out")
        if not out.groups.isdisjoint(row["groups"]):
            return True
        if out.guests and row["login"] == "guest":
            return True
        return out.no_password_login and not row["password_login"]

    def asks(self, rule: Rule, row: Row) -> bool:
        """Whether a factor rule is about this user."""
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

    def state(self, row: Row) -> tuple[str, list[Rule]]:
        """The user's state, and the factor rules that are not met, with or without an excuse."""
        if not row["enabled"]:
            return DISABLED, []
        if self.left_out(row):
            return LEFT_OUT, []
        lacking = [rule for rule in self._factor_rules if self.asks(rule, row) and not self._has(rule, row)]
        if row["login"] == "locked_out":
            return LOCKED_OUT, lacking
        if not lacking and not row["factors"]:
            return NOT_ASKED, []
        # a rule that only warns does not make a user with a factor uncovered
        if row["factors"] and not any(rule.level == FAILURE for rule in lacking):
            return COVERED, lacking
        if self._exempt.include(row):
            return EXEMPT, lacking
        if row["factors"]:
            return INSUFFICIENT, lacking
        return (ENROLS if row["login"] == "will_enrol" else UNCOVERED), lacking

    def breaks(self, rule: Rule, row: Row, state: str) -> bool:
        """Whether a factor rule that is not met counts against the user."""
        if state == EXEMPT or (state == LOCKED_OUT and self._exempt.include(row)):
            return not rule.options.get("accept_exempt", True)
        if state == ENROLS:
            return not rule.options.get("accept_enrolment", False)
        return True
