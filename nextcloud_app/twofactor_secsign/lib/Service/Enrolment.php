<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Service;

use OCA\TwoFactorSecSign\IdServer\IdServerException;
use OCA\TwoFactorSecSign\IdServer\SessionState;
use OCP\IL10N;
use OCP\IUser;

/**
 * How an account gets a SecSign ID by its owner's own doing. It always ends with an approval by the phone that holds
 * exactly this ID.
 *
 * In the middle of a login only the password has been shown. So there an account that has an ID keeps it, and one that
 * has none gets the proposed one, unless the administrator lets users choose.
 */
class Enrolment {
	public function __construct(
		private readonly IdStore $ids,
		private readonly Settings $settings,
		private readonly Permissions $permissions,
		private readonly Accounts $accounts,
		private readonly Approvals $approvals,
		private readonly Words $words,
		private readonly IL10N $l,
	) {
	}

	/** The ID that the page shows first. */
	public function proposal(IUser $user): string {
		return $this->ids->find($user->getUID())?->secSignId
			?? SecSignId::proposed($user->getUID(), $this->settings->text('onboarding_suffix'));
	}

	/** May another ID than the proposed one be typed in? */
	public function isFree(Purpose $purpose, IUser $user): bool {
		return match ($purpose) {
			Purpose::LoginSetup => $this->ids->find($user->getUID()) === null && $this->permissions->mayChoose($user),
			Purpose::Personal => $this->permissions->mayEdit($user),
			Purpose::Challenge => false,
		};
	}

	/**
	 * Sends the request to the phone.
	 *
	 * @param string $wanted the ID that was typed in, or nothing for the proposed one
	 * @throws EnrolmentRefusedException
	 * @throws IdServerException
	 * @throws TooManyRequestsException
	 */
	public function start(Purpose $purpose, IUser $user, string $wanted): Approval {
		return $this->approvals->start($purpose, $user, $this->decide($purpose, $user, $wanted));
	}

	/**
	 * Stores the ID if the phone has approved.
	 *
	 * @return SessionState Authenticated if the ID is stored now
	 * @throws EnrolmentRefusedException
	 * @throws IdServerException
	 */
	public function finish(Purpose $purpose, IUser $user): SessionState {
		$approval = $this->approvals->current($purpose, $user);
		if ($approval === null) {
			throw new EnrolmentRefusedException($this->words->gone());
		}
		// the rules may have changed while the phone was asked
		$secSignId = $this->decide($purpose, $user, $approval->session->secSignId);
		$state = $this->approvals->redeem($purpose, $user, $secSignId);
		if ($state === null) {
			throw new EnrolmentRefusedException($this->words->gone());
		}
		if ($state === SessionState::Authenticated) {
			$this->store($purpose, $user, $secSignId);
		}
		return $state;
	}

	/** @throws EnrolmentRefusedException */
	private function store(Purpose $purpose, IUser $user, string $secSignId): void {
		if ($purpose === Purpose::Personal) {
			$this->accounts->replace($user, $secSignId);
		} elseif (!$this->accounts->enrol($user, $secSignId)) {
			throw new EnrolmentRefusedException($this->alreadyAssigned());
		}
	}

	/**
	 * The one place that says which ID an account may get.
	 *
	 * @throws EnrolmentRefusedException
	 */
	private function decide(Purpose $purpose, IUser $user, string $wanted): string {
		$mayNot = $purpose === Purpose::Personal && !$this->permissions->mayEdit($user);
		if ($purpose === Purpose::Challenge || $mayNot) {
			throw new EnrolmentRefusedException($this->l->t('Only an administrator can change this.'));
		}
		if ($purpose === Purpose::LoginSetup && !$this->settings->isOn('onboarding_enabled')) {
			throw new EnrolmentRefusedException($this->words->notUsable());
		}
		$proposal = $this->proposal($user);
		$id = SecSignId::normalise($wanted) === '' ? $proposal : SecSignId::valid($wanted);
		if ($id === $proposal && $this->ids->find($user->getUID()) !== null) {
			return $id; // their own, as it is stored
		}
		if ($id === null || SecSignId::valid($id) === null) {
			throw new EnrolmentRefusedException(
				$this->l->t('This cannot be a SecSign ID. Use letters, digits and . _ - + @'),
			);
		}
		if ($id !== $proposal && !$this->isFree($purpose, $user)) {
			$assigned = $purpose === Purpose::LoginSetup && $this->ids->find($user->getUID()) !== null;
			throw new EnrolmentRefusedException($assigned
				? $this->alreadyAssigned()
				: $this->l->t('Another SecSign ID than the proposed one is not allowed here.'));
		}
		if ($this->ids->isTaken($id, $user->getUID())) {
			throw new EnrolmentRefusedException($this->l->t('This SecSign ID belongs to another account.'));
		}
		return $id;
	}

	private function alreadyAssigned(): string {
		return $this->l->t('This account already has a SecSign ID. Only an administrator can change it.');
	}
}
