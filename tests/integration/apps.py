# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variants of the fixture app: newer, too old for the server, broken ... and packed in every form that `source`
takes."""

from __future__ import annotations

import hashlib
import shutil
import tarfile
import zipfile
from pathlib import Path
from typing import Any

FIXTURE_APP = Path(__file__).resolve().parent.parent / "fixtures" / "apps" / "twofactor_fixture"
APP_ID = "twofactor_fixture"
PROVIDER = "lib/Provider/FixtureProvider.php"
NAMESPACE = "OCA\\TwoFactorFixture\\"

# What makes a provider fail to load, each in its own way: (text in the provider's file, what stands there instead).
BREAKAGES: dict[str, tuple[str, str]] = {
    # the class cannot even be declared: a fatal error that no catch sees
    "interface_method_missing": ("public function getDisplayName(", "public function getAnotherName("),
    # how the upstream app fails on Nextcloud 21 and newer: a class name in the wrong case
    "constructor_cannot_be_resolved": (
        "(IConfig $config, IRegistry $registry)",
        "(\\OCP\\IDbConnection $database, IConfig $config, IRegistry $registry)",
    ),
    "parse_error": ("public function getId(): string {", "public function getId(): string {{{"),
    "id_throws": ("return 'twofactor_fixture';\n", "throw new \\RuntimeException('no id today');\n"),
}


def variant(folder: Path, version: str = "1.0.0", breakage: str = "", app_id: str = APP_ID, **changes: str) -> Path:
    """A copy of the fixture app in ``folder``; ``changes`` are replacements in info.xml, see _INFO."""
    path = folder / f"{version}{breakage}" / app_id
    shutil.copytree(FIXTURE_APP, path)
    edit(path, "appinfo/info.xml", "<version>1.0.0</version>", f"<version>{version}</version>")
    for name, value in changes.items():
        edit(path, "appinfo/info.xml", *_INFO[name](value))
    if breakage:
        edit(path, PROVIDER, *BREAKAGES[breakage])
    return path


_INFO: dict[str, Any] = {
    "nextcloud": lambda span: (
        '<nextcloud min-version="17" max-version="40"/>',
        '<nextcloud min-version="{}" max-version="{}"/>'.format(*span.split("-")),
    ),
    "php": lambda least: ("<dependencies>", f'<dependencies>\n\t\t<php min-version="{least}"/>'),
    "lib": lambda name: ("<dependencies>", f"<dependencies>\n\t\t<lib>{name}</lib>"),
    "database": lambda name: ("<dependencies>", f"<dependencies>\n\t\t<database>{name}</database>"),
    "type": lambda name: ("<namespace>", f"<types><{name}/></types>\n\t<namespace>"),
    # a repair step runs when Nextcloud itself upgrades the app, and at no other time
    "repair_step": lambda name: (
        "<two-factor-providers>",
        f"<repair-steps><post-migration><step>{NAMESPACE}Migration\\{name}</step></post-migration></repair-steps>\n\t<two-factor-providers>",
    ),
}


def edit(app: Path, name: str, old: str, new: str) -> None:
    path = app / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{name} has no {old!r} any more"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def add_repair_step(app: Path, name: str, body: str) -> None:
    path = app / "lib" / "Migration" / f"{name}.php"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        f"""<?php
namespace OCA\\TwoFactorFixture\\Migration;

class {name} implements \\OCP\\Migration\\IRepairStep {{
	private $config;

	public function __construct(\\OCP\\IConfig $config) {{
		$this->config = $config;
	}}

	public function getName() {{
		return '{name}';
	}}

	public function run(\\OCP\\Migration\\IOutput $output) {{
		{body}
	}}
}}
""",
        encoding="utf-8",
    )


def tar_gz(app: Path) -> dict[str, str]:
    """The app as an archive; the options that name it."""
    path = app.parent / f"{app.name}.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(app, arcname=app.name)
    return _options(path)


def zipped(app: Path) -> dict[str, str]:
    path = app.parent / f"{app.name}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(app.rglob("*")):
            archive.write(file, str(Path(app.name) / file.relative_to(app)))
    return _options(path)


def _options(path: Path) -> dict[str, str]:
    return {"source": str(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
