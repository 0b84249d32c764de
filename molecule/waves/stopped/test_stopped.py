# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""After the roll-out that met a bad host in its second wave."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

DONE = {"cloud01", "cloud02", "cloud04"}
NOT_BEGUN = [f"cloud{number:02}" for number in range(5, 11)]


def test_the_wave_with_the_bad_host_was_the_last_one(cloud: Any) -> None:
    enforced = cloud.config().get("twofactor_enforced") == "true"
    assert enforced is (cloud.name in DONE)
    assert cloud.host.file("/var/www/nextcloud/apps/twofactor_secsign").exists is (cloud.name in DONE)
    assert cloud.host.file("/var/lib/secsign-nextcloud").exists is (cloud.name in DONE)


def test_the_bad_host_and_those_after_it_are_named() -> None:
    reported = (Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"]) / "rollout.txt").read_text(encoding="utf-8")
    assert "fatal: [cloud03]: FAILED!" in reported and "[NC104]" in reported
    assert "6 hosts not begun: " + ", ".join(NOT_BEGUN) in reported


def test_it_is_told_where_the_waves_stand() -> None:
    reported = (Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"]) / "rollout.txt").read_text(encoding="utf-8")
    assert "WAVE 1 of 3: 1 host (cloud01); 0 before, 9 to come" in reported and "WAVE 1 of 3 done in " in reported
    assert (
        "WAVE 2 of 3 FAILED after " in reported and "1 of 3 hosts (cloud03), 2 changed; 6 hosts not begun" in reported
    )
    assert "WAVE 3" not in reported


def test_nobody_waits_at_a_closed_door(cloud: Any) -> None:
    assert cloud.status()["maintenance"] is (cloud.name == "cloud03")
