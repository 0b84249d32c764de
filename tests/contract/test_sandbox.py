# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making a sandbox, and that its own rules hold."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import supported

from .replay import CREATE, RELEASES, Instance, php, php_options
from .scene import HERE

SERVER = CREATE.parent / "server"


def create(*argv: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(CREATE), *argv],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(env or {})},
    )


def occ(root: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [php(), *php_options(), str(root / "occ"), *argv], capture_output=True, text=True, check=False
    )


def test_create_installs_when_asked(tmp_path: Path) -> None:
    done = create(str(tmp_path / "nc"), "--release", "35.0.0-dev", "--install", "--admin", "chief")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert (made["release"], made["admin"]) == ("35.0.0-dev", "chief")
    assert len(made["password"]) >= 12
    assert (tmp_path / "nc" / "occ").read_text(encoding="utf-8").startswith("#!/usr/bin/env php\n<?php\n")
    status = json.loads(occ(tmp_path / "nc", "status", "--output=json").stdout)
    assert status["installed"] is True
    assert status["versionstring"] == "35.0.0 dev sandbox"
    assert json.loads(occ(tmp_path / "nc", "group:list", "--output=json").stdout) == {"admin": ["chief"]}


def test_create_leaves_the_installing_to_occ(tmp_path: Path) -> None:
    root = tmp_path / "nc"
    assert create(str(root), "--release", "34.0.1").returncode == 0
    assert json.loads(occ(root, "status", "--output=json").stdout)["installed"] is False
    refused = occ(root, "app:list")
    assert (refused.returncode, "namespace" in refused.stderr) == (1, True)
    done = occ(root, "maintenance:install", "--admin-user", "admin", "--admin-pass", "Lab-admin-pw-1")
    assert (done.returncode, done.stdout) == (0, "Nextcloud was successfully installed\n")
    assert json.loads(occ(root, "status", "--output=json").stdout)["installed"] is True
    assert occ(root, "maintenance:install").returncode == 1, "an installed instance has no installer"


def test_create_refuses_what_it_cannot_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "not empty" in create(str(tmp_path)).stderr
    assert create(str(tmp_path / "nc"), "--release", "1.2.3").returncode == 2
    done = create(str(tmp_path / "nc"), "--admin-pass-env", "LAB_EMPTY", env={"LAB_EMPTY": ""})
    assert (done.returncode, "LAB_EMPTY" in done.stderr) == (1, True)
    assert not (tmp_path / "nc").exists()


def test_every_claimed_release_has_facts_and_a_transcript() -> None:
    known = json.loads((CREATE.parent / "releases.json").read_text(encoding="utf-8"))
    assert list(known) == supported.FACTS["sandbox"], "a release that is claimed has a row of facts"
    assert sorted(known) == RELEASES, "a release that is claimed has a transcript, and the other way round"


def test_passwords_do_not_reach_the_database_in_clear(instance: Instance) -> None:
    content = (instance.root / "data" / "owncloud.db").read_bytes()
    assert b"Lab-admin-pw-1" not in content


def test_status_php_answers_a_browser(instance: Instance) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    account = instance.account
    with subprocess.Popen(
        [php(), *php_options(), "-S", address, "-t", str(instance.root)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    ) as server:
        try:
            answer = json.loads(_when_up(f"http://{address}/status.php"))
        finally:
            server.terminate()
    assert answer["installed"] is True
    assert answer["versionstring"] == instance.release.replace("-", " ") + " sandbox"


def _when_up(url: str) -> bytes:
    for _ in range(100):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                body: bytes = answer.read()
                return body
        except urllib.error.URLError:
            time.sleep(0.05)
    raise AssertionError(f"{url} does not answer")


def test_versions_are_compared_in_one_place() -> None:
    """Differences between releases belong into the two data files; a version compared elsewhere would hide one."""
    allowed = {
        "lib/private/Sandbox/Release.php",
        "lib/private/Console/Application.php",
        "lib/private/legacy/OC_Util.php",
    }
    comparing = {
        str(path.relative_to(SERVER))
        for path in SERVER.rglob("*.php")
        if re.search(r"Release::major\(\)|Release::version\(\)\[|Release::reaches", path.read_text(encoding="utf-8"))
    }
    assert comparing - {"lib/private/Sandbox/Release.php"} == allowed - {"lib/private/Sandbox/Release.php"}


def test_every_file_says_whose_it_is_and_none_is_too_long() -> None:
    for folder in (CREATE.parent / "server", HERE):
        for path in folder.rglob("*"):
            if path.suffix in (".php", ".py", ".xml", ".md", ".txt") and path.name != "recorded-cases.txt":
                text = path.read_text(encoding="utf-8")
                # REUSE-IgnoreStart
                assert "SPDX-License-Identifier: GPL-3.0-or-later" in text, path
                # REUSE-IgnoreEnd
                assert text.count("\n") <= 500, path


def test_behaviours_are_all_used() -> None:
    table = (SERVER / "lib/private/Sandbox/behaviours.php").read_text(encoding="utf-8")
    defined = set(re.findall(r"^    '([a-z_]+\.[a-z_]+)' =>", table, re.MULTILINE))
    code = "".join(path.read_text(encoding="utf-8") for path in [*SERVER.rglob("*.php"), SERVER / "occ"])
    used = set(re.findall(r"behaviour\('([a-z_.]+)'", code))
    assert defined == used
