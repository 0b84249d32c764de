<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Settings;

use OCA\TwoFactorSecSign\Service\Settings as AppSettings;
use OCP\IURLGenerator;
use OCP\Settings\IIconSection;

class AdminSection implements IIconSection {
	public function __construct(
		private readonly IURLGenerator $urls,
	) {
	}

	public function getID(): string {
		return AppSettings::APP;
	}

	public function getName(): string {
		return 'SecSign ID';
	}

	public function getPriority(): int {
		return 55;
	}

	public function getIcon(): string {
		return $this->urls->imagePath(AppSettings::APP, 'app-dark.svg');
	}
}
