# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many tests ran on what, by suite, put together again where tests run in several processes; tests/conftest.py
makes it a plugin."""

from __future__ import annotations

import collections
from collections import Counter
from typing import Any

import pytest

RAN_ON: collections.defaultdict[str, Counter[str]] = collections.defaultdict(collections.Counter)


def pytest_sessionfinish(session: pytest.Session) -> None:
    # the session of a process that runs tests for another one: it shows what it ran on
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["ran_on"] = {suite: dict(counts) for suite, counts in RAN_ON.items()}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    for suite, counts in getattr(node, "workeroutput", {}).get("ran_on", {}).items():
        RAN_ON[suite].update(counts)


def print_last(config: pytest.Config, text: str) -> None:
    """Prints a line below the result of the whole run; for pytest_unconfigure."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and not hasattr(config, "workerinput"):
        reporter.line(text)
