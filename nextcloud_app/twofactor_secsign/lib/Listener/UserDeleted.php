<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Listener;

use OCA\TwoFactorSecSign\Service\IdStore;
use OCP\EventDispatcher\Event;
use OCP\EventDispatcher\IEventListener;
use OCP\User\Events\UserDeletedEvent;

/**
 * Nextcloud itself forgets the provider states and preferences of a deleted account.
 *
 * @template-implements IEventListener<Event>
 */
class UserDeleted implements IEventListener {
	public function __construct(
		private readonly IdStore $ids,
	) {
	}

	public function handle(Event $event): void {
		if ($event instanceof UserDeletedEvent) {
			$this->ids->remove($event->getUser()->getUID());
		}
	}
}
