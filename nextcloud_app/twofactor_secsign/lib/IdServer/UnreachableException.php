<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\IdServer;

/** No configured server could be reached, or each had an error of its own (HTTP 5xx). */
class UnreachableException extends IdServerException {
}
