# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""IDs and settings of the vendor's app serve on under the app that today's releases load."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from conftest import bundled_app


@pytest.fixture
def new(cloud: Any) -> Any:
    if cloud.name != "new":
        pytest.skip("looked at on the new machine")
    return cloud


def kept() -> dict[str, list[str]]:
    text = (Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"]) / "kept.txt").read_text(encoding="utf-8")
    return {line.split("\t")[0]: line.split("\t")[1:] for line in text.splitlines()}


def test_ids_are_kept(new: Any) -> None:
    assert len(kept()) == 2
    assert new.ids("twofactor_secsign") == kept()
    # the vendor's own table is left alone, for a way back
    assert new.ids("secsignid") == kept()


def test_who_had_it_on_has_it_on(new: Any) -> None:
    states = new.factors("twofactor_secsign")
    assert states["alice"] == "1" and states.get("bob", "0") == "0"
    # a provider that cannot load would keep its users out
    assert new.factors("secsignid") == {}
    marks = dict(
        new.sql(
            "SELECT userid, configvalue FROM oc_preferences WHERE appid = 'twofactor_secsign' AND configkey ="
            " 'logged_in'"
        )
    )
    assert marks == {"alice": "1", "bob": "0"}


def test_settings_are_kept(new: Any) -> None:
    settings, before = new.app_config("twofactor_secsign"), new.app_config("secsignid")
    for key in (
        "server",
        "serverport",
        "fallback",
        "fallbackport",
        "mobileurl",
        "onboarding_enabled",
        "onboarding_suffix",
        "allowEdit",
    ):
        assert settings[key] == before[key], key
    assert settings["taken_over"] == "1" and settings["enabled"] == "yes"


def test_the_new_app_serves_and_is_enforced(new: Any) -> None:
    assert new.digests("/var/www/nextcloud/apps/twofactor_secsign") == bundled_app()
    assert new.config()["twofactor_enforced"] == "true"


def test_alice_is_asked_for_her_id(real: Any) -> None:
    if real.name != "new":
        pytest.skip("looked at on the new machine")
    assert "/login/challenge/twofactor_secsign" in real.log_in("alice")
