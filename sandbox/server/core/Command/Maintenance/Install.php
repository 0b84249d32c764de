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
        $kind = (string) $this->input->option('database');
        if (!in_array($kind, ['sqlite', 'mysql', 'pgsql'], true)) {
            throw new \InvalidArgumentException("Database <$kind> is not supported. SQLite, MySQL and PostgreSQL are.");
        }
        $password = $this->input->option('admin-pass');
        if ((string) $password === '') {
            throw new \InvalidArgumentException('Admin password not provided.');
        }
        $this->setup->install(
            (string) $this->input->option('admin-user'),
            (string) $password,
            (string) ($this->input->option('data-dir') ?? \OC::$SERVERROOT . '/data'),
            $kind === 'sqlite' ? ['dbtype' => 'sqlite3'] : [
                'dbtype' => $kind,
                'dbhost' => (string) ($this->input->option('database-host') ?? 'localhost'),
                'dbname' => (string) $this->input->option('database-name'),
                'dbuser' => (string) $this->input->option('database-user'),
                'dbpassword' => (string) $this->input->option('database-pass'),
            ]
        );
        $this->output->writeln('Nextcloud was successfully installed');
        return 0;
    }
}
