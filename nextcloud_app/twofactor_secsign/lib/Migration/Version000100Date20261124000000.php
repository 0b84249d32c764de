<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Migration;

use Closure;
use OCA\TwoFactorSecSign\Service\IdStore;
use OCP\DB\ISchemaWrapper;
use OCP\DB\Types;
use OCP\Migration\IOutput;
use OCP\Migration\SimpleMigrationStep;

class Version000100Date20261124000000 extends SimpleMigrationStep {
	/**
	 * @param Closure(): ISchemaWrapper $schemaClosure
	 * @param array<array-key, mixed> $options
	 */
	public function changeSchema(IOutput $output, Closure $schemaClosure, array $options): ?ISchemaWrapper {
		$schema = $schemaClosure();
		if ($schema->hasTable(IdStore::TABLE)) {
			return null;
		}
		$table = $schema->createTable(IdStore::TABLE);
		$table->addColumn('user_id', Types::STRING, ['notnull' => true, 'length' => 64]);
		$table->addColumn('secsignid', Types::STRING, ['notnull' => false, 'length' => 200]);
		$table->addColumn('enabled', Types::SMALLINT, ['notnull' => true, 'default' => 1, 'unsigned' => true]);
		$table->setPrimaryKey(['user_id']);
		$table->addIndex(['secsignid'], 'tf_secsign_id_idx');
		return $schema;
	}
}
