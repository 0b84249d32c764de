<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Config;

use OC\AppConfig;
use OC\Console\Command;
use OC\SystemConfig;

class ListConfigs extends Command
{
    /** @var SystemConfig */
    private $system;
    /** @var AppConfig */
    private $apps;

    public function __construct(SystemConfig $system, AppConfig $apps)
    {
        $this->system = $system;
        $this->apps = $apps;
    }

    protected function execute(): int
    {
        $app = $this->input->argument('app') ?? 'all';
        $filtered = !$this->input->option('private');
        $configs = [];
        if ($app === 'all' || $app === 'system') {
            $configs['system'] = $this->systemValues($filtered);
        }
        if ($app === 'all') {
            $configs['apps'] = [];
            foreach ($this->apps->getApps() as $one) {
                $configs['apps'][$one] = $this->apps->getAllValues($one, '', $filtered);
            }
        } elseif ($app !== 'system') {
            $configs['apps'] = [$app => $this->apps->getAllValues($app, '', $filtered)];
        }
        $this->printArray($configs);
        return 0;
    }

    private function systemValues(bool $filtered): array
    {
        $values = [];
        foreach ($this->system->getKeys() as $key) {
            $value = $filtered ? $this->system->getFilteredValue($key, null) : $this->system->getValue($key, null);
            if ($value !== null) {
                $values[$key] = $value;
            }
        }
        return $values;
    }
}
