<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Config\System;

use OC\Console\Command;
use OC\SystemConfig;

class DeleteConfig extends Command
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
        $name = implode(' => ', $path);
        $key = array_shift($path);
        $known = in_array($key, $this->system->getKeys(), true);
        $found = $known && NestedKey::read($this->system->getValue($key), $path)[0];
        if (!$found && $this->input->option('error-if-not-exists')) {
            $this->output->writeln("System config $name could not be deleted because it did not exist");
            return 1;
        }
        if ($path === []) {
            $this->system->deleteValue($key);
        } elseif ($found) {
            $this->system->setValue($key, NestedKey::write($this->system->getValue($key), $path, null, true));
        }
        $this->output->writeln("System config value $name deleted");
        return 0;
    }
}
