# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waves and long tasks are counted, and shown in a line each."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.secsign.nextcloud.plugins.module_utils._server.transport import shown_request
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._progress import (
    Task,
    names,
    sizes_of_waves,
    took,
    wave_of,
)

HOSTS = [f"h{n}" for n in range(1, 11)]


@pytest.mark.parametrize(
    ("serial", "sizes"),
    [
        ([], [10]),
        (["100%"], [10]),
        ([1, "10%", "100%"], [1, 1, 8]),
        ([1, "10%", "40%"], [1, 1, 4, 4]),
        ([3], [3, 3, 3, 1]),
        (["1%"], [1] * 10),
        ([0], [10]),
        ([99], [10]),
    ],
)
def test_sizes_are_those_of_ansible(serial: list[Any], sizes: list[int]) -> None:
    assert sizes_of_waves(10, serial) == sizes


@given(st.integers(0, 200), st.lists(st.integers(0, 50) | st.integers(1, 100).map("{}%".format), max_size=5))
def test_every_host_is_in_one_wave(hosts: int, serial: list[Any]) -> None:
    assert sum(sizes_of_waves(hosts, serial)) == hosts


def test_a_wave_from_begin_to_end() -> None:
    assert wave_of(HOSTS, HOSTS, [], 0) is None, "a play with one batch has no waves"
    wave = wave_of(HOSTS, HOSTS[1:5], [1, 4], 100)
    assert wave is not None
    assert wave.begin().strip() == "WAVE 2 of 4: 4 hosts (h2, h3, h4 and 1 more); 1 before, 5 to come"
    wave.note("h2", failed=False, changed=True)
    wave.note("h3", failed=True, changed=False)
    failed = "WAVE 2 of 4 FAILED after 1:01: 1 of 4 hosts (h3), 1 changed; "
    assert wave.end(161) == failed + "5 hosts not begun: h6, h7, h8, h9, h10"
    wave.note("h3", failed=False, changed=False)
    assert wave.end(161) == "WAVE 2 of 4 done in 1:01: 4 hosts, 1 changed", "a host that was rescued"


def test_a_running_task_is_shown_at_every_interval() -> None:
    task = Task("u", "Read", 100, hosts=40, waits_for=["h1", "h2", "h3", "h4"], done=12, failed=1)
    assert task.line(114, 15) is None
    assert task.line(115, 15) == "... 0:15 [Read]: 12 of 40 hosts (1 failed) done, waits for h1, h2, h3 and 1 more"
    assert task.line(116, 15) is None and task.line(130, 15) is not None
    task.waits_for.clear()
    assert task.line(900, 15) is None, "no host runs it any more"
    alone = Task("u", "Codes", 0, waits_for=["h1"], items=4000)
    assert alone.line(3700, 15) == "... 1:01:40 [Codes]: 4,000 items done, waits for h1"


def test_words() -> None:
    assert [took(seconds) for seconds in (0, 59.9, 60, 3600)] == ["0:00", "0:59", "1:00", "1:00:00"]
    assert names(["a"]) == "a"


def test_a_question_is_shown_without_what_could_be_secret() -> None:
    request = {
        "op": "write_saml",
        "mark": "@secret ",
        "roots": ["/nc"],
        "sets": "type=saml",
        "settings": {"type": "saml"},
        "none": None,
        "off": False,
        "providers": {"1": {"sp-privateKey": "secret"}},
        "ca": "secret",
        "users": True,
    }
    shown = shown_request(request)
    assert shown == "bridge write_saml ca: 6 characters providers: 1 sets=type=saml settings: 1 users=True"
