<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Service;

use OCP\IUser;

/** What the page needs to know to walk a user through creating a SecSign ID and approving with it. */
class EnrolmentPage {
	public function __construct(
		private readonly Enrolment $enrolment,
		private readonly IdStore $ids,
		private readonly Settings $settings,
	) {
	}

	/** @return array{proposal: string, free: bool, has: bool, mobileUrl: string} */
	public function values(Purpose $purpose, IUser $user): array {
		$proposal = $this->enrolment->proposal($user);
		return [
			'proposal' => $proposal,
			'free' => $this->enrolment->isFree($purpose, $user),
			'has' => $this->ids->find($user->getUID()) !== null,
			// the page makes of it, and of the ID, the QR code that the app on the phone reads
			'mobileUrl' => $this->settings->text('mobileurl'),
		];
	}
}
