# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packs an app that looks like the vendor's secsignid 0.3.3 from outside: its id, its range of releases, its table, a
provider that loads. For machines where the vendor's archive is not at hand. Nobody can log in with it."""

from __future__ import annotations

import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

FIXTURE = Path(__file__).resolve().parent.parent.parent / "tests" / "fixtures" / "apps" / "twofactor_fixture"
MIGRATION = """<?php
namespace OCA\\SecSignID\\Migration;

class Version000000Date20200101000000 extends \\OCP\\Migration\\SimpleMigrationStep {
	public function changeSchema(\\OCP\\Migration\\IOutput $output, \\Closure $schemaClosure, array $options) {
		$schema = $schemaClosure();
		$table = $schema->createTable('secsignid');
		$table->addColumn('user_id', 'string', ['notnull' => true, 'length' => 200]);
		$table->addColumn('secsignid', 'string', ['notnull' => false, 'length' => 200]);
		$table->addColumn('enabled', 'integer', ['notnull' => true, 'default' => 1]);
		$table->addColumn('id', 'integer', ['notnull' => true, 'autoincrement' => true]);
		$table->setPrimaryKey(['user_id']);
		$table->addUniqueIndex(['id'], 'secsignid_id');
		return $schema;
	}
}
"""
CHANGES = (
    ("twofactor_fixture", "secsignid"),
    ("TwoFactorFixture", "SecSignID"),
    ("<version>1.0.0</version>", "<version>0.3.3</version>"),
    ('min-version="17" max-version="40"', 'min-version="17" max-version="20"'),
    # as the vendor's, whose administrator can only switch users off
    ("IActivatableByAdmin, IDeactivatableByAdmin", "IDeactivatableByAdmin"),
    ("public function enableFor(IUser $user): void {", "private function enableFor(IUser $user): void {"),
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = Path(folder) / "secsignid"
        shutil.copytree(FIXTURE, app)
        for path in [path for path in app.rglob("*") if path.is_file()]:
            text = path.read_text(encoding="utf-8")
            for old, new in CHANGES:
                text = text.replace(old, new)
            path.write_text(text, encoding="utf-8")
        migration = app / "lib" / "Migration" / "Version000000Date20200101000000.php"
        migration.parent.mkdir()
        migration.write_text(MIGRATION, encoding="utf-8")
        with tarfile.open(sys.argv[1], "w:gz") as archive:
            archive.add(app, arcname=app.name)


if __name__ == "__main__":
    main()
