<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Service;

use OCP\ISession;
use OCP\IUser;

/**
 * Keeps approvals in the PHP session, on the server's side: the browser never sees or sends an id.
 *
 * What is read and then written is done under the session's lock, so that two requests of the same browser cannot
 * both take one approval.
 */
class ApprovalStore {
	public function __construct(
		private readonly ISession $session,
	) {
	}

	/** The approval of this purpose, if it was made for this account in this very login. */
	public function find(Purpose $purpose, IUser $user): ?Approval {
		$approval = Approval::fromArray($this->session->get(self::key($purpose)));
		if (
			$approval === null || $approval->purpose !== $purpose || $approval->uid !== $user->getUID()
			|| !hash_equals($approval->login, $this->login())
		) {
			return null;
		}
		return $approval;
	}

	public function put(Approval $approval): void {
		$this->session->set(self::key($approval->purpose), $approval->toArray());
	}

	/** Takes it out. @return bool whether it was still there: only then may it be used */
	public function take(Approval $approval): bool {
		return $this->locked(function () use ($approval): bool {
			$stored = Approval::fromArray($this->session->get(self::key($approval->purpose)));
			if ($stored === null || !hash_equals($stored->nonce, $approval->nonce)) {
				return false;
			}
			$this->session->remove(self::key($approval->purpose));
			return true;
		});
	}

	/** Whatever is stored for this purpose, bound to this login or not: to be cancelled, never to be trusted. */
	public function takeAny(Purpose $purpose): ?Approval {
		$data = $this->session->get(self::key($purpose));
		if ($data === null) {
			return null;
		}
		$this->session->remove(self::key($purpose));
		return Approval::fromArray($data);
	}

	/**
	 * Changes the stored approval under the lock; nothing happens if another one has taken its place.
	 *
	 * @param callable(Approval): bool $change whether to store it
	 */
	public function change(Approval $approval, callable $change): bool {
		return $this->locked(function () use ($approval, $change): bool {
			$stored = Approval::fromArray($this->session->get(self::key($approval->purpose)));
			if ($stored === null || !hash_equals($stored->nonce, $approval->nonce) || !$change($stored)) {
				return false;
			}
			$this->put($stored);
			return true;
		});
	}

	/** A login has a PHP session id of its own; the fingerprint keeps the id itself out of the stored data. */
	public function login(): string {
		return hash('sha256', 'twofactor_secsign|' . $this->session->getId());
	}

	/**
	 * @param callable(): bool $work
	 */
	private function locked(callable $work): bool {
		$opened = $this->session->reopen();
		try {
			return $work();
		} finally {
			if ($opened) {
				$this->session->close();
			}
		}
	}

	private static function key(Purpose $purpose): string {
		return 'twofactor_secsign.' . $purpose->value;
	}
}
