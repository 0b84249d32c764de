# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a sandbox: a folder that looks and answers like a Nextcloud server of a chosen release.

    python3 sandbox/create.py /tmp/nc --release 34.0.1 --install

Prints one JSON object with the folder, the release and the administrator, for tools to read.
"""

from __future__ import annotations

import argparse
import json
import os
import pwd
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import supported

HERE = Path(__file__).resolve().parent
# Told apart from the apps that live here: these belong to the release, not to whoever installs apps.
ALWAYS_ON = ("files", "settings", "twofactor_backupcodes")
# Old releases declare this provider in info.xml, later ones register it in code.
BACKUP_CODES = """    <two-factor-providers>
        <provider>OCA\\TwoFactorBackupCodes\\Provider\\BackupCodesProvider</provider>
    </two-factor-providers>
"""
HEADER = """<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later
"""


class CreateError(Exception):
    """What the person at the command line can put right."""


def releases() -> dict[str, dict[str, Any]]:
    """The releases that the sandbox stands for, by their version string."""
    data: dict[str, dict[str, Any]] = json.loads((HERE / "releases.json").read_text(encoding="utf-8"))
    return data


def create(target: Path, release: str, owner: str | None = None, custom_apps: bool = False) -> None:
    """Write an instance that is not installed yet into `target`, which must not exist or be empty."""
    known = releases()
    if release not in known:
        raise CreateError(f"release {release} is not known; there are {', '.join(known)}")
    if target.exists() and any(target.iterdir()):
        raise CreateError(f"{target} exists and is not empty")
    shutil.copytree(HERE / "server", target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".gitkeep"))
    _write_version(target, known[release].get("versionstring", release), known[release]["version"])
    _write_apps(target, known[release])
    (target / "config").mkdir()
    (target / "config" / "CAN_INSTALL").touch()
    if custom_apps:
        (target / "custom_apps").mkdir()
        _write_config(target)
    (target / "data").mkdir(mode=0o770)
    _make_executable(target / "occ")
    if owner is not None:
        give_to(target, owner)


def give_to(target: Path, owner: str) -> None:
    """Hand the whole tree to an account, as a web server's tree is the web server's."""
    uid, gid = account(owner)
    for folder, _, files in os.walk(target):
        os.chown(folder, uid, gid)
        for name in files:
            os.chown(os.path.join(folder, name), uid, gid)


def account(owner: str) -> tuple[int, int]:
    """The ids of an account, given by name or by number."""
    if owner.isdigit():
        return int(owner), int(owner)
    try:
        entry = pwd.getpwnam(owner)
    except KeyError:
        raise CreateError(f"there is no account {owner}") from None
    return entry.pw_uid, entry.pw_gid


def install(target: Path, admin: str, password: str, php: str, owner: str | None = None) -> None:
    """Run the instance's own installer, as its owner."""
    command = [php, str(target / "occ"), "maintenance:install", "--admin-user=" + admin, "--admin-pass=" + password]
    uid, gid = account(owner) if owner is not None else (None, None)
    done = subprocess.run(command, capture_output=True, text=True, check=False, user=uid, group=gid)
    if done.returncode != 0:
        raise CreateError(f"maintenance:install failed: {(done.stdout + done.stderr).strip()}")


def _make_executable(occ: Path) -> None:
    # Stored without its first line, which checkers of the collection take for a mistake.
    occ.write_text("#!/usr/bin/env php\n" + occ.read_text(encoding="utf-8"), encoding="utf-8")
    occ.chmod(0o755)


def _write_version(target: Path, versionstring: str, version: list[int]) -> None:
    numbers = ",".join(str(number) for number in version)
    (target / "version.php").write_text(
        f"{HEADER}$OC_Version = array({numbers});\n"
        f"$OC_VersionString = '{versionstring} sandbox';\n"
        "$OC_Edition = '';\n$OC_Channel = 'stable';\n$OC_Build = 'sandbox';\n$vendor = 'nextcloud';\n",
        encoding="utf-8",
    )


def _write_apps(target: Path, release: dict[str, Any]) -> None:
    apps: dict[str, str] = release["apps"]
    for folder in sorted((target / "apps").iterdir()):
        if folder.name not in apps:
            shutil.rmtree(folder)
            continue
        info = folder / "appinfo" / "info.xml"
        text = info.read_text(encoding="utf-8")
        text = text.replace("@VERSION@", apps[folder.name]).replace("@MAJOR@", str(release["version"][0]))
        text = text.replace("@PROVIDERS@", BACKUP_CODES if release["backup_codes_in_info"] else "")
        info.write_text(text, encoding="utf-8")
    on = [name for name in apps if name not in release["off"]]
    shipped = {"shippedApps": sorted(apps), "alwaysEnabled": sorted(ALWAYS_ON), "defaultEnabled": sorted(on)}
    (target / "core" / "shipped.json").write_text(json.dumps(shipped, indent=4) + "\n", encoding="utf-8")


def _write_config(target: Path) -> None:
    # As the container images have it: what comes with the release stays apart from what is installed later.
    config = target / "config" / "config.php"
    config.write_text(
        "<?php\n$CONFIG = array(\n    'apps_paths' => array(\n"
        f"        array('path' => {_php(target / 'apps')}, 'url' => '/apps', 'writable' => false),\n"
        f"        array('path' => {_php(target / 'custom_apps')}, 'url' => '/custom_apps', 'writable' => true),\n"
        "    ),\n);\n",
        encoding="utf-8",
    )
    config.chmod(0o640)


def _php(path: Path) -> str:
    text = str(path).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{text}'"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("target", type=Path, help="folder to make; must not exist or be empty")
    parser.add_argument("--release", default=supported.NEWEST, choices=list(releases()), help="release to stand for")
    parser.add_argument("--owner", help="account (name or number) that is to own the tree; needs root")
    parser.add_argument(
        "--custom-apps", action="store_true", help="keep installed apps in custom_apps/ instead of apps/"
    )
    parser.add_argument("--install", action="store_true", help="also run maintenance:install")
    parser.add_argument("--admin", default="admin", help="administrator to make (default: admin)")
    parser.add_argument(
        "--admin-pass-env",
        metavar="NAME",
        help="environment variable with the administrator's password (default: a random one)",
    )
    parser.add_argument("--php", default=os.environ.get("PHP", "php"), help="PHP to run (default: $PHP or php)")
    options = parser.parse_args(arguments)
    target = options.target.resolve()
    made: dict[str, str] = {"path": str(target), "release": options.release}
    try:
        if options.admin_pass_env is not None and not os.environ.get(options.admin_pass_env):
            raise CreateError(f"the environment variable {options.admin_pass_env} is empty")
        create(target, options.release, options.owner, options.custom_apps)
        if options.install:
            password = os.environ[options.admin_pass_env] if options.admin_pass_env else secrets.token_urlsafe(12)
            install(target, options.admin, password, options.php, options.owner)
            made["admin"] = options.admin
            if options.admin_pass_env is None:
                made["password"] = password
    except CreateError as error:
        print(f"create.py: {error}", file=sys.stderr)
        return 1
    print(json.dumps(made))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
