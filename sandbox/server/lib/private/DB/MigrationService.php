<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\DB;

use OC\DB\Schema\SchemaWrapper;
use OCP\Migration\IMigrationStep;
use OCP\Migration\IOutput;

/** Runs an app's lib/Migration/Version*.php once each, in order, remembered in oc_migrations. */
class MigrationService
{
    /** @var \OC\Server */
    private $server;
    /** @var Connection */
    private $db;

    public function __construct(\OC\Server $server, Connection $db)
    {
        $this->server = $server;
        $this->db = $db;
    }

    public function migrate(string $app, string $path, string $namespace, IOutput $output): void
    {
        $done = $this->db->executeQuery('SELECT `version` FROM `*PREFIX*migrations` WHERE `app` = ?', [$app])
            ->fetchAll(\PDO::FETCH_COLUMN);
        $files = glob($path . '/lib/Migration/Version*.php') ?: [];
        sort($files);
        foreach ($files as $file) {
            $version = substr(basename($file, '.php'), strlen('Version'));
            if (!in_array($version, $done, true)) {
                $this->run("OCA\\$namespace\\Migration\\Version$version", $output);
                $this->db->insertIgnoreConflict('*PREFIX*migrations', ['app' => $app, 'version' => $version]);
            }
        }
    }

    private function run(string $class, IOutput $output): void
    {
        $step = $this->server->query($class);
        if (!$step instanceof IMigrationStep) {
            throw new \InvalidArgumentException("$class is not a migration step");
        }
        $schema = null;
        $closure = function () use (&$schema) {
            return $schema = $schema ?: new SchemaWrapper($this->db);
        };
        $options = ['tablePrefix' => $this->db->getPrefix()];
        $step->preSchemaChange($output, $closure, $options);
        $changed = $step->changeSchema($output, $closure, $options);
        if ($changed instanceof SchemaWrapper) {
            $changed->apply();
        }
        $schema = null;
        $step->postSchemaChange($output, $closure, $options);
    }
}
