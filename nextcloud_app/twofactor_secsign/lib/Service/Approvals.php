<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Service;

use OCA\TwoFactorSecSign\IdServer\IdServer;
use OCA\TwoFactorSecSign\IdServer\IdServerException;
use OCA\TwoFactorSecSign\IdServer\SessionState;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\IUser;
use OCP\Security\ISecureRandom;
use OCP\Security\RateLimiting\ILimiter;
use OCP\Security\RateLimiting\IRateLimitExceededException;

/**
 * The life of an approval: asked for, watched, and used once.
 *
 * Watching returns what the page shows. Only using it opens a door, and that asks the ID server again, about the
 * session that was made here for this account in this login.
 */
class Approvals {
	public const MAX_AGE = 300;
	/** A phone that is asked again and again gets an approval by weariness: so many requests in so many seconds. */
	private const MAX_REQUESTS = 10;
	private const REQUESTS_PERIOD = 300;

	public function __construct(
		private readonly IdServer $server,
		private readonly ApprovalStore $store,
		private readonly ITimeFactory $clock,
		private readonly ISecureRandom $random,
		private readonly ILimiter $limiter,
	) {
	}

	/**
	 * Sends a request to the phone. A former one for the same purpose ends.
	 *
	 * @throws IdServerException
	 * @throws TooManyRequestsException
	 */
	public function start(Purpose $purpose, IUser $user, string $secSignId): Approval {
		$this->discard($purpose);
		try {
			$key = 'twofactor_secsign.request';
			$this->limiter->registerUserRequest($key, self::MAX_REQUESTS, self::REQUESTS_PERIOD, $user);
		} catch (IRateLimitExceededException) {
			throw new TooManyRequestsException();
		}
		$session = $this->server->requestApproval($secSignId);
		$nonce = $this->random->generate(32, ISecureRandom::CHAR_ALPHANUMERIC);
		$now = $this->clock->getTime();
		$approval = new Approval($purpose, $user->getUID(), $this->store->login(), $nonce, $now, $session);
		$this->store->put($approval);
		return $approval;
	}

	/** The approval that this login waits for or has just seen end. */
	public function current(Purpose $purpose, IUser $user): ?Approval {
		$approval = $this->store->find($purpose, $user);
		if ($approval !== null && $approval->state->isOpen() && $this->isTooOld($approval)) {
			$this->end($approval, SessionState::Expired);
			$this->server->cancel($approval->session);
		}
		return $approval;
	}

	/**
	 * Looks how it stands. Asks the ID server at most as often as the back-off allows, and never twice at the same
	 * time.
	 *
	 * @throws IdServerException
	 */
	public function poll(Purpose $purpose, IUser $user): ?Approval {
		$approval = $this->current($purpose, $user);
		if ($approval === null || !$approval->state->isOpen()) {
			return $approval;
		}
		$now = $this->clock->getTime();
		$mine = $this->store->change($approval, function (Approval $stored) use ($now): bool {
			if (!$stored->state->isOpen() || $now < $stored->nextPollAt || $now < $stored->busyUntil) {
				return false;
			}
			$stored->busyUntil = $now + IdServer::patience();
			return true;
		});
		if (!$mine) {
			return $this->store->find($purpose, $user);
		}
		$state = null;
		try {
			$state = $this->server->stateOf($approval->session);
		} finally {
			$this->store->change($approval, function (Approval $stored) use ($state): bool {
				$stored->polls++;
				$stored->busyUntil = 0;
				$stored->nextPollAt = $this->clock->getTime() + self::interval($stored->polls);
				$stored->state = $state ?? $stored->state;
				return true;
			});
		}
		return $this->store->find($purpose, $user);
	}

	/**
	 * Uses the approval, if there is one: the only way through the door.
	 *
	 * @return SessionState|null Authenticated exactly once; null if there is nothing that could be used
	 * @throws IdServerException nothing is decided and nothing lost
	 */
	public function redeem(Purpose $purpose, IUser $user, string $secSignId): ?SessionState {
		$approval = $this->current($purpose, $user);
		if ($approval === null) {
			return null;
		}
		if ($approval->session->secSignId !== $secSignId) {
			// the account has got another ID since
			$this->discard($purpose);
			return null;
		}
		if (!$approval->state->isOpen() && $approval->state !== SessionState::Authenticated) {
			return $approval->state;
		}
		if ($this->isTooOld($approval)) {
			$this->end($approval, SessionState::Expired);
			$this->server->cancel($approval->session);
			return SessionState::Expired;
		}
		$state = $this->server->stateOf($approval->session);
		if ($state === SessionState::Authenticated) {
			if (!$this->store->take($approval)) {
				return null;
			}
			$this->server->release($approval->session);
		} elseif (!$state->isOpen()) {
			$this->end($approval, $state);
		}
		return $state;
	}

	/** Nobody waits for it any more. */
	public function discard(Purpose $purpose): void {
		$approval = $this->store->takeAny($purpose);
		if ($approval !== null && $approval->state->isOpen() && !$this->isTooOld($approval)) {
			$this->server->cancel($approval->session);
		}
	}

	/** Seconds until the next look: quick while somebody reaches for the phone, slower afterwards. */
	public static function interval(int $polls): int {
		return match (true) {
			$polls < 15 => 1,
			$polls < 40 => 2,
			default => 4,
		};
	}

	private function isTooOld(Approval $approval): bool {
		$age = $this->clock->getTime() - $approval->createdAt;
		return $age < 0 || $age > self::MAX_AGE;
	}

	private function end(Approval $approval, SessionState $state): void {
		$approval->state = $state;
		$this->store->change($approval, static function (Approval $stored) use ($state): bool {
			$stored->state = $state;
			return true;
		});
	}
}
