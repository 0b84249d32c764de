<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\IdServer;

/** The ID server understood and refused: its own error code and text. */
class RefusedException extends IdServerException {
	public function __construct(
		public readonly int $errorCode,
		public readonly string $errorText,
	) {
		parent::__construct("the ID server refused: error $errorCode, $errorText");
	}

	/** The protocol has no code of its own for this: only the text shows it. */
	public function isUnknownId(): bool {
		return stripos($this->errorText, 'not exist') !== false;
	}
}
