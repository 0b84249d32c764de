# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roots that look like the images, the snap or a bare host, each with a sandbox where the real one has its
Nextcloud; and clients to enter them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import supported

ROOT = Path(__file__).resolve().parent.parent.parent
INVENTORIES = ROOT / "inventories" / "ways"
RELEASE = supported.NEWEST
PACKAGES = "php-cli,php-sqlite3,php-xml"
PASSWORD = "Fixture-pass-1"


@dataclass(frozen=True)
class Layout:
    """Where a way of running keeps what, as seen from inside."""

    code: str
    config: str
    apps: str  # where apps that are installed later go
    data: str
    owner: int
    links: tuple[tuple[str, str], ...] = ()
    environment: dict[str, str] = field(default_factory=dict)


OFFICIAL = Layout("/var/www/html", "/var/www/html/config", "/var/www/html/custom_apps", "/var/www/html/data", 33)
LINUXSERVER = Layout(
    "/app/www/public",
    "/config/www/nextcloud/config",
    "/config/www/nextcloud/apps",
    "/data",
    911,
    links=(
        ("/app/www/public/config", "/config/www/nextcloud/config"),
        ("/app/www/public/apps", "/config/www/nextcloud/apps"),
    ),
)
SNAP_CONFIG = "/var/snap/nextcloud/current/nextcloud/config"
SNAP = Layout(
    "/snap/nextcloud/current/htdocs",
    SNAP_CONFIG,
    "/var/snap/nextcloud/current/nextcloud/extra-apps",
    "/var/snap/nextcloud/common/nextcloud/data",
    0,
    environment={"NEXTCLOUD_CONFIG_DIR": SNAP_CONFIG},
)


@dataclass
class Entered:
    """A root with a Nextcloud in it, and how it is entered by hand."""

    root: Path
    layout: Layout
    prefix: list[str]
    environment: dict[str, str]

    def inside(self, path: str) -> Path:
        """A path of the root as this machine sees it; links in it are links of the root."""
        for link, target in self.layout.links:
            if path == link or path.startswith(link + "/"):
                path = target + path[len(link) :]
        return self.root / path.lstrip("/")

    def occ(self, *argv: str, **more: str) -> str:
        variables = [f"{key}={value}" for key, value in dict(self.layout.environment, **more).items()]
        command = [*self.prefix, "env", *variables, "php", self.layout.code + "/occ", *argv]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=self.environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def config(self) -> dict[str, Any]:
        program = "include '" + str(self.inside(self.layout.config + "/config.php")) + "'; echo json_encode($CONFIG);"
        return dict(json.loads(subprocess.run(["php", "-r", program], capture_output=True, check=True).stdout))

    def install(self) -> None:
        self.occ(
            "maintenance:install", "--admin-user=admin", f"--admin-pass={PASSWORD}", f"--data-dir={self.layout.data}"
        )
        for group in ("pilot", "staff"):
            self.occ("group:add", group)
        self.occ("user:add", "--password-from-env", "--group=pilot", "alice", OC_PASS=PASSWORD, NC_PASS=PASSWORD)
        # a second factor besides, so that no ID server is asked
        self.occ("app:enable", "twofactor_totp")


def place_nextcloud(root: Path, layout: Layout) -> None:
    """The sandbox in the places of ``layout``, given to its owner."""
    code = root / layout.code.lstrip("/")
    code.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [sys.executable, str(ROOT / "sandbox" / "create.py"), str(code), "--release", RELEASE],
        check=True,
        capture_output=True,
    )
    for link, target in layout.links:
        inside = root / target.lstrip("/")
        inside.parent.mkdir(parents=True, exist_ok=True)
        (root / link.lstrip("/")).rename(inside)
        (root / link.lstrip("/")).symlink_to(target)
    config = root / layout.config.lstrip("/")
    if not config.exists():
        config.parent.mkdir(parents=True, exist_ok=True)
        (code / "config").rename(config)
    for path in (layout.apps, layout.data):
        (root / path.lstrip("/")).mkdir(parents=True, exist_ok=True)
    if not any(target == layout.apps for _link, target in layout.links):
        folders = [(layout.code + "/apps", "/apps", "false"), (layout.apps, "/custom_apps", "true")]
        reported = "".join(
            f"  ['path' => '{path}', 'url' => '{url}', 'writable' => {writable}],\n" for path, url, writable in folders
        )
        (config / "config.php").write_text(
            f"<?php\n$CONFIG = [\n 'apps_paths' => [\n{reported} ],\n];\n", encoding="utf-8"
        )
    for top in {path.split("/")[1] for path in (layout.code, layout.config, layout.apps, layout.data)}:
        subprocess.run(["chown", "-hR", f"{layout.owner}:{layout.owner}", str(root / top)], check=True)


def make_root(folder: Path, layout: Layout) -> Path:
    """For the stand-ins: the system's own programs, with accounts of its own."""
    root = folder / "root"
    for name in ("usr", "dev", "proc", "root", "run"):
        (root / name).mkdir(parents=True)
    (root / "tmp").mkdir(mode=0o777)
    (root / "tmp").chmod(0o1777)
    for name in ("bin", "sbin", "lib", "lib64"):
        if Path("/" + name).is_symlink():
            (root / name).symlink_to(os.readlink("/" + name))
    subprocess.run(["cp", "-a", "/etc", str(root / "etc")], check=True)
    with open(root / "etc" / "passwd", "a", encoding="utf-8") as accounts:
        accounts.write("abc:x:911:911::/config:/bin/false\n")
    with open(root / "etc" / "group", "a", encoding="utf-8") as groups:
        groups.write("abc:x:911:\n")
    if layout is SNAP:
        snap = root / "snap" / "nextcloud" / "current"
        for name, text in (
            ("utilities/nextcloud-utilities", 'export NEXTCLOUD_CONFIG_DIR="$SNAP_DATA/nextcloud/config"\n'),
            ("bin/run-php", '#!/bin/sh\nphp -c "$SNAP/config/php" "$@"\n'),
            ("config/php/php.ini", "memory_limit = 512M\n"),
        ):
            (snap / name).parent.mkdir(parents=True, exist_ok=True)
            (snap / name).write_text(text, encoding="utf-8")
        (snap / "bin" / "run-php").chmod(0o755)
    return root


def make_clients(folder: Path, root: Path, *names: str) -> Path:
    programs = folder / "bin"
    programs.mkdir()
    source = (Path(__file__).with_name("ways_client.py")).read_text(encoding="utf-8")
    for name in ("docker", "podman", "kubectl", "snap"):
        (programs / name).write_text(
            source.replace("#!/usr/bin/env python3", "#!" + sys.executable, 1), encoding="utf-8"
        )
        (programs / name).chmod(0o755)
    (programs / "ways.json").write_text(
        json.dumps({name: {"root": str(root), "running": True} for name in names}), encoding="utf-8"
    )
    return programs


# ------------------------------------------------------------------ the real podman


class NoPodmanError(Exception):
    """Why it cannot be used here."""


def podman_environment(folder: Path) -> dict[str, str]:
    """crun of Debian 12 refuses a mixed cgroup layout, and the usual limits may be above this machine's own."""
    path = folder / "containers.conf"
    runtime = 'runtime = "runc"\n' if shutil.which("runc") else ""
    path.write_text(
        f'[containers]\ndefault_ulimits = ["nofile=4096:16384", "nproc=8192:32768"]\n[engine]\n{runtime}',
        encoding="utf-8",
    )
    return dict(os.environ, CONTAINERS_CONF=str(path))


def podman_image(folder: Path) -> str:
    """A Debian with PHP, from its own packages; made once."""
    if os.geteuid() != 0:
        raise NoPodmanError("needs root, for a container with accounts of its own")
    for program in ("podman", "mmdebstrap"):
        if shutil.which(program) is None:
            raise NoPodmanError(f"needs {program} (tools/need podman)")
    environment = podman_environment(folder)
    done = subprocess.run(["podman", "info"], capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise NoPodmanError(f"podman does not run here: {done.stderr.strip()[-200:]}")
    name = "localhost/nextcloud-lab:way-" + hashlib.sha256(PACKAGES.encode()).hexdigest()[:12]
    if subprocess.run(["podman", "image", "exists", name], check=False, env=environment).returncode:
        archive = folder / "image.tar"
        made = [
            "mmdebstrap",
            "--quiet",
            "--variant=minbase",
            f"--include={PACKAGES}",
            '--customize-hook=chroot "$1" useradd --uid 911 --home /config abc',
            "bookworm",
            str(archive),
        ]
        done = subprocess.run(made, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NoPodmanError(f"no image can be built: {done.stderr.strip()[-300:]}")
        subprocess.run(["podman", "import", str(archive), name], check=True, capture_output=True, env=environment)
        archive.unlink()
    return name
