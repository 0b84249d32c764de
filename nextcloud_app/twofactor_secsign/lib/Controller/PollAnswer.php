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

/** The answer to a waiting page: status, message, and when to ask again. */
class PollAnswer {
	private const AFTER_A_PROBLEM = 5;

	public function __construct(
		private readonly Approvals $approvals,
		private readonly Words $words,
	) {
	}

	public function to(Purpose $purpose, ?IUser $user): JSONResponse {
		if ($user === null) {
			return self::respond('ended', $this->words->gone());
		}
		try {
			$approval = $this->approvals->poll($purpose, $user);
		} catch (IdServerException $e) {
			return self::respond('open', $this->words->problem($e), self::AFTER_A_PROBLEM);
		}
		if ($approval === null) {
			return self::respond('ended', $this->words->gone());
		}
		$words = $this->words->state($approval->state);
		return match (true) {
			$approval->state === SessionState::Authenticated => self::respond('approved', $words),
			$approval->state->isOpen() => self::respond('open', $words, Approvals::interval($approval->polls)),
			default => self::respond('ended', $words),
		};
	}

	private static function respond(string $outcome, string $message, int $retryAfter = 0): JSONResponse {
		$response = new JSONResponse(['outcome' => $outcome, 'message' => $message, 'retryAfter' => $retryAfter]);
		$response->addHeader('Cache-Control', 'no-store');
		return $response;
	}
}
