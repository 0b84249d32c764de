# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was done to the recorded servers between the calls, and what a call was given on standard input.

The recording holds the calls only. These steps follow from what the calls answered: before which case an app's folder
was put back, which fault was put into config.php. They run on the replayed instance, just before the case they are
listed under.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent

# config:import reads these; the recording does not hold what it was given.
STDIN = {
    "config-import": '{"apps": {"labapp": {"imported": "1"}}}',
    "config-import-bad": "this is not JSON",
}


class Scene:
    """The files of an instance, and the ways in which they can be spoiled and put right."""

    def __init__(self, root: Path, owner: tuple[int, int] | None, release: str) -> None:
        self.root = root
        self.owner = owner
        self.release = release
        self.config = root / "config" / "config.php"
        self.data = root / "data"
        self._saved = ""

    def prepare(self, case: str) -> None:
        """Do what was done before this case."""
        step = STEPS.get(case)
        if step is not None:
            step(self)

    def put_app(self, app: str) -> None:
        target = self.root / "custom_apps" / app
        if not target.exists():
            shutil.copytree(HERE / "apps" / app, target)
            # Kept under another name in the checkout, where every .php file is PHP.
            for stored in target.rglob("*.php.txt"):
                stored.rename(stored.with_suffix(""))
            self._give(target)

    def hide_app(self, app: str) -> None:
        shutil.rmtree(self.root / "custom_apps" / app)

    def set_app_version(self, app: str, version: str) -> None:
        info = self.root / "custom_apps" / app / "appinfo" / "info.xml"
        if info.exists():
            info.write_text(
                re.sub(r"<version>[^<]*", "<version>" + version, info.read_text(encoding="utf-8")), encoding="utf-8"
            )

    def save_config(self) -> None:
        self._saved = self.config.read_text(encoding="utf-8")

    def restore_config(self) -> None:
        self.write_config(self._saved)

    def write_config(self, text: str) -> None:
        if self.config.exists():
            self.config.chmod(0o640)
        self.config.write_text(text, encoding="utf-8")
        self.config.chmod(0o640)
        self._give(self.config)

    def set_config(self, key: str, php_value: str) -> None:
        """As if somebody had edited config.php: the last word on a key is the one that counts."""
        self.write_config(self._saved + f"$CONFIG['{key}'] = {php_value};\n")

    def own_config_as(self, uid: int) -> None:
        os.chown(self.config, uid, uid)

    def remove_config(self) -> None:
        self.config.unlink()

    @property
    def database(self) -> Path:
        return self.data / "owncloud.db"

    def hide_database(self) -> None:
        self.database.rename(self.data / "owncloud.db.saved")

    def show_database(self) -> None:
        (self.data / "owncloud.db.saved").replace(self.database)

    @property
    def markers(self) -> list[Path]:
        return [self.data / ".ocdata", self.data / ".ncdata"]

    def hide_marker(self) -> None:
        for marker in self.markers:
            if marker.exists():
                marker.rename(marker.with_suffix(".saved"))

    def show_marker(self) -> None:
        for marker in self.markers:
            saved = marker.with_suffix(".saved")
            if saved.exists():
                saved.rename(marker)

    def _give(self, path: Path) -> None:
        if self.owner is None:
            return
        for each in [path, *(path.rglob("*") if path.is_dir() else [])]:
            os.chown(each, *self.owner)


Step = Callable[[Scene], None]


def _first_fault(key: str, value: str) -> Step:
    def step(scene: Scene) -> None:
        scene.save_config()
        scene.set_config(key, value)

    return step


def _fault(key: str, value: str) -> Step:
    return lambda scene: scene.set_config(key, value)


def _read_only(scene: Scene) -> None:
    scene.restore_config()
    scene.config.chmod(0o440)


def _owned_by_root(scene: Scene) -> None:
    scene.restore_config()
    if os.geteuid() == 0:
        scene.own_config_as(0)


def _read_only_folder(scene: Scene) -> None:
    scene.restore_config()
    scene.config.parent.chmod(0o555)


def _said_to_be_read_only(scene: Scene) -> None:
    scene.config.parent.chmod(0o755)
    scene.set_config("config_is_read_only", "true")


def _unreadable(scene: Scene) -> None:
    scene.restore_config()
    scene.config.chmod(0)


def _missing(scene: Scene) -> None:
    scene.config.chmod(0o640)
    scene.remove_config()
    (scene.config.parent / "CAN_INSTALL").touch()


def _missing_without_permit(scene: Scene) -> None:
    scene.remove_config()
    (scene.config.parent / "CAN_INSTALL").unlink()


def _no_database(scene: Scene) -> None:
    scene.restore_config()
    scene.hide_database()


def _shut_database(scene: Scene) -> None:
    scene.show_database()
    scene.database.chmod(0)


def _no_marker(scene: Scene) -> None:
    scene.database.chmod(0o640)
    scene.hide_marker()


def _older_version(scene: Scene) -> None:
    scene.show_marker()
    version = ".".join(re.findall(r"\d+", scene.release)[:3]) + ".0"
    scene.set_config("version", f"'{version}'")


STEPS: dict[str, Step] = {
    "app-enable-reinstalled": lambda scene: scene.put_app("labapp"),
    "app-enable-for-vanish": lambda scene: scene.put_app("labapp"),
    "vanished-status": lambda scene: scene.hide_app("labapp"),
    "app-enable-for-bump": lambda scene: scene.put_app("labapp"),
    "bumped-status": lambda scene: scene.set_app_version("labapp", "1.3.0"),
    "bumped2-status": lambda scene: scene.set_app_version("labapp", "1.4.0"),
    "apcu-cli-off": _first_fault("memcache.local", r"'\\OC\\Memcache\\APCu'"),
    "redis-missing": _fault("memcache.local", r"'\\OC\\Memcache\\Redis'"),
    "display-errors-deprecations": lambda scene: scene.restore_config(),
    "cfgro-status": _read_only,
    "cfgrootowned-status": _owned_by_root,
    "cfgdirro-status": _read_only_folder,
    "cfg-is-read-only-status": _said_to_be_read_only,
    "cfgunreadable-status": _unreadable,
    "cfgmissing-status": _missing,
    "cfgmissing-nocaninstall-status": _missing_without_permit,
    "cfgbroken-status": lambda scene: scene.write_config("<?php $CONFIG = array("),
    "cfgempty-status": lambda scene: scene.write_config(""),
    "cfgleadingnewline-status": lambda scene: scene.write_config("\n" + scene._saved),
    "dbmissing-status": _no_database,
    "dbunreadable-status": _shut_database,
    "noocdata-status": _no_marker,
    "needsupgrade-status": _older_version,
    "notinstalled-status": _fault("installed", "false"),
    "final-status": lambda scene: scene.restore_config(),
}
