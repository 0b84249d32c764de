<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Sandbox;

use OC\App\AppManager;
use OC\Installer;
use OC\Security\SecureRandom;

/** Makes a fresh instance: folders, config.php, tables, the first administrator and the apps that are on from the start. */
final class Setup
{
    /** @var \OC\Config */
    private $config;
    /** @var SecureRandom */
    private $random;
    /** @var \OC\Server */
    private $server;

    public function __construct(\OC\Config $config, SecureRandom $random, \OC\Server $server)
    {
        $this->config = $config;
        $this->random = $random;
        $this->server = $server;
    }

    /** @param array<string, string> $database keys of config.php; a server's database is there already, and empty */
    public function install(string $admin, string $password, string $data, array $database = ['dbtype' => 'sqlite3']): void
    {
        if (!is_dir($data) && !@mkdir($data, 0770, true)) {
            throw new \Exception("Cannot create or write into the data directory $data");
        }
        list($marker, $content) = Release::behaviour('data.marker');
        file_put_contents($data . '/' . $marker, $content);
        @unlink($data . '/owncloud.db');

        $this->config->setValues(array_merge([
            'passwordsalt' => $this->random->generate(30),
            'secret' => $this->random->generate(48),
            'trusted_domains' => ['localhost'],
            'datadirectory' => $data,
        ], $database, [
            'version' => implode('.', Release::version()),
            'overwrite.cli.url' => 'http://localhost',
            'instanceid' => 'oc' . $this->random->generate(10, SecureRandom::CHAR_LOWER . SecureRandom::CHAR_DIGITS),
        ]));
        $db = $this->server->query(\OCP\IDBConnection::class);
        $db->beginTransaction();
        foreach (require \OC::$SERVERROOT . '/lib/private/DB/tables.php' as $name => $columns) {
            $db->perform("CREATE TABLE `*PREFIX*$name` ($columns)");
        }
        $db->commit();

        // The instance is whole before the first app looks at it.
        $this->config->setValue('installed', true);
        $this->createAdministrator($admin, $password);
        $this->installApps();
        $settings = $this->server->query(\OCP\IConfig::class);
        $settings->setAppValue('core', 'installedat', number_format(microtime(true), 4, '.', ''));
        $settings->setAppValue('core', 'lastupdatedat', (string) time());
        $settings->setAppValue('core', 'vendor', 'nextcloud');
        @unlink(\OC::$configDir . 'CAN_INSTALL');
    }

    private function createAdministrator(string $admin, string $password): void
    {
        $user = $this->server->query(\OCP\IUserManager::class)->createUser($admin, $password);
        $this->server->query(\OCP\IGroupManager::class)->createGroup('admin')->addUser($user);
        $user->updateLastLoginTimestamp();
    }

    private function installApps(): void
    {
        $apps = $this->server->query(AppManager::class);
        $installer = $this->server->query(Installer::class);
        foreach (array_unique(array_merge($apps->getAlwaysEnabledApps(), $apps->getDefaultEnabledApps())) as $app) {
            $installer->installApp($app);
            $apps->enableApp($app);
        }
    }
}
