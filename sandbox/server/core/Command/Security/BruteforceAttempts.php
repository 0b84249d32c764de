<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Security;

use OC\Console\Command;

/** Nobody logs in here, so there are no failed logins. */
class BruteforceAttempts extends Command
{
    protected function execute(): int
    {
        $this->printArray(['bypass-listed' => false, 'attempts' => 0, 'delay' => 0]);
        return 0;
    }
}
