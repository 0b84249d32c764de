<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Config\System;

use OC\Console\Command;
use OC\SystemConfig;

class SetConfig extends Command
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
        list($value, $readable) = CastHelper::cast($this->input->option('value'), (string) $this->input->option('type'));
        $key = array_shift($path);
        $known = in_array($key, $this->system->getKeys(), true);
        $old = $known ? $this->system->getValue($key) : null;
        if ($this->input->option('update-only') && !($known && NestedKey::read($old, $path)[0])) {
            throw new \UnexpectedValueException('Config parameter does not exist');
        }
        $this->system->setValue($key, $path === [] ? $value : NestedKey::write($old, $path, $value));
        $this->output->writeln("System config value $name set to $readable");
        return 0;
    }
}
