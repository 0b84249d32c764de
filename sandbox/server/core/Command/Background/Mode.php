<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Background;

use OC\Console\Command;
use OCP\IConfig;

/** How background jobs are run; the sandbox only remembers it. */
abstract class Mode extends Command
{
    /** @var IConfig */
    private $config;

    public function __construct(IConfig $config)
    {
        $this->config = $config;
    }

    abstract protected function mode(): string;

    protected function execute(): int
    {
        $this->config->setAppValue('core', 'backgroundjobs_mode', $this->mode());
        $this->output->writeln("Set mode for background jobs to '" . $this->mode() . "'");
        return 0;
    }
}
