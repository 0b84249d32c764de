<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command;

use OC\Console\Command;
use OC\Sandbox\ServerCheck;

class Check extends Command
{
    /** @var \OC\Config */
    private $config;

    public function __construct(\OC\Config $config)
    {
        $this->config = $config;
    }

    protected function execute(): int
    {
        $errors = ServerCheck::errors($this->config);
        if ($errors === []) {
            return 0;
        }
        $this->printArray(array_map(function ($error) {
            return $error[0] . ' - ' . $error[1];
        }, $errors));
        return 1;
    }
}
