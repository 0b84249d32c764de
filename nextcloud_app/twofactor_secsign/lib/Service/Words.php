<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Service;

use OCA\TwoFactorSecSign\IdServer\BadAnswerException;
use OCA\TwoFactorSecSign\IdServer\RefusedException;
use OCA\TwoFactorSecSign\IdServer\SessionState;
use OCA\TwoFactorSecSign\IdServer\UnreachableException;
use OCP\IL10N;

/** The messages to users. */
class Words {
	public function __construct(
		private readonly IL10N $l,
	) {
	}

	public function state(SessionState $state): string {
		return match ($state) {
			SessionState::None, SessionState::Pending
				=> $this->l->t('Waiting for the phone.'),
			SessionState::Fetched
				=> $this->l->t('The phone shows the request. Tap the access pass that looks the same as this one.'),
			SessionState::Authenticated
				=> $this->l->t('Approved.'),
			SessionState::Denied
				// phpcs:ignore Generic.Files.LineLength -- a text to be translated is one literal
				=> $this->l->t('The request was denied on the phone. If that was not you, somebody else knows the password: change it.'),
			SessionState::Expired
				=> $this->l->t('Nobody answered the request in time.'),
			SessionState::Suspended
				=> $this->l->t('Another request for the same SecSign ID came in, so this one was stopped.'),
			SessionState::Cancelled
				=> $this->l->t('The request was cancelled.'),
			SessionState::Invalid
				=> $this->l->t('The ID server does not know this request any more.'),
		};
	}

	public function problem(\Exception $e): string {
		return match (true) {
			$e instanceof TooManyRequestsException
				=> $this->l->t('Too many requests were sent to the phone. Wait a few minutes, then try again.'),
			$e instanceof UnreachableException
				=> $this->l->t('The SecSign ID server cannot be reached. Try again later, or ask the administrator.'),
			$e instanceof BadAnswerException
				=> $this->l->t('The SecSign ID server gave an answer that cannot be trusted.'),
			$e instanceof RefusedException && $e->isUnknownId()
				=> $this->l->t('This SecSign ID does not exist on the ID server.'),
			$e instanceof RefusedException
				=> $this->l->t('The SecSign ID server refused the request.'),
			default
				=> $this->l->t('Something went wrong. Try again later, or ask the administrator.'),
		};
	}

	public function notUsable(): string {
		return $this->l->t('No SecSign ID is set up for this account. The administrator can assign one.');
	}

	public function gone(): string {
		return $this->l->t('No valid request exists. Send a new one.');
	}

	public function notYet(): string {
		return $this->l->t('The request has not been approved on the phone yet.');
	}
}
