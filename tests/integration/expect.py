# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module promises, said once: how a change goes, and how a refusal reads."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from module_runner import Result


def converges(server: Any, module: str, /, **options: Any) -> Result:
    """A check run predicts and touches nothing, the run does exactly that, a second run rests. Returns the run."""
    before = server.fingerprint()
    predicted = server.run(module, check=True, **options)
    assert not predicted.failed, predicted.data
    assert server.fingerprint() == before
    first = server.run(module, **options)
    assert not first.failed, first.data
    assert first.changed and predicted.changed
    assert predicted.diff == first.diff
    assert predicted.diff["before"] != predicted.diff["after"]
    assert predicted["commands"] == first["commands"] != []
    rests(server, module, checks=(False,), **options)
    return first


def rests(server: Any, module: str, /, checks: Sequence[bool] = (True, False), **options: Any) -> None:
    """Nothing to do, in a check run and in a run."""
    before = server.fingerprint()
    for check in checks:
        again = server.run(module, check=check, **options)
        assert not again.failed, again.data
        assert not again.changed, again.data
        assert again.diff["before"] == again.diff["after"]
        assert again["commands"] == []
    assert server.fingerprint() == before


def refused(server: Any, module: str, code: str, /, *named: str, check_too: bool = True, **options: Any) -> Result:
    """Fails with this code in one sentence that names what has to be named, and nothing on the host has changed."""
    before = server.fingerprint()
    result = fails(server.run(module, **options), code, *named)
    assert server.fingerprint() == before
    if check_too:
        assert server.run(module, check=True, **options)["msg"] == result["msg"], "a check run refuses the same"
        assert server.fingerprint() == before
    return result


def fails(result: Result, code: str, *named: str) -> Result:
    assert result.failed, result.data
    assert result["code"] == code, result["msg"]
    one_sentence(result["msg"])
    for text in named:
        assert text in result["msg"]
    printed = json.dumps(result.data)
    assert "Traceback" not in printed and "exception" not in result.data
    return result


def one_sentence(message: str) -> None:
    """What is wrong, a remedy, a full stop, the code: at most three sentences, besides the one that says what was
    undone."""
    text = re.sub(r" \[NC\d{3}\]$", "", message)
    assert text != message, f"no code at the end: {message}"
    text = text.replace(" All earlier changes of this task are undone.", "")
    text = text.replace(" The last change is undone. Earlier changes of this task remain.", "")
    assert "\n" not in text
    assert text.endswith((".", "?")), message
    assert len(re.findall(r"[.!?]['\")]?\s+[A-Z]", text)) <= 2, f"more than three sentences: {message}"
