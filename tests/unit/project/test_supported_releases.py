# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""meta/releases.json is the one place that lists releases of Nextcloud: nothing else says otherwise, or again."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from types import ModuleType

import pytest
import supported
from paths import ROOT

from ansible_collections.secsign.nextcloud.plugins.module_utils._server.secsign_apps import SECSIGN_APPS


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("supported_releases", ROOT / "tools" / "supported_releases.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = load()
NAMES = sorted({place[0] for place in TOOL.PLACES})


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_place_says_what_the_file_says(name: str) -> None:
    assert TOOL.render(name, text(name)) == text(name), "run tools/supported_releases.py"


@pytest.mark.parametrize("place", TOOL.PLACES, ids=lambda place: f"{place[0]} {place[1]}")
def test_a_place_that_differs_is_noticed(place: tuple[str, str, str, str, str]) -> None:
    name, before, _stands, after, wanted = place
    other = re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), wanted)
    spoilt = re.sub(f"({before}){re.escape(wanted)}({after})", rf"\g<1>{other}\g<2>", text(name))
    assert spoilt != text(name) and TOOL.render(name, spoilt) == text(name)


def test_no_other_text_names_a_range_of_releases() -> None:
    """A range that nobody writes anew would be wrong one day."""
    ranges = {TOOL.ours, TOOL.vendors, TOOL.neither}
    listed = subprocess.run(
        ["git", "ls-files", "*.md", "Makefile", "noxfile.py", "sandbox/*.py", "molecule/*", "bench/*", "roles/*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    if not listed:
        pytest.skip("only a git checkout knows which files are part of it")
    again = {}
    for name in set(listed) - {"CHANGELOG.md"}:
        rest = text(name)
        for _name, before, stands, after, _wanted in (place for place in TOOL.PLACES if place[0] == name):
            rest = re.sub(f"{before}{stands}{after}", "", rest)
        if any(each in rest for each in ranges):
            again[name] = sorted(each for each in ranges if each in rest)
    assert not again


def test_no_code_names_a_release_that_the_sandbox_does_not_claim() -> None:
    named = {
        found
        for folder in ("tests", "molecule", "bench", "sandbox", "docs", "tools", "inventories")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".sh", ".md", ".yml")
        for found in re.findall(r"sandbox[:-](\d+\.\d+\.\d+(?:-dev)?)", path.read_text(encoding="utf-8"))
    }
    assert named and named <= set(supported.FACTS["sandbox"])


def test_the_file_agrees_with_itself() -> None:
    facts = supported.FACTS
    assert set(facts["tested"]["sandbox"]) <= set(facts["sandbox"])
    assert supported.NEWEST in facts["tested"]["sandbox"]
    downloaded = [int(release.split(".")[0]) for release in facts["tested"]["downloaded"]]
    assert downloaded == sorted(downloaded)
    assert set(supported.majors("twofactor_secsign")) <= set(downloaded), "each release of the app is tested"
    assert {str(major) for major in supported.majors("twofactor_secsign")} <= set(facts["end_of_life"])
    assert all(re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month) for month in facts["end_of_life"].values())


def test_the_collection_knows_the_last_release_of_the_vendors_app() -> None:
    assert SECSIGN_APPS["secsignid"].last_major == supported.majors("secsignid")[-1]


def test_molecule_asks_for_the_vendors_app_on_its_releases() -> None:
    asked = {
        tuple(int(number) for number in found.split(","))
        for path in (ROOT / "molecule").glob("*/molecule.yml")
        for found in re.findall(r"release: \[([\d, ]+)\]", path.read_text(encoding="utf-8"))
    }
    assert asked == {tuple(supported.majors("secsignid"))}


def test_what_operators_get_knows_nothing_of_the_sandbox() -> None:
    folders = [ROOT / name for name in ("plugins", "roles", "playbooks", "nextcloud_app/twofactor_secsign/lib")]
    knowing = [
        str(path.relative_to(ROOT))
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".pyc", ".gz") and b"sandbox" in path.read_bytes().lower()
    ]
    assert not knowing
