<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Migration;

use OCA\TwoFactorSecSign\Provider\SecSignProvider;
use OCA\TwoFactorSecSign\Service\IdStore;
use OCA\TwoFactorSecSign\Service\Settings;
use OCP\Authentication\TwoFactorAuth\IRegistry;
use OCP\IConfig;
use OCP\IDBConnection;
use OCP\Migration\IOutput;
use OCP\Migration\IRepairStep;

/**
 * Leaves nothing behind when the app is removed.
 *
 * Nextcloud runs this step whenever an app is switched off, an upgrade of the server included, not only when it is
 * removed. Then everybody's SecSign ID would be gone, and with it the second factor. So the step acts only within
 * `occ app:remove`.
 */
class Uninstall implements IRepairStep {
	/** Nextcloud's own notes about the app. */
	private const KEEP = ['enabled', 'installed_version', 'types'];

	public function __construct(
		private readonly IDBConnection $db,
		private readonly IConfig $config,
		private readonly IRegistry $registry,
	) {
	}

	public function getName(): string {
		return 'Remove SecSign IDs, provider states and settings';
	}

	public function run(IOutput $output): void {
		if (!$this->isRemoval()) {
			$output->info('SecSign IDs are kept: the app is switched off, not removed');
			return;
		}
		$this->db->getQueryBuilder()->delete(IdStore::TABLE)->executeStatement();
		$this->registry->cleanUp(SecSignProvider::ID);
		$this->config->deleteAppFromAllUsers(Settings::APP);
		foreach (array_diff($this->config->getAppKeys(Settings::APP), self::KEEP) as $key) {
			$this->config->deleteAppValue(Settings::APP, $key);
		}
	}

	private function isRemoval(): bool {
		return PHP_SAPI === 'cli' && in_array('app:remove', $_SERVER['argv'] ?? [], true);
	}
}
