<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\User_SAML\Migration;

use Closure;
use OCP\Migration\IOutput;
use OCP\Migration\SimpleMigrationStep;

class Version5000Date20200101000000 extends SimpleMigrationStep
{
    public function changeSchema(IOutput $output, Closure $schemaClosure, array $options)
    {
        $schema = $schemaClosure();
        if (!$schema->hasTable('user_saml_users')) {
            $table = $schema->createTable('user_saml_users');
            $table->addColumn('uid', 'string', ['notnull' => true, 'length' => 64, 'default' => '']);
            $table->addColumn('displayname', 'string', ['notnull' => false, 'length' => 255, 'default' => '']);
            $table->addColumn('home', 'string', ['notnull' => false, 'length' => 255, 'default' => '']);
            $table->setPrimaryKey(['uid']);
        }
        if (!$schema->hasTable('user_saml_configurations')) {
            $table = $schema->createTable('user_saml_configurations');
            $table->addColumn('id', 'integer', ['notnull' => true]);
            $table->addColumn('name', 'string', ['notnull' => false, 'length' => 256, 'default' => '']);
            $table->addColumn('configuration', 'text', ['notnull' => true]);
            $table->setPrimaryKey(['id']);
        }
        return $schema;
    }
}
