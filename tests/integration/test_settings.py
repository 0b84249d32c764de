# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each module on each Nextcloud: a check run predicts, the first run does exactly that, the second run finds nothing
to do."""

from __future__ import annotations

import json
from typing import Any

import pytest

FIXTURE = {"app_id": "twofactor_fixture"}

CASES = {
    "id_server": (
        "id_server",
        dict(
            FIXTURE,
            server="https://id.example.com",
            serverport=8443,
            fallback="https://id2.example.com",
            mobileurl="id.example.com",
        ),
    ),
    "user_permissions": ("user_permissions", dict(FIXTURE, allow_groups=True, allow_edit_groups=["staff", "no group"])),
    "onboarding": (
        "onboarding",
        dict(FIXTURE, enabled=True, suffix="example", choice_enabled=True, choice_groups=["it"]),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_check_predicts_run_does_second_run_rests(server: Any, case: str) -> None:
    module, options = CASES[case]
    before = json.loads(server.occ("config:list", "--output=json", "twofactor_fixture").stdout)
    predicted = server.run(module, check=True, **options)
    assert json.loads(server.occ("config:list", "--output=json", "twofactor_fixture").stdout) == before

    first = server.run(module, **options)
    assert not first.failed, first.data
    assert first.changed and predicted.changed
    assert predicted.diff == first.diff
    assert predicted["commands"] == first["commands"]
    for option, value in options.items():
        shown = first.diff["after"][option]
        assert shown == (sorted(value) if isinstance(value, list) else value)

    for check in (True, False):
        again = server.run(module, check=check, **options)
        assert not again.changed
        assert again.diff["before"] == again.diff["after"]
        assert again["commands"] == []


def test_what_is_stored_is_what_the_apps_own_page_would_store(server: Any) -> None:
    for module, options in CASES.values():
        assert not server.run(module, **options).failed
    stored: dict[str, str] = json.loads(server.occ("config:list", "--output=json", "twofactor_fixture").stdout)["apps"][
        "twofactor_fixture"
    ]
    assert stored == {
        "server": "https://id.example.com",
        "serverport": "8443",
        "fallback": "https://id2.example.com",
        "mobileurl": "id.example.com",
        "allowGroups": "1",
        "allowEditGroups": '["staff","no group"]',
        "onboarding_enabled": "1",
        "onboarding_suffix": "example",
        "choice_enabled": "1",
        "choice_groups": '["it"]',
    }
