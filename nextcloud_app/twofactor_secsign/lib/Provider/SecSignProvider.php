<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Provider;

use OCA\TwoFactorSecSign\IdServer\IdServerException;
use OCA\TwoFactorSecSign\IdServer\SessionState;
use OCA\TwoFactorSecSign\Service\Accounts;
use OCA\TwoFactorSecSign\Service\Approval;
use OCA\TwoFactorSecSign\Service\Approvals;
use OCA\TwoFactorSecSign\Service\IdStore;
use OCA\TwoFactorSecSign\Service\Purpose;
use OCA\TwoFactorSecSign\Service\Settings;
use OCA\TwoFactorSecSign\Service\TooManyRequestsException;
use OCA\TwoFactorSecSign\Service\Words;
use OCP\Authentication\TwoFactorAuth\IActivatableByAdmin;
use OCP\Authentication\TwoFactorAuth\IDeactivatableByAdmin;
use OCP\Authentication\TwoFactorAuth\IProvider;
use OCP\Authentication\TwoFactorAuth\IProvidesIcons;
use OCP\Authentication\TwoFactorAuth\TwoFactorException;
use OCP\IL10N;
use OCP\IURLGenerator;
use OCP\IUser;
use OCP\Template;

/**
 * The second factor at a login. Which SecSign ID must approve is read from the table here and nowhere else: nothing
 * that the browser sends has a say in it.
 */
class SecSignProvider implements IProvider, IProvidesIcons, IActivatableByAdmin, IDeactivatableByAdmin {
	public const ID = 'twofactor_secsign';

	public function __construct(
		private readonly Approvals $approvals,
		private readonly IdStore $ids,
		private readonly Accounts $accounts,
		private readonly Words $words,
		private readonly IURLGenerator $urls,
		protected readonly IL10N $l,
	) {
	}

	public function getId(): string {
		return self::ID;
	}

	public function getDisplayName(): string {
		return 'SecSign ID';
	}

	public function getDescription(): string {
		return $this->l->t('Approve the login on your phone');
	}

	public function getLightIcon(): string {
		return $this->urls->imagePath(Settings::APP, 'app.svg');
	}

	public function getDarkIcon(): string {
		return $this->urls->imagePath(Settings::APP, 'app-dark.svg');
	}

	public function isTwoFactorAuthEnabledForUser(IUser $user): bool {
		return $this->usableId($user) !== null;
	}

	public function getTemplate(IUser $user): Template {
		$approval = null;
		$problem = '';
		$secSignId = $this->usableId($user);
		if ($secSignId === null) {
			$problem = $this->words->notUsable();
		} else {
			try {
				$approval = $this->waitingFor($user, $secSignId);
			} catch (IdServerException | TooManyRequestsException $e) {
				$problem = $this->words->problem($e);
			}
		}
		$open = $approval !== null && ($approval->state->isOpen() || $approval->state === SessionState::Authenticated);
		$template = new Template(Settings::APP, 'challenge');
		$template->assign('secSignId', $secSignId);
		$template->assign('approval', $approval);
		$template->assign('open', $open);
		$template->assign('message', $approval === null ? $problem : $this->words->state($approval->state));
		$template->assign('pollUrl', $this->urls->linkToRoute(Settings::APP . '.Challenge.poll'));
		$template->assign('restartUrl', $this->urls->linkToRoute(Settings::APP . '.Challenge.restart'));
		return $template;
	}

	/** @throws TwoFactorException nothing is decided yet */
	public function verifyChallenge(IUser $user, string $challenge): bool {
		$secSignId = $this->usableId($user);
		if ($secSignId === null) {
			throw new TwoFactorException($this->words->notUsable());
		}
		try {
			$state = $this->approvals->redeem(Purpose::Challenge, $user, $secSignId);
		} catch (IdServerException $e) {
			throw new TwoFactorException($this->words->problem($e));
		}
		if ($state === null) {
			throw new TwoFactorException($this->words->gone());
		}
		if ($state->isOpen()) {
			throw new TwoFactorException($this->words->notYet());
		}
		if ($state !== SessionState::Authenticated) {
			return false;
		}
		$this->accounts->setConfirmed($user, true);
		return true;
	}

	/**
	 * Nextcloud notes it in its registry only if this does not fail; `occ twofactorauth:enable` then ends with the
	 * message and exit code 1.
	 */
	public function enableFor(IUser $user): void {
		if ($this->ids->find($user->getUID()) === null) {
			throw new NoSecSignIdException($user->getUID());
		}
		$this->ids->setEnabled($user->getUID(), true);
	}

	public function disableFor(IUser $user): void {
		$this->ids->setEnabled($user->getUID(), false);
	}

	private function usableId(IUser $user): ?string {
		$stored = $this->ids->find($user->getUID());
		return $stored !== null && $stored->enabled ? $stored->secSignId : null;
	}

	/**
	 * The request that is under way, or a new one. One that has ended is shown, not silently repeated: the phone is
	 * asked again only when the user says so.
	 *
	 * @throws IdServerException
	 * @throws TooManyRequestsException
	 */
	private function waitingFor(IUser $user, string $secSignId): Approval {
		$approval = $this->approvals->current(Purpose::Challenge, $user);
		if ($approval !== null && $approval->session->secSignId === $secSignId) {
			return $approval;
		}
		return $this->approvals->start(Purpose::Challenge, $user, $secSignId);
	}
}
