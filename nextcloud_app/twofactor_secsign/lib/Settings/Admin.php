<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Settings;

use OCA\TwoFactorSecSign\Service\Settings as AppSettings;
use OCP\AppFramework\Http\TemplateResponse;
use OCP\IURLGenerator;
use OCP\Settings\ISettings;

class Admin implements ISettings {
	public function __construct(
		private readonly AppSettings $settings,
		private readonly IURLGenerator $urls,
	) {
	}

	public function getForm(): TemplateResponse {
		$values = ['confirmUrl' => $this->urls->linkToRoute('core.login.confirmPassword')];
		$actions = ['save' => 'saveSettings', 'check' => 'checkServer', 'users' => 'users', 'assign' => 'assign'];
		foreach ($actions as $name => $action) {
			$values[$name . 'Url'] = $this->urls->linkToRoute(AppSettings::APP . ".Admin.$action");
		}
		foreach (array_keys(AppSettings::DEFAULTS) as $key) {
			$values['settings'][$key] = match ($key) {
				'allowEdit', 'allowGroups', 'onboarding_enabled', 'choice_enabled' => $this->settings->isOn($key),
				'allowEditGroups', 'choice_groups' => implode("\n", $this->settings->groups($key)),
				default => $this->settings->text($key),
			};
		}
		return new TemplateResponse(AppSettings::APP, 'admin', $values, '');
	}

	public function getSection(): string {
		return AppSettings::APP;
	}

	public function getPriority(): int {
		return 10;
	}
}
