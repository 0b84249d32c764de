<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Service;

/** What the table knows of one account. */
final class StoredId {
	public function __construct(
		public readonly string $uid,
		public readonly string $secSignId,
		public readonly bool $enabled,
	) {
	}
}
