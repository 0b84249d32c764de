<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\LabTwoKeys\Migration;

use Closure;
use OCP\Migration\IOutput;
use OCP\Migration\SimpleMigrationStep;

class Version000100Date20200101000000 extends SimpleMigrationStep
{
    public function changeSchema(IOutput $output, Closure $schemaClosure, array $options)
    {
        $schema = $schemaClosure();
        $table = $schema->createTable('labtwokeys');
        $table->addColumn('user_id', 'string', ['length' => 200, 'notnull' => true]);
        $table->addColumn('id', 'integer', ['autoincrement' => true, 'notnull' => true]);
        $table->setPrimaryKey(['user_id']);
        return $schema;
    }
}
