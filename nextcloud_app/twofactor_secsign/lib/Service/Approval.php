<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Service;

use OCA\TwoFactorSecSign\IdServer\AuthSession;
use OCA\TwoFactorSecSign\IdServer\SessionState;

/**
 * A request for approval and what it is bound to: an account, a login, a purpose, a SecSign ID. Lives in the PHP
 * session.
 */
final class Approval {
	public function __construct(
		public readonly Purpose $purpose,
		public readonly string $uid,
		/** Fingerprint of the PHP session of this login. */
		public readonly string $login,
		/** Tells this request from any that replaced it. */
		public readonly string $nonce,
		public readonly int $createdAt,
		public readonly AuthSession $session,
		public SessionState $state = SessionState::Pending,
		public int $polls = 0,
		public int $nextPollAt = 0,
		/** Another process is asking the ID server until then. */
		public int $busyUntil = 0,
	) {
	}

	/** @return array<string, mixed> */
	public function toArray(): array {
		return [
			'purpose' => $this->purpose->value,
			'session' => $this->session->toArray(),
			'state' => $this->state->value,
		] + get_object_vars($this);
	}

	public static function fromArray(mixed $data): ?self {
		if (!is_array($data) || !is_array($data['session'] ?? null)) {
			return null;
		}
		$session = AuthSession::fromArray($data['session']);
		$purpose = Purpose::tryFrom((string)($data['purpose'] ?? ''));
		$state = SessionState::tryFrom((int)($data['state'] ?? -1));
		$nonce = (string)($data['nonce'] ?? '');
		if ($session === null || $purpose === null || $state === null || $nonce === '') {
			return null;
		}
		return new self(
			$purpose,
			(string)($data['uid'] ?? ''),
			(string)($data['login'] ?? ''),
			$nonce,
			(int)($data['createdAt'] ?? 0),
			$session,
			$state,
			(int)($data['polls'] ?? 0),
			(int)($data['nextPollAt'] ?? 0),
			(int)($data['busyUntil'] ?? 0),
		);
	}
}
