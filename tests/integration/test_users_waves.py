# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet of four: waves that stop at the first bad host, groups that stop at the first bad group, and a user on
one of them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import users_scene as scene
from apps import APP_ID
from users_play import Played, play, variables
from users_scene import judged, system

PEOPLE = {"admin", "alice", "bob", "carol"}


@pytest.fixture(scope="module")
def built(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    # there is more than one conftest.py; the one that is meant has this class
    make = next(
        plugin.FolderServer for plugin in request.config.pluginmanager.get_plugins() if hasattr(plugin, "FolderServer")
    )
    folder = Path(tempfile.mkdtemp(prefix="nextcloud-fleet-"))
    folder.chmod(0o755)
    fleet = {f"cloud{n}": make(f"fleet{n}", "sandbox:newest", folder / f"cloud{n}") for n in (1, 2, 3, 4)}
    yield fleet
    shutil.rmtree(folder)


@pytest.fixture
def fleet(built: dict[str, Any]) -> dict[str, Any]:
    """On each of them everybody can set a second factor up at the login."""
    for server in built.values():
        scene.without_secsign(server)
        scene.set_up_at_login(server, True)
    return built


def roll_out(folder: Path, fleet: dict[str, Any], *arguments: str, hosts: Any = None, **extra: Any) -> Played:
    given = {name: variables(server, **(hosts or {}).get(name, {})) for name, server in fleet.items()}
    options = {"twofactor_enforcement": {"enforced": True}, "twofactor_snapshot_dir": str(folder / "before")}
    return play(folder, "site.yml", given, *arguments, **dict(options, **extra))


def enforced(fleet: dict[str, Any]) -> dict[str, bool]:
    return {name: system(server).get("twofactor_enforced") == "true" for name, server in fleet.items()}


def once(code: str, done: Played) -> bool:
    """One task failed with this code, which is in its result. ansible-core 2.19 and later print a summary above it."""
    results = [line for line in done.output.splitlines() if line.startswith("fatal: ")]
    return len(results) == 1 and f'"code": "{code}"' in results[0] and done.output.count(f"[{code}]") <= 2


def test_a_bad_wave_is_the_last_one(fleet: dict[str, Any], tmp_path: Path) -> None:
    fleet["cloud2"].occ("maintenance:mode", "--on")
    before = {name: scene.everything_but_ids(server) for name, server in fleet.items()}
    done = roll_out(tmp_path, fleet, rollout_serial=[1, 2, 1])
    assert done.rc != 0
    assert once("NC104", done) and "1 of 2 hosts (cloud2), 1 changed; 1 host not begun: cloud4" in done.output
    assert (done.count("failed", "cloud2"), done.count("rescued", "cloud2")) == (1, 0)
    assert enforced(fleet) == {"cloud1": True, "cloud2": False, "cloud3": True, "cloud4": False}
    for name in ("cloud2", "cloud4"):
        assert scene.everything_but_ids(fleet[name]) == before[name], name
    assert judged(fleet["cloud1"]) == PEOPLE

    fleet["cloud2"].occ("maintenance:mode", "--off")
    done = roll_out(tmp_path, fleet, rollout_serial=[1, 2, 1]).went_well()
    assert [done.count("changed", name) for name in fleet] == [0, 1, 0, 1]
    assert all(enforced(fleet).values())
    again = roll_out(tmp_path, fleet, rollout_serial=["50%"]).went_well()
    assert [again.count("changed", name) for name in fleet] == [0, 0, 0, 0]


def test_waves_that_the_inventory_names(fleet: dict[str, Any], tmp_path: Path) -> None:
    """As in inventories/production: group_vars hold, and not only what is given on the command line."""
    fleet["cloud2"].occ("maintenance:mode", "--on")
    done = roll_out(tmp_path, fleet, hosts={name: {"rollout_serial": [1, 1, "100%"]} for name in fleet})
    assert done.rc != 0
    assert enforced(fleet) == {"cloud1": True, "cloud2": False, "cloud3": False, "cloud4": False}
    assert "WAVE 1 of 3: 1 host (cloud1); 0 before, 3 to come" in done.output
    assert "WAVE 1 of 3 done in " in done.output
    assert (
        "WAVE 2 of 3 FAILED after " in done.output
        and "1 of 1 host (cloud2), 0 changed; 2 hosts not begun: cloud3, cloud4" in done.output
    )
    assert "WAVE 3" not in done.output


def test_a_login_page_that_does_not_answer_stops_the_rollout(fleet: dict[str, Any], tmp_path: Path) -> None:
    nobody = {"twofactor_check_url": "http://127.0.0.1:9"}
    done = roll_out(tmp_path, fleet, rollout_serial=1, hosts={"cloud1": nobody})
    assert done.rc != 0 and once("NC205", done) and "3 hosts not begun: cloud2, cloud3, cloud4" in done.output
    assert enforced(fleet) == {"cloud1": True, "cloud2": False, "cloud3": False, "cloud4": False}


def test_the_guard_stops_it_before_anything_is_changed(fleet: dict[str, Any], tmp_path: Path) -> None:
    scene.set_up_at_login(fleet["cloud1"], False)
    done = roll_out(tmp_path, fleet, rollout_serial=1)
    assert done.rc != 0 and once("NC401", done) and "3 hosts not begun: cloud2, cloud3, cloud4" in done.output
    assert not any(enforced(fleet).values())
    # check mode returns the same error
    assert "[NC401]" in roll_out(tmp_path, fleet, "--check", rollout_serial=1).output


def test_group_by_group_until_the_first_bad_one(fleet: dict[str, Any], tmp_path: Path) -> None:
    server = fleet["cloud1"]
    scene.set_up_at_login(server, False)
    for uid in ("alice", "carol"):
        server.occ("twofactorauth:enable", uid, APP_ID)
    one, groups = {"cloud1": server}, ["staff", "it", "contractors"]
    done = roll_out(tmp_path, one, rollout_groups=groups)
    assert (
        done.rc != 0
        and "Enforced for staff, not for it: 1 user could not log in any more (bob)" in done.output
        and "[NC401]" in done.output
    )
    assert judged(server) == {"alice"}
    again = roll_out(tmp_path, one, rollout_groups=groups)
    assert again.rc != 0 and again.count("changed", "cloud1") == 0 and judged(server) == {"alice"}

    server.occ("twofactorauth:enable", "bob", APP_ID)
    done = roll_out(tmp_path, one, rollout_groups=groups).went_well()
    assert done.count("changed", "cloud1") == 1 and judged(server) == {"alice", "bob", "carol"}
    assert roll_out(tmp_path, one, rollout_groups=groups).went_well().count("changed", "cloud1") == 0
    assert sorted(system(server)["twofactor_enforced_groups"]) == sorted(groups)


def test_a_user_on_one_host_of_the_fleet(fleet: dict[str, Any], tmp_path: Path) -> None:
    scene.add_user(fleet["cloud3"], "dora")
    hosts = {name: variables(server) for name, server in fleet.items()}
    options = {
        "user": "dora",
        "method": "exempt",
        "reason": "phone at home",
        "requested_by": "helga",
        "audit_log": str(tmp_path / "audit.jsonl"),
    }
    done = play(tmp_path, "unlock.yml", hosts, **options).went_well()
    assert [done.count("changed", name) for name in fleet] == [0, 0, 1, 0]
    assert len((tmp_path / "audit.jsonl").read_text(encoding="utf-8").splitlines()) == 1
