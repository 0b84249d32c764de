<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Controller;

use OCA\TwoFactorSecSign\IdServer\IdServerException;
use OCA\TwoFactorSecSign\IdServer\SessionState;
use OCA\TwoFactorSecSign\Service\Approvals;
use OCA\TwoFactorSecSign\Service\Purpose;
use OCA\TwoFactorSecSign\Service\Words;
use OCP\AppFramework\Http\JSONResponse;
use OCP\IUser;

/** What a waiting page is told: how it stands, in words, and when to ask again. */
class PollAnswer {
	private const AFTER_A_PROBLEM = 5;

	public function __construct(
		private readonly Approvals $approvals,
		private readonly Words $words,
	) {
	}

	public function to(Purpose $purpose, ?IUser $user): JSONResponse {
		if ($user === null) {
			return self::tell('ended', $this->words->gone());
		}
		try {
			$approval = $this->approvals->poll($purpose, $user);
		} catch (IdServerException $e) {
			return self::tell('open', $this->words->problem($e), self::AFTER_A_PROBLEM);
		}
		if ($approval === null) {
			return self::tell('ended', $this->words->gone());
		}
		$words = $this->words->state($approval->state);
		return match (true) {
			$approval->state === SessionState::Authenticated => self::tell('approved', $words),
			$approval->state->isOpen() => self::tell('open', $words, Approvals::interval($approval->polls)),
			default => self::tell('ended', $words),
		};
	}

	private static function tell(string $outcome, string $message, int $retryAfter = 0): JSONResponse {
		$response = new JSONResponse(['outcome' => $outcome, 'message' => $message, 'retryAfter' => $retryAfter]);
		$response->addHeader('Cache-Control', 'no-store');
		return $response;
	}
}
