<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Listener;

use OCA\TwoFactorSecSign\Service\Approvals;
use OCA\TwoFactorSecSign\Service\Purpose;
use OCP\EventDispatcher\Event;
use OCP\EventDispatcher\IEventListener;

/**
 * The login was cancelled, or passed in another way (a backup code): the phone need not ask any more.
 *
 * @template-implements IEventListener<Event>
 */
class ApprovalAbandoned implements IEventListener {
	public function __construct(
		private readonly Approvals $approvals,
	) {
	}

	public function handle(Event $event): void {
		foreach (Purpose::cases() as $purpose) {
			$this->approvals->discard($purpose);
		}
	}
}
