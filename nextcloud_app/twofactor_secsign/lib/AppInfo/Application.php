<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\AppInfo;

use OCA\TwoFactorSecSign\Listener\ApprovalAbandoned;
use OCA\TwoFactorSecSign\Listener\UserDeleted;
use OCA\TwoFactorSecSign\Provider\OnboardingProvider;
use OCA\TwoFactorSecSign\Provider\PlainProvider;
use OCA\TwoFactorSecSign\Provider\SecSignProvider;
use OCA\TwoFactorSecSign\Service\Settings;
use OCP\AppFramework\App;
use OCP\AppFramework\Bootstrap\IBootContext;
use OCP\AppFramework\Bootstrap\IBootstrap;
use OCP\AppFramework\Bootstrap\IRegistrationContext;
use OCP\Authentication\TwoFactorAuth\TwoFactorProviderChallengePassed;
use OCP\User\Events\BeforeUserLoggedOutEvent;
use OCP\User\Events\UserDeletedEvent;
use Psr\Container\ContainerInterface;

class Application extends App implements IBootstrap {
	public function __construct() {
		parent::__construct(Settings::APP);
	}

	public function register(IRegistrationContext $context): void {
		// Nextcloud offers every provider that can be set up at login to everybody. The only way not to lead users
		// into a dead end while onboarding is off is to be a provider that cannot.
		$context->registerService(SecSignProvider::class, static function (ContainerInterface $c): SecSignProvider {
			$onboarding = $c->get(Settings::class)->isOn('onboarding_enabled');
			return $c->get($onboarding ? OnboardingProvider::class : PlainProvider::class);
		});
		$context->registerEventListener(UserDeletedEvent::class, UserDeleted::class);
		$context->registerEventListener(BeforeUserLoggedOutEvent::class, ApprovalAbandoned::class);
		$context->registerEventListener(TwoFactorProviderChallengePassed::class, ApprovalAbandoned::class);
	}

	public function boot(IBootContext $context): void {
	}
}
