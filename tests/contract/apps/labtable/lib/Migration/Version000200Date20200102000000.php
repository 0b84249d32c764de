<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\LabTable\Migration;

use Closure;
use OCP\Migration\IOutput;
use OCP\Migration\SimpleMigrationStep;

class Version000200Date20200102000000 extends SimpleMigrationStep
{
    public function changeSchema(IOutput $output, Closure $schemaClosure, array $options)
    {
        $schema = $schemaClosure();
        $table = $schema->getTable('labtable');
        if ($table->hasColumn('enabled') || !$table->hasColumn('uid')) {
            return null;
        }
        $table->addColumn('enabled', 'smallint', ['notnull' => true, 'default' => 1]);
        $table->addIndex(['enabled'], 'labtable_enabled');
        return $schema;
    }
}
