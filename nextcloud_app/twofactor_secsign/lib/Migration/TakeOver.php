<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Migration;

use OCA\TwoFactorSecSign\Provider\SecSignProvider;
use OCA\TwoFactorSecSign\Service\IdStore;
use OCA\TwoFactorSecSign\Service\SecSignId;
use OCA\TwoFactorSecSign\Service\Settings;
use OCP\App\IAppManager;
use OCP\Authentication\TwoFactorAuth\IRegistry;
use OCP\DB\QueryBuilder\IQueryBuilder;
use OCP\IConfig;
use OCP\IDBConnection;
use OCP\IUserManager;
use OCP\Migration\IOutput;
use OCP\Migration\IRepairStep;
use Psr\Container\ContainerInterface;

/**
 * Takes over users and settings of the vendor's app `secsignid`, once.
 *
 * Its own data stay as they are. Only its rows in Nextcloud's registry go, and only if the app is not enabled: a
 * provider that cannot load keeps its users out.
 */
class TakeOver implements IRepairStep {
	private const OLD = 'secsignid';
	private const DONE = 'taken_over';

	public function __construct(
		private readonly IDBConnection $db,
		private readonly IConfig $config,
		private readonly Settings $settings,
		private readonly IdStore $ids,
		private readonly IUserManager $users,
		private readonly IRegistry $registry,
		private readonly IAppManager $apps,
		private readonly ContainerInterface $container,
	) {
	}

	public function getName(): string {
		return 'Take over SecSign IDs and settings of the app secsignid';
	}

	public function run(IOutput $output): void {
		if ($this->config->getAppValue(Settings::APP, self::DONE) !== '' || !$this->db->tableExists(IdStore::TABLE)) {
			return;
		}
		if (!$this->db->tableExists(self::OLD) || !$this->ids->isEmpty()) {
			return;
		}
		$this->takeSettings();
		$users = $this->takeUsers($output);
		if (!$this->apps->isInstalled(self::OLD)) {
			$this->registry->cleanUp(self::OLD);
		}
		$this->config->setAppValue(Settings::APP, self::DONE, '1');
		$output->info("$users SecSign IDs taken over from the app secsignid");
	}

	private function takeSettings(): void {
		foreach (array_keys(Settings::DEFAULTS) as $key) {
			$old = $this->config->getAppValue(self::OLD, $key, "\0");
			if ($old !== "\0" && !$this->settings->isSet($key)) {
				$this->settings->set($key, $old);
			}
		}
	}

	private function takeUsers(IOutput $output): int {
		$states = $this->oldStates();
		$query = $this->db->getQueryBuilder();
		$result = $query->select('user_id', 'secsignid', 'enabled')->from(self::OLD)->executeQuery();
		$count = 0;
		while (($row = $result->fetch()) !== false) {
			$uid = (string)$row['user_id'];
			$text = (string)($row['secsignid'] ?? '');
			if (trim($text) === '') {
				continue;
			}
			$id = SecSignId::valid($text);
			$user = $this->users->get($uid);
			if ($id === null || $user === null) {
				$reason = $user === null ? 'the account does not exist' : 'the stored value is not a valid SecSign ID';
				$output->warning("'$uid' is not taken over: $reason");
				continue;
			}
			$enabled = (int)$row['enabled'] === 1 && ($states[$uid] ?? true);
			$this->ids->put($uid, $id, $enabled);
			$confirmed = $this->config->getUserValue($uid, self::OLD, 'logged_in', '0') === '1';
			$this->config->setUserValue($uid, Settings::APP, 'logged_in', $confirmed ? '1' : '0');
			$provider = $this->container->get(SecSignProvider::class);
			if ($enabled) {
				$this->registry->enableProviderFor($provider, $user);
			} else {
				$this->registry->disableProviderFor($provider, $user);
			}
			$count++;
		}
		$result->closeCursor();
		return $count;
	}

	/** @return array<array-key, bool> by account; Nextcloud's interface returns them only one account at a time */
	private function oldStates(): array {
		$query = $this->db->getQueryBuilder();
		$old = $query->createNamedParameter(self::OLD, IQueryBuilder::PARAM_STR);
		$result = $query->select('uid', 'enabled')->from('twofactor_providers')
			->where($query->expr()->eq('provider_id', $old))->executeQuery();
		$states = [];
		while (($row = $result->fetch()) !== false) {
			$states[(string)$row['uid']] = (int)$row['enabled'] === 1;
		}
		$result->closeCursor();
		return $states;
	}
}
