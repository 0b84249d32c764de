# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attacks by code of the tree on whoever asks: what it finds in its environment, and how much it makes others keep."""

from __future__ import annotations

import base64
import json
import os
import time
from pathlib import Path
from typing import Any

import attack_scene as scene
import pytest
from attack_scene import ROOT, WAYS, Site
from expect import fails
from module_runner import Result
from subprocess_runner import needs_root

pytestmark = [needs_root, pytest.mark.thorough]

ALLOWED = {"PATH", "HOME", "LANG", "LC_ALL", "COLUMNS", "NEXTCLOUD_CONFIG_DIR", "PHP_INI_SCAN_DIR"}
SECRET = (
    *("AWS_SECRET_ACCESS_KEY", "SSH_AUTH_SOCK", "SUDO_USER", "SUDO_COMMAND", "VAULT_TOKEN", "MY_OWN_SETTING"),
    *("ANSIBLE_VAULT_PASSWORD_FILE", "ANSIBLE_BECOME_PASSWORD", "NC_PASS", "OC_PASS", "nc_pass", "PHPRC", "ENV"),
)
# where code of the tree runs: in the bridge and in occ, or in occ alone
PLACES = {"bridge": "lib/base.php", "occ": "occ"}


@pytest.fixture
def sandbox_only(server: Any) -> None:
    scene.once(server, everywhere=False)


on_sandbox = pytest.mark.usefixtures("sandbox_only")


@pytest.fixture
def site(server: Any, open_folder: Path) -> Site:
    scene.once(server)
    return Site(server, open_folder)


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def way(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"exec_prefix": request.param}


# ------------------------------------------------------------------ the environment


class Spy:
    """Code in the bridge and in occ that writes down all that it finds in its environment."""

    def __init__(self, site: Site) -> None:
        self._file = site.put(site.top / "seen", "", ROOT, 0o666)
        for name in PLACES.values():
            site.add_code(
                name,
                f"file_put_contents('{self._file}', json_encode([getenv(), "
                "base64_encode(@file_get_contents('/proc/self/environ') ?: '')])"
                " . PHP_EOL, FILE_APPEND);",
            )

    def seen(self) -> list[dict[str, str]]:
        """The environment of each process, as PHP and as the kernel show it."""
        found = []
        for line in self._file.read_text(encoding="utf-8").splitlines():
            variables, raw = json.loads(line)
            pairs = [entry.partition("=") for entry in base64.b64decode(raw).decode().split("\0") if entry]
            found.append({**{name: value for name, _, value in pairs}, **variables})
        return found


@pytest.fixture
def spy(site: Site, monkeypatch: pytest.MonkeyPatch) -> Spy:
    for name in SECRET:
        monkeypatch.setenv(name, f"leaked-{name}")
    return Spy(site)


def test_code_of_the_tree_sees_no_secret_of_whoever_asks(site: Site, spy: Spy, way: dict[str, Any]) -> None:
    done = site.change(**way)
    seen = spy.seen()
    assert len(seen) >= 3, "two questions to the bridge and occ"
    assert not {name for variables in seen for name, value in variables.items() if "leaked" in value}
    assert not done.failed, done.data


def test_code_of_the_tree_sees_only_what_it_needs(site: Site, spy: Spy) -> None:
    site.change()
    handed_on = {name for variables in spy.seen() for name in variables if name in os.environ}
    assert {name for name in handed_on if not name.startswith("NC_")} <= ALLOWED
    for variables in spy.seen():
        assert {"PATH", "HOME", "LC_ALL"} <= set(variables)
        assert variables["HOME"] == os.path.expanduser("~www-data")


def test_what_nextcloud_itself_reads_is_handed_on(site: Site, spy: Spy, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {
        "NEXTCLOUD_CONFIG_DIR": str(site.config.parent),
        "PHP_INI_SCAN_DIR": f":{site.folder('ini', ROOT)}",
        "NC_a_setting": "kept",
    }
    for name, value in wanted.items():
        monkeypatch.setenv(name, value)
    done = site.change()
    assert not done.failed, done.data
    for variables in spy.seen():
        assert wanted.items() <= variables.items()


def test_pass_environment_adds_names(site: Site, spy: Spy) -> None:
    done = site.change(pass_environment=["MY_OWN_SETTING", "NOT_THERE"])
    assert not done.failed, done.data
    for variables in spy.seen():
        assert variables["MY_OWN_SETTING"] == "leaked-MY_OWN_SETTING"
        assert "NOT_THERE" not in variables and "VAULT_TOKEN" not in variables


def test_what_a_container_itself_sets_stays(site: Site, spy: Spy) -> None:
    """The official image keeps much of its configuration there: redis.config.php reads REDIS_HOST, and so on."""
    done = site.change(exec_prefix=["env", "REDIS_HOST=redis"])
    assert not done.failed, done.data
    assert {variables.get("REDIS_HOST") for variables in spy.seen()} == {"redis"}


# ------------------------------------------------------------------ how much is kept


def _flood(site: Site, place: str, stream: str, megabytes: int) -> None:
    blanks = f"fwrite({stream}, str_repeat(' ', 1 << 20))"
    site.add_code(PLACES[place], f"for ($n = 0; $n < {megabytes}; $n++) {{ if (!{blanks}) {{ exit(1); }} }}")


def _memory(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith(name + ":")).split()[1]) // 1024


def _asked(site: Site, **options: Any) -> tuple[Result, int]:
    """What a module said, and by how many megabytes its process grew meanwhile."""

    def work() -> str:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak is counted from here
        before = _memory("VmRSS")
        result = site.change(**options)
        return json.dumps([result.data, _memory("VmHWM") - before])

    data, grown = json.loads(scene.within(120, work))
    return Result(data), grown


@on_sandbox
@pytest.mark.parametrize("stream", ["STDOUT", "STDERR"])
@pytest.mark.parametrize("place", list(PLACES))
def test_php_that_prints_too_much_is_stopped(site: Site, way: dict[str, Any], place: str, stream: str) -> None:
    _flood(site, place, stream, 100)
    result, grown = _asked(site, max_output_mb=8, **way)
    fails(result, "NC138", "max_output_mb")
    assert grown < 64
    assert site.ran_as() == {site.owner}


@on_sandbox
@pytest.mark.parametrize(("place", "prefix"), [("bridge", []), ("occ", ["env"])], ids=["direct", "behind_prefix"])
def test_without_an_option_more_than_a_quarter_of_a_gigabyte_is_too_much(
    site: Site,
    place: str,
    prefix: list[str],
) -> None:
    _flood(site, place, "STDOUT", 500)
    begun = time.monotonic()
    result, grown = _asked(site, exec_prefix=prefix)
    assert grown < 256 + 128
    fails(result, "NC138", "max_output_mb")
    assert time.monotonic() - begun < 90


@on_sandbox
@pytest.mark.parametrize("place", list(PLACES))
def test_a_little_noise_does_not_matter(site: Site, way: dict[str, Any], place: str) -> None:
    for stream in ("STDOUT", "STDERR"):
        _flood(site, place, stream, 2)
    result, _grown = _asked(site, **way)
    assert not result.failed and result.changed, result.data


@on_sandbox
@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_that_is_none_is_refused(site: Site, limit: int) -> None:
    fails(site.change(max_output_mb=limit), "NC201", "max_output_mb")
