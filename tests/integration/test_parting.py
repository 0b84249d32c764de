# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking one of two provider apps away while two-factor login is enforced: refused if somebody could enrol with that
one only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FIXTURE_APP = Path(__file__).resolve().parent.parent / "fixtures" / "apps" / "twofactor_fixture"
FIXTURE = {"app_id": "twofactor_fixture"}


@pytest.mark.parametrize("state", ["disabled", "absent"])
def test_refused_while_users_have_nothing_else_to_enrol_with(server: Any, state: str) -> None:
    assert not server.run("app", source=str(FIXTURE_APP), remote_src=True, **FIXTURE).failed
    server.occ("app:enable", "twofactor_totp")
    assert not server.run("enforcement", enforced=True, groups=["staff"]).failed
    # for everybody else in staff the other one is left, so this is no loss
    assert not server.run("app", check=True, state=state, **FIXTURE).failed
    # now the other one is there for another group only
    server.occ("app:enable", "--groups", "it", "twofactor_totp")
    refused = server.run("app", state=state, **FIXTURE)
    assert refused.failed and refused["code"] == "NC401" and "alice" in refused["msg"], refused.data
    assert "twofactor_fixture" in json.loads(server.occ("app:list", "--output=json").stdout)["enabled"]
    assert not server.run("enforcement", enforced=False).failed
    assert not server.run("app", state=state, **FIXTURE).failed
