<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Maintenance;

use OC\Console\Command;
use OCP\IConfig;

class Mode extends Command
{
    /** @var IConfig */
    private $config;

    public function __construct(IConfig $config)
    {
        $this->config = $config;
    }

    protected function execute(): int
    {
        $is = $this->config->getSystemValueBool('maintenance');
        if ($this->input->option('on') || $this->input->option('off')) {
            $wanted = (bool) $this->input->option('on');
            $word = $wanted ? 'enabled' : 'disabled';
            if ($is === $wanted) {
                $this->output->writeln("Maintenance mode already $word");
                return 0;
            }
            $this->config->setSystemValue('maintenance', $wanted);
            $this->output->writeln("Maintenance mode $word");
            return 0;
        }
        $this->output->writeln('Maintenance mode is currently ' . ($is ? 'enabled' : 'disabled'));
        return 0;
    }
}
