# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an audit needs of a host besides: everybody in one short text, and exemptions as data."""

from __future__ import annotations

import base64
import json
import typing as t
import zlib

from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.intent import stored_exemptions
from ansible_collections.secsign.nextcloud.plugins.module_utils._server.state import State
from ansible_collections.secsign.nextcloud.plugins.module_utils._text import stamp


class Packer:
    """Packs users as they come, so that neither the host nor the control machine holds all of them as objects.

    A hundred thousand users as Ansible's variables take minutes and gigabytes; as one text they are a few megabytes. A
    page goes in as the bridge returned it, since writing JSON takes longer than all else here: for each page that line,
    then a line with the number of the verdict on each of its users; at the end a line with the verdicts.
    """

    def __init__(self) -> None:
        # the fastest level takes half the time of the usual one and gives a text that is a third longer
        self._zip = zlib.compressobj(1)
        self._packed: list[bytes] = []

    def add(self, page: bytes, verdicts: t.Sequence[int]) -> None:
        self._add(page)
        self._add(json.dumps(verdicts, separators=(",", ":")).encode())

    def _add(self, line: bytes) -> None:
        self._packed.append(self._zip.compress(line + b"\n"))

    def text(self, verdicts: t.Sequence[t.Mapping[str, t.Any]]) -> str:
        self._add(json.dumps(verdicts).encode())
        return base64.b64encode(b"".join([*self._packed, self._zip.flush()])).decode("ascii")


def exemptions_view(state: State) -> list[dict[str, t.Any]]:
    """Those that a run has not ended yet; one that is over holds on in Nextcloud until then."""
    return [
        {
            "kind": e.kind,
            "name": e.name,
            "owner": e.owner,
            "reason": e.reason,
            "until": stamp(e.until),
            "over": not e.holds(state.now),
        }
        for e in stored_exemptions(state)
        if not e.ended
    ]
