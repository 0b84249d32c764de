<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\IdServer;

/** One request for approval, as the ID server created it. */
final class AuthSession {
	public function __construct(
		public readonly string $secSignId,
		public readonly string $authSessionId,
		public readonly string $requestId,
		/** The access pass: a PNG in base64, checked. */
		public readonly string $accessPass,
		/** Which of the configured servers created it, so that this one is asked first. */
		public readonly int $server,
	) {
	}

	/** @return array<string, string|int> */
	public function toArray(): array {
		return get_object_vars($this);
	}

	/** @param array<array-key, mixed> $data */
	public static function fromArray(array $data): ?self {
		foreach (['secSignId', 'authSessionId', 'requestId', 'accessPass'] as $key) {
			if (!is_string($data[$key] ?? null)) {
				return null;
			}
		}
		if (!is_int($data['server'] ?? null)) {
			return null;
		}
		return new self(
			$data['secSignId'],
			$data['authSessionId'],
			$data['requestId'],
			$data['accessPass'],
			$data['server'],
		);
	}
}
