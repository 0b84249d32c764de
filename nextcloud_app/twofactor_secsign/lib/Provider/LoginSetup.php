<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Provider;

use OCP\Authentication\TwoFactorAuth\ILoginSetupProvider;
use OCP\Template;

final class LoginSetup implements ILoginSetupProvider {
	public function __construct(
		private readonly Template $body,
	) {
	}

	public function getBody(): Template {
		return $this->body;
	}
}
