<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Controller;

use OCA\TwoFactorSecSign\IdServer\IdServerException;
use OCA\TwoFactorSecSign\IdServer\SessionState;
use OCA\TwoFactorSecSign\Service\Enrolment;
use OCA\TwoFactorSecSign\Service\EnrolmentRefusedException;
use OCA\TwoFactorSecSign\Service\Purpose;
use OCA\TwoFactorSecSign\Service\TooManyRequestsException;
use OCA\TwoFactorSecSign\Service\Words;
use OCP\AppFramework\Http;
use OCP\AppFramework\Http\JSONResponse;
use OCP\IUser;

/** The two steps of an enrolment as JSON, for both pages that have one. */
class EnrolmentAnswer {
	public function __construct(
		private readonly Enrolment $enrolment,
		private readonly Words $words,
	) {
	}

	public function toStart(Purpose $purpose, ?IUser $user, string $secSignId): JSONResponse {
		return $this->respond(function () use ($purpose, $user, $secSignId): array {
			$approval = $this->enrolment->start($purpose, self::present($user), $secSignId);
			return [
				'outcome' => 'open',
				'message' => $this->words->state($approval->state),
				'secSignId' => $approval->session->secSignId,
				'accessPass' => $approval->session->accessPass,
			];
		});
	}

	public function toFinish(Purpose $purpose, ?IUser $user): JSONResponse {
		return $this->respond(function () use ($purpose, $user): array {
			$state = $this->enrolment->finish($purpose, self::present($user));
			return [
				'outcome' => match (true) {
					$state === SessionState::Authenticated => 'done',
					$state->isOpen() => 'open',
					default => 'ended',
				},
				'message' => $state->isOpen() ? $this->words->notYet() : $this->words->state($state),
			];
		});
	}

	/** @param callable(): array<string, string> $work */
	private function respond(callable $work): JSONResponse {
		try {
			$response = new JSONResponse($work());
		} catch (EnrolmentRefusedException $e) {
			$response = self::refused($e->getMessage(), Http::STATUS_CONFLICT);
		} catch (TooManyRequestsException $e) {
			$response = self::refused($this->words->problem($e), Http::STATUS_TOO_MANY_REQUESTS);
		} catch (IdServerException $e) {
			$response = self::refused($this->words->problem($e), Http::STATUS_BAD_GATEWAY);
		}
		$response->addHeader('Cache-Control', 'no-store');
		return $response;
	}

	/** @param Http::STATUS_* $status */
	private static function refused(string $message, int $status): JSONResponse {
		return new JSONResponse(['outcome' => 'refused', 'message' => $message], $status);
	}

	/** @throws EnrolmentRefusedException */
	private static function present(?IUser $user): IUser {
		return $user ?? throw new EnrolmentRefusedException('not logged in');
	}
}
