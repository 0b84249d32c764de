<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Config\App;

use OC\AppConfig;
use OC\Console\Command;

class DeleteConfig extends Command
{
    /** @var AppConfig */
    private $apps;

    public function __construct(AppConfig $apps)
    {
        $this->apps = $apps;
    }

    protected function execute(): int
    {
        $app = (string) $this->input->argument('app');
        $key = (string) $this->input->argument('name');
        if ($this->input->option('error-if-not-exists') && !$this->apps->hasKey($app, $key)) {
            $this->output->writeln("Config $key of app $app could not be deleted because it did not exist");
            return 1;
        }
        $this->apps->deleteKey($app, $key);
        $this->output->writeln("Config value $key of app $app deleted");
        return 0;
    }
}
