# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A signature of the operator's own, made with the commands of docs/app.md and checked by Nextcloud."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hosts
import pytest
from login import APP
from nextcloud_site import ROOT, Site, install_app

pytestmark = pytest.mark.thorough


def documented(program: str) -> list[str]:
    text = (ROOT / "docs" / "app.md").read_text(encoding="utf-8")
    return [
        line
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
        if line.startswith(program)
    ]


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    commands = [line for line in documented("openssl ") if "ca.key" in line or "app.key" in line]
    assert len(commands) == 3
    for command in commands:
        # smaller keys are made sooner
        subprocess.run(
            command.replace("rsa:4096", "rsa:2048"), cwd=tmp_path, shell=True, check=True, capture_output=True
        )
    return tmp_path


@pytest.fixture
def signed(site: Site, keys: Path) -> Iterator[tuple[Site, str]]:
    """The app in place, signed; and the certificate of the operator's own authority."""
    folder = Path(tempfile.mkdtemp(prefix="secsign-sign-"))
    try:
        folder.chmod(0o755)
        shutil.copytree(site.host.path / "apps" / APP, folder / APP)
        for name in ("app.key", "app.crt"):
            shutil.copy(keys / name, folder)
        for path in folder.rglob("*"):
            shutil.chown(path, site.host.user)
        (command,) = documented("occ integrity:sign-app")
        site.occ(*command.replace("/safe", str(folder)).replace("/srv/build", str(folder)).split()[1:])
        shutil.copy(folder / APP / "appinfo" / "signature.json", site.host.path / "apps" / APP / "appinfo")
        yield site, (keys / "ca.crt").read_text(encoding="ascii")
    finally:
        shutil.rmtree(folder)
        install_app(site.host, site.archive)


@pytest.fixture
def trusted(signed: tuple[Site, str]) -> Iterator[Site]:
    site, authority = signed
    path = site.host.path / "resources" / "codesigning" / "root.crt"
    kept = path.with_name("root.crt.kept")
    # the file may be a link to one of the release's, which must not change
    path.rename(kept)
    path.write_text(kept.read_text(encoding="ascii") + "\n" + authority, encoding="ascii")
    yield site
    kept.rename(path)


def check(site: Site) -> tuple[int, str]:
    done = hosts.run_as(
        site.host.user,
        [hosts.php(), str(site.host.path / "occ"), "integrity:check-app", APP, "--output=json"],
        cwd=site.host.path,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_signed_and_trusted(trusted: Site) -> None:
    status, reported = check(trusted)
    assert status == 0 and "INVALID" not in reported and "EXCEPTION" not in reported
    signature = json.loads(
        (trusted.host.path / "apps" / APP / "appinfo" / "signature.json").read_text(encoding="utf-8")
    )
    assert "appinfo/info.xml" in signature["hashes"]
    changed = trusted.host.path / "apps" / APP / "js" / "challenge.js"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n// changed\n", encoding="utf-8")
    status, reported = check(trusted)
    assert status == 1 and "INVALID_HASH" in reported and "js" in reported and "challenge.js" in reported


def test_signed_by_an_authority_that_nobody_added(signed: tuple[Site, str]) -> None:
    site, _authority = signed
    status, reported = check(site)
    assert status == 1 and "EXCEPTION" in reported and "Certificate is not valid" in reported


def test_not_signed(site: Site) -> None:
    """From release 31 on an app without a signature is skipped: nothing is wrong with it, and nothing is proven."""
    status, reported = check(site)
    if int(site.release.split(".")[0]) < 31:
        assert status == 1 and "Signature data not found" in reported
    else:
        assert status == 0 and "INVALID" not in reported
