<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Config\System;

use OC\Console\Command;
use OC\SystemConfig;

class GetConfig extends Command
{
    /** @var SystemConfig */
    private $system;

    public function __construct(SystemConfig $system)
    {
        $this->system = $system;
    }

    protected function execute(): int
    {
        $path = $this->input->argument('name');
        $key = array_shift($path);
        $known = in_array($key, $this->system->getKeys(), true);
        list($found, $value) = $known ? NestedKey::read($this->system->getValue($key), $path) : [false, null];
        if ($found) {
            $this->printValue($value);
            return 0;
        }
        if (!$this->input->has('default-value')) {
            return 1;
        }
        $this->printValue($this->input->option('default-value'));
        return 0;
    }
}
