# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an audit needs of a host besides: everybody in one short text, and exemptions as data."""

from __future__ import annotations

import base64
import json
import typing as t
import zlib

from ansible_collections.secsign.nextcloud.plugins.module_utils._policy import stamp, stored_exemptions
from ansible_collections.secsign.nextcloud.plugins.module_utils._state import State


class Packer:
    """Packs people as they come, so that neither the host nor the control machine holds all of them as objects.

    A hundred thousand people as Ansible's variables take minutes and gigabytes; as one text they are a few megabytes.
    """

    _TOGETHER = 500

    def __init__(self) -> None:
        # the fastest level takes half the time of the usual one and gives a text that is a third longer
        self._zip = zlib.compressobj(1)
        self._encode = json.JSONEncoder(separators=(",", ":")).encode
        self._waiting: t.List[t.Mapping[str, t.Any]] = []
        self._packed: t.List[bytes] = []

    def add(self, person: t.Mapping[str, t.Any]) -> None:
        self._waiting.append(person)
        if len(self._waiting) == self._TOGETHER:
            self._pack()

    def _pack(self) -> None:
        # a line is a list without its brackets
        self._packed.append(self._zip.compress(self._encode(self._waiting)[1:-1].encode() + b"\n"))
        self._waiting.clear()

    def text(self) -> str:
        if self._waiting:
            self._pack()
        self._packed.append(self._zip.flush())
        return base64.b64encode(b"".join(self._packed)).decode("ascii")


def exemptions_view(state: State) -> t.List[t.Dict[str, t.Any]]:
    """Those that a run has not ended yet; one that is over holds on in Nextcloud until then."""
    return [
        {"kind": e.kind, "name": e.name, "owner": e.owner, "reason": e.reason, "until": stamp(e.until), "over": not e.holds(state.now)}
        for e in stored_exemptions(state)
        if not e.ended
    ]
