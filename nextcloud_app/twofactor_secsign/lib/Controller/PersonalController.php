<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Controller;

use OCA\TwoFactorSecSign\Service\Accounts;
use OCA\TwoFactorSecSign\Service\IdStore;
use OCA\TwoFactorSecSign\Service\Permissions;
use OCA\TwoFactorSecSign\Service\Purpose;
use OCP\AppFramework\Controller;
use OCP\AppFramework\Http;
use OCP\AppFramework\Http\Attribute\FrontpageRoute;
use OCP\AppFramework\Http\Attribute\NoAdminRequired;
use OCP\AppFramework\Http\Attribute\PasswordConfirmationRequired;
use OCP\AppFramework\Http\Attribute\UserRateLimit;
use OCP\AppFramework\Http\JSONResponse;
use OCP\IL10N;
use OCP\IRequest;
use OCP\IUserSession;

/** Personal settings: users who may edit their own second factor, fully logged in. */
class PersonalController extends Controller {
	public function __construct(
		string $appName,
		IRequest $request,
		private readonly IUserSession $users,
		private readonly EnrolmentAnswer $enrolment,
		private readonly PollAnswer $poll,
		private readonly Permissions $permissions,
		private readonly Accounts $accounts,
		private readonly IdStore $ids,
		private readonly IL10N $l,
	) {
		parent::__construct($appName, $request);
	}

	#[NoAdminRequired]
	#[PasswordConfirmationRequired]
	#[UserRateLimit(limit: 20, period: 300)]
	#[FrontpageRoute(verb: 'POST', url: '/personal/start')]
	public function start(string $secSignId = ''): JSONResponse {
		return $this->enrolment->toStart(Purpose::Personal, $this->users->getUser(), $secSignId);
	}

	#[NoAdminRequired]
	#[UserRateLimit(limit: 150, period: 60)]
	#[FrontpageRoute(verb: 'POST', url: '/personal/poll')]
	public function poll(): JSONResponse {
		return $this->poll->to(Purpose::Personal, $this->users->getUser());
	}

	#[NoAdminRequired]
	#[PasswordConfirmationRequired]
	#[UserRateLimit(limit: 20, period: 100)]
	#[FrontpageRoute(verb: 'POST', url: '/personal/finish')]
	public function finish(): JSONResponse {
		return $this->enrolment->toFinish(Purpose::Personal, $this->users->getUser());
	}

	/** Switches the own second factor off. To switch it on, the phone has to approve: see start. */
	#[NoAdminRequired]
	#[PasswordConfirmationRequired]
	#[UserRateLimit(limit: 20, period: 300)]
	#[FrontpageRoute(verb: 'POST', url: '/personal/disable')]
	public function disable(): JSONResponse {
		$user = $this->users->getUser();
		if ($user === null || !$this->permissions->mayEdit($user)) {
			$message = $this->l->t('Only an administrator can change this.');
			return new JSONResponse(['outcome' => 'refused', 'message' => $message], Http::STATUS_CONFLICT);
		}
		if ($this->ids->find($user->getUID()) !== null) {
			$this->accounts->switch($user, false);
		}
		return new JSONResponse(['outcome' => 'done', 'message' => $this->l->t('SecSign ID is off for this account.')]);
	}
}
