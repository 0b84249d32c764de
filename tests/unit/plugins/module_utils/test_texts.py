# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is text and what is not, and what of somebody else's text comes into a sentence."""

from __future__ import annotations

import re
from typing import Any

import pytest
from paths import PLUGINS

from ansible_collections.secsign.nextcloud.plugins.module_utils._audit_log import check_writable
from ansible_collections.secsign.nextcloud.plugins.module_utils._engine import Context
from ansible_collections.secsign.nextcloud.plugins.module_utils._errors import NextcloudError
from ansible_collections.secsign.nextcloud.plugins.module_utils._modules.run import check_texts
from ansible_collections.secsign.nextcloud.plugins.module_utils._policy.exemptions import parse_moment
from ansible_collections.secsign.nextcloud.plugins.module_utils._settings.id_server import IdServer
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.remediation import Commands


@pytest.mark.parametrize("value", ["a\0b", ["x", "a\0b"], {"x": {"y": ["\ud800"]}}, {"a\0": 1}])
def test_no_text(value: Any) -> None:
    with pytest.raises(NextcloudError) as caught:
        check_texts({"fine": "text", "option": value})
    assert caught.value.message.startswith("option: ") and "NC201" in caught.value.message
    caught.value.message.encode()
    assert "\0" not in caught.value.message


@pytest.mark.parametrize("value", [None, 1, True, "", "\n\ttwo lines", "é漢\U0001f600", ["a", None], {"a": ["b"]}])
def test_text(value: Any) -> None:
    check_texts({"option": value})


def test_what_is_named_adds_no_sentence() -> None:
    """However long or wild what it names is, and whatever a terminal would make of it."""
    message = NextcloudError(
        "unknown_users", option="user", detail='a\x1b[31m\u202eb. "C." D\n' + "x" * 100_000
    ).message
    assert len(message) < 1500
    assert not re.search(r"[\x00-\x1f\x7f\u202e]", message)
    assert re.findall(r"[.!?]['\")]?\s+[A-Z]\w*", message) == [". Correct"], "only the remedy is a sentence of its own"


@pytest.mark.parametrize("text", ["2026-12-31\n2", "2026-12-31T10:00:00Z\n2", "2026-12-31x"])
def test_a_date_is_all_of_it(text: str) -> None:
    with pytest.raises(NextcloudError):
        parse_moment("until", text)


def test_a_name_with_a_line_end_is_no_plain_one() -> None:
    assert Commands().play("unlock", "host", user="alice\n") is None


@pytest.mark.parametrize("path", ["", "/", "/tmp/" + "x" * 300])
def test_an_audit_log_that_cannot_be(path: str) -> None:
    with pytest.raises(NextcloudError):
        check_writable(path)


@pytest.mark.parametrize("host", ["[[]]", "[", "a b", "", "user@host"])
def test_a_mobile_address_that_is_none(host: str) -> None:
    with pytest.raises(NextcloudError):
        IdServer({"app_id": "auto", "validate": False, "mobileurl": host}, Context())


def test_patterns_end_at_the_end() -> None:
    """A $ also matches before a line end, which then goes on unseen."""
    found = []
    for path in sorted(PLUGINS.rglob("*.py")):
        if path.name != "program.py":
            found += [
                f"{path.name}: {text}"
                for text in re.findall(
                    r"""(?:compile|match|search|fullmatch)\(\s*r["'].*?\$["'].*""", path.read_text(encoding="utf-8")
                )
            ]
    assert found == []
