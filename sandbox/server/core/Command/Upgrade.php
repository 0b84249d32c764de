<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command;

use OC\App\AppManager;
use OC\Console\Command;
use OC\DB\Connection;
use OC\Installer;
use OC\Sandbox\Release;
use OCP\IConfig;
use OCP\Util;

/** Brings apps whose folder is newer, and the version in config.php, up to date. */
class Upgrade extends Command
{
    /** @var IConfig */
    private $config;
    /** @var AppManager */
    private $apps;
    /** @var Installer */
    private $installer;
    /** @var Connection */
    private $db;

    public function __construct(IConfig $config, AppManager $apps, Installer $installer, Connection $db)
    {
        $this->db = $db;
        $this->config = $config;
        $this->apps = $apps;
        $this->installer = $installer;
    }

    protected function execute(): int
    {
        if (!Util::needUpgrade()) {
            $this->sayNothingToDo();
            return 0;
        }
        $this->output->writeln(Release::behaviour('app.upgrade_style'));
        $level = $this->config->getSystemValueInt('loglevel', 2);
        $this->config->setSystemValue('loglevel', 0);
        $this->config->setSystemValue('maintenance', true);
        $this->output->writeln(['Turned on maintenance mode', 'Updating database schema']);
        $this->updateSchema();
        $this->output->writeln('Updated database');
        foreach ($this->apps->getInstalledApps() as $app) {
            if ($this->apps->needsUpgrade($app)) {
                $this->output->writeln("Updating <$app> ...");
                $this->installer->installApp($app);
                $this->output->writeln("Updated <$app> to " . $this->apps->getAppVersion($app));
            }
        }
        if (Release::behaviour('app.upgrade_asks_store')) {
            foreach ($this->apps->getInstalledApps() as $app) {
                $this->output->writeln(["Checking for update of app $app in appstore",
                    "Checked for update of app \"$app\" in appstore "]);
            }
        }
        $this->config->setSystemValue('version', implode('.', Release::version()));
        $this->output->writeln(['Starting code integrity check...', 'Finished code integrity check', 'Update successful']);
        $this->config->setSystemValue('maintenance', false);
        // Left behind in config.php, as after every upgrade of a real server.
        $this->config->setSystemValue('loglevel', $level);
        $this->output->writeln(['Turned off maintenance mode', Release::behaviour('app.upgrade_last_line')]);
        return 0;
    }

    /** Tables and columns that the release before did not have. */
    private function updateSchema(): void
    {
        foreach (require \OC::$SERVERROOT . '/lib/private/DB/tables.php' as $name => $columns) {
            if (!$this->db->tableExists($name)) {
                $this->db->perform("CREATE TABLE `*PREFIX*$name` ($columns)");
                continue;
            }
            $known = array_column($this->db->describe($this->db->getPrefix() . $name)[0], 'name');
            foreach (preg_split('/, ?(?![^(]*\))/', $columns) as $column) {
                $word = trim(strtok($column, ' '), '"');
                if ($word !== 'PRIMARY' && !in_array($word, $known, true)) {
                    $this->db->perform("ALTER TABLE `*PREFIX*$name` ADD COLUMN $column");
                }
            }
        }
    }

    private function sayNothingToDo(): void
    {
        if (!Release::behaviour('app.none_to_upgrade_note')) {
            $this->output->writeln('Nextcloud is already latest version');
            return;
        }
        $this->output->writeln(['No upgrade required.', '', 'Note: This command triggers the upgrade actions associated with a'
            . ' new version. The new version\'s updated source files must be deployed in advance.',
            'See the upgrade documentation: ' . \OC_Util::docs('admin-update') . ' for more information.']);
    }
}
