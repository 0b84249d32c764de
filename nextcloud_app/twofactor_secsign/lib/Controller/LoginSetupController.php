<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Controller;

use OCA\TwoFactorSecSign\Service\Purpose;
use OCP\AppFramework\Http\Attribute\FrontpageRoute;
use OCP\AppFramework\Http\Attribute\NoAdminRequired;
use OCP\AppFramework\Http\Attribute\UserRateLimit;
use OCP\AppFramework\Http\JSONResponse;
use OCP\Authentication\TwoFactorAuth\ALoginSetupController;
use OCP\IRequest;
use OCP\IUserSession;

/**
 * Enrolment in the middle of a login. Nextcloud lets a controller of this kind through before the second factor only
 * for users who have no second factor at all, so it needs no exception of its own.
 */
class LoginSetupController extends ALoginSetupController {
	public function __construct(
		string $appName,
		IRequest $request,
		private readonly IUserSession $users,
		private readonly EnrolmentAnswer $enrolment,
		private readonly PollAnswer $poll,
	) {
		parent::__construct($appName, $request);
	}

	#[NoAdminRequired]
	#[UserRateLimit(limit: 20, period: 300)]
	#[FrontpageRoute(verb: 'POST', url: '/login-setup/start')]
	public function start(string $secSignId = ''): JSONResponse {
		return $this->enrolment->toStart(Purpose::LoginSetup, $this->users->getUser(), $secSignId);
	}

	#[NoAdminRequired]
	#[UserRateLimit(limit: 150, period: 60)]
	#[FrontpageRoute(verb: 'POST', url: '/login-setup/poll')]
	public function poll(): JSONResponse {
		return $this->poll->to(Purpose::LoginSetup, $this->users->getUser());
	}

	#[NoAdminRequired]
	#[UserRateLimit(limit: 20, period: 100)]
	#[FrontpageRoute(verb: 'POST', url: '/login-setup/finish')]
	public function finish(): JSONResponse {
		return $this->enrolment->toFinish(Purpose::LoginSetup, $this->users->getUser());
	}
}
