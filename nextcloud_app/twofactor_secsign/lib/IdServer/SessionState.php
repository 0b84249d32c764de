<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\IdServer;

/** The states of an approval session, with the numbers of the ID server's protocol. */
enum SessionState: int {
	case None = 0;
	case Pending = 1;
	case Expired = 2;
	case Authenticated = 3;
	case Denied = 4;
	/** Another request for the same SecSign ID came in. */
	case Suspended = 5;
	case Cancelled = 6;
	/** The phone has it, the user has not decided. */
	case Fetched = 7;
	case Invalid = 8;

	/** Still undecided; asking again later makes sense. */
	public function isOpen(): bool {
		return match ($this) {
			self::None, self::Pending, self::Fetched => true,
			default => false,
		};
	}
}
