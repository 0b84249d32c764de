<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Config;

use OC\Console\Command;

/** A fresh instance has no preset, and the sandbox stays fresh in this. */
class Preset extends Command
{
    protected function execute(): int
    {
        $this->printArray(['NONE']);
        return 0;
    }
}
