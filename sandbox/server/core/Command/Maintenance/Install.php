<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Maintenance;

use OC\Console\Command;
use OC\Sandbox\Setup;

class Install extends Command
{
    /** @var Setup */
    private $setup;

    public function __construct(Setup $setup)
    {
        $this->setup = $setup;
    }

    protected function execute(): int
    {
        if ($this->input->option('database') !== 'sqlite') {
            throw new \InvalidArgumentException('Database <' . $this->input->option('database') . '> is not supported. SQLite is.');
        }
        $password = $this->input->option('admin-pass');
        if ((string) $password === '') {
            throw new \InvalidArgumentException('Admin password not provided.');
        }
        $this->setup->install(
            (string) $this->input->option('admin-user'),
            (string) $password,
            (string) ($this->input->option('data-dir') ?? \OC::$SERVERROOT . '/data')
        );
        $this->output->writeln('Nextcloud was successfully installed');
        return 0;
    }
}
