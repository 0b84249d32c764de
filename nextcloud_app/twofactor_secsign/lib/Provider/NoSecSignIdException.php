<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Provider;

/** Switching a second factor on that could never be passed would lock the user out. */
class NoSecSignIdException extends \RuntimeException {
	public function __construct(string $uid) {
		parent::__construct("No SecSign ID is stored for '$uid': assign one first. Nothing has changed.", 1);
	}
}
