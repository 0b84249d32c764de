<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Service;

use OCA\TwoFactorSecSign\Provider\SecSignProvider;
use OCP\Authentication\TwoFactorAuth\IRegistry;
use OCP\IConfig;
use OCP\IUser;
use Psr\Container\ContainerInterface;

/**
 * Keeps the three places that know about an account in step: the table, Nextcloud's registry of providers, the
 * preference.
 */
class Accounts {
	/** `1` once the user has been approved with the stored ID. */
	public const CONFIRMED = 'logged_in';

	public function __construct(
		private readonly IdStore $ids,
		private readonly IRegistry $registry,
		private readonly IConfig $config,
		// the provider needs this class as well, so it is fetched when it is used
		private readonly ContainerInterface $container,
	) {
	}

	/** What an administrator decides. @param string $secSignId a valid ID */
	public function assign(IUser $user, string $secSignId, bool $enabled): void {
		$before = $this->ids->find($user->getUID());
		$this->ids->put($user->getUID(), $secSignId, $enabled);
		if ($before === null || $before->secSignId !== $secSignId) {
			$this->setConfirmed($user, false);
		}
		$this->register($user, $enabled);
	}

	/** The user's own phone has approved this ID. @return bool false if the account has another ID by now */
	public function enrol(IUser $user, string $secSignId): bool {
		if (!$this->ids->putIfNone($user->getUID(), $secSignId)) {
			return false;
		}
		$this->setConfirmed($user, true);
		$this->register($user, true);
		return true;
	}

	/** A change by the fully logged-in user, approved with the new ID. */
	public function replace(IUser $user, string $secSignId): void {
		$this->ids->put($user->getUID(), $secSignId, true);
		$this->setConfirmed($user, true);
		$this->register($user, true);
	}

	public function switch(IUser $user, bool $enabled): void {
		$this->ids->setEnabled($user->getUID(), $enabled);
		$this->register($user, $enabled);
	}

	public function remove(IUser $user): void {
		$this->ids->remove($user->getUID());
		$this->config->deleteUserValue($user->getUID(), Settings::APP, self::CONFIRMED);
		$this->register($user, false);
	}

	public function setConfirmed(IUser $user, bool $confirmed): void {
		$this->config->setUserValue($user->getUID(), Settings::APP, self::CONFIRMED, $confirmed ? '1' : '0');
	}

	/** Is the provider on for this account in Nextcloud's own registry, which alone decides at a login? */
	public function isRegistered(IUser $user): bool {
		return ($this->registry->getProviderStates($user)[SecSignProvider::ID] ?? false) === true;
	}

	private function register(IUser $user, bool $enabled): void {
		$provider = $this->container->get(SecSignProvider::class);
		if ($enabled) {
			$this->registry->enableProviderFor($provider, $user);
		} else {
			$this->registry->disableProviderFor($provider, $user);
		}
	}
}
