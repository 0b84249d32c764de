<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Provider;

use OCA\TwoFactorSecSign\Service\Accounts;
use OCA\TwoFactorSecSign\Service\Approvals;
use OCA\TwoFactorSecSign\Service\EnrolmentPage;
use OCA\TwoFactorSecSign\Service\IdStore;
use OCA\TwoFactorSecSign\Service\Purpose;
use OCA\TwoFactorSecSign\Service\Settings;
use OCA\TwoFactorSecSign\Service\Words;
use OCP\Authentication\TwoFactorAuth\IActivatableAtLogin;
use OCP\Authentication\TwoFactorAuth\ILoginSetupProvider;
use OCP\IL10N;
use OCP\IURLGenerator;
use OCP\IUser;
use OCP\Template;

/** While onboarding is on: users who must have a second factor and have none can enrol while they log in. */
final class OnboardingProvider extends SecSignProvider implements IActivatableAtLogin {
	public function __construct(
		Approvals $approvals,
		IdStore $ids,
		Accounts $accounts,
		Words $words,
		private readonly IURLGenerator $links,
		IL10N $l,
		private readonly EnrolmentPage $page,
	) {
		parent::__construct($approvals, $ids, $accounts, $words, $links, $l);
	}

	public function getLoginSetup(IUser $user): ILoginSetupProvider {
		$template = new Template(Settings::APP, 'login_setup');
		foreach ($this->page->values(Purpose::LoginSetup, $user) as $name => $value) {
			$template->assign($name, $value);
		}
		foreach (['start', 'poll', 'finish'] as $action) {
			$template->assign($action . 'Url', $this->links->linkToRoute(Settings::APP . ".LoginSetup.$action"));
		}
		$challenge = ['challengeProviderId' => self::ID];
		$template->assign('nextUrl', $this->links->linkToRoute('core.TwoFactorChallenge.showChallenge', $challenge));
		return new LoginSetup($template);
	}
}
