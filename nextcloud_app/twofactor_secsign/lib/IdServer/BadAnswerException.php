<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\IdServer;

/**
 * What came back is not an answer of an ID server, or not the answer to this question. Never trusted, never guessed at.
 */
class BadAnswerException extends IdServerException {
}
