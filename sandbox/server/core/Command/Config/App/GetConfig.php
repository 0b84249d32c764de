<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Config\App;

use OC\AppConfig;
use OC\Console\Command;

class GetConfig extends Command
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
        if ($this->input->option('details')) {
            $details = $this->apps->getDetails($app, $key);
            $details['type'] = $details['typeString'];
            unset($details['typeString']);
            $this->printArray($details);
            return 0;
        }
        if ($this->apps->hasKey($app, $key)) {
            $this->printValue((string) $this->apps->getValue($app, $key, ''));
            return 0;
        }
        if (!$this->input->has('default-value')) {
            return 1;
        }
        $this->printValue($this->input->option('default-value'));
        return 0;
    }
}
