<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\TwoFactorTOTP\Migration;

use Closure;
use OCP\Migration\IOutput;
use OCP\Migration\SimpleMigrationStep;

class Version020000Date20200101000000 extends SimpleMigrationStep
{
    public function changeSchema(IOutput $output, Closure $schemaClosure, array $options)
    {
        $schema = $schemaClosure();
        if ($schema->hasTable('twofactor_totp_secrets')) {
            return null;
        }
        $table = $schema->createTable('twofactor_totp_secrets');
        $table->addColumn('id', 'integer', ['autoincrement' => true, 'notnull' => true]);
        $table->addColumn('user_id', 'string', ['notnull' => true, 'length' => 64, 'default' => '']);
        $table->addColumn('secret', 'text', ['notnull' => true]);
        $table->addColumn('state', 'integer', ['notnull' => true, 'default' => 2]);
        $table->addColumn('last_counter', 'bigint', ['notnull' => true, 'default' => -1]);
        $table->setPrimaryKey(['id']);
        $table->addUniqueIndex(['user_id'], 'totp_secrets_user_id');
        return $schema;
    }
}
