<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\IdServer;

/** The ID server did not do what was asked. The kinds below say why; the message is for the log, in English. */
class IdServerException extends \Exception {
}
