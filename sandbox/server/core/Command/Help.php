<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command;

use OC\Console\Application;
use OC\Console\Command;
use OC\Console\Output;

class Help extends Command
{
    /** @var Application */
    private $application;

    public function __construct(Application $application)
    {
        $this->application = $application;
    }

    protected function execute(): int
    {
        $this->describe($this->input->argument('command_name') ?? 'help', $this->output);
        return 0;
    }

    public function describe(string $name, Output $output): void
    {
        $command = $this->application->commands()[$name] ?? null;
        if ($command === null) {
            throw new \OC\Console\ConsoleException(sprintf('Command "%s" is not defined.', $name));
        }
        $output->writeln(['Description:', '  ' . $command['about'], '', 'Usage:',
            '  ' . $command['grammar']->synopsis($name)]);
    }
}
