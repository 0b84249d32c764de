<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Settings;

use OCA\TwoFactorSecSign\Service\Accounts;
use OCA\TwoFactorSecSign\Service\EnrolmentPage;
use OCA\TwoFactorSecSign\Service\IdStore;
use OCA\TwoFactorSecSign\Service\Permissions;
use OCA\TwoFactorSecSign\Service\Purpose;
use OCA\TwoFactorSecSign\Service\Settings as AppSettings;
use OCP\AppFramework\Http\TemplateResponse;
use OCP\IURLGenerator;
use OCP\IUserSession;
use OCP\Settings\ISettings;

class Personal implements ISettings {
	public function __construct(
		private readonly IUserSession $users,
		private readonly EnrolmentPage $page,
		private readonly IdStore $ids,
		private readonly Accounts $accounts,
		private readonly Permissions $permissions,
		private readonly IURLGenerator $urls,
	) {
	}

	public function getForm(): TemplateResponse {
		$user = $this->users->getUser();
		if ($user === null) {
			$values = ['mayEdit' => false, 'stored' => null, 'on' => false];
			return new TemplateResponse(AppSettings::APP, 'personal', $values, '');
		}
		$stored = $this->ids->find($user->getUID());
		$values = $this->page->values(Purpose::Personal, $user) + [
			'mayEdit' => $this->permissions->mayEdit($user),
			'stored' => $stored,
			'on' => $stored !== null && $stored->enabled && $this->accounts->isRegistered($user),
			'confirmUrl' => $this->urls->linkToRoute('core.login.confirmPassword'),
		];
		foreach (['start', 'poll', 'finish', 'disable'] as $action) {
			$values[$action . 'Url'] = $this->urls->linkToRoute(AppSettings::APP . ".Personal.$action");
		}
		return new TemplateResponse(AppSettings::APP, 'personal', $values, '');
	}

	public function getSection(): string {
		return 'security';
	}

	public function getPriority(): int {
		return 60;
	}
}
