<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC;

use OC\App\AppManager;
use OC\App\Requirements;
use OC\AppFramework\Bootstrap\Coordinator;
use OC\DB\MigrationService;
use OC\Migration\SilentOutput;

/** Puts an app that lies in an app folder into the database: checks it, runs its migrations and repair steps. */
class Installer
{
    /** @var AppManager */
    private $apps;
    /** @var IAppConfig */
    private $settings;
    /** @var Config */
    private $config;
    /** @var MigrationService */
    private $migrations;
    /** @var Coordinator */
    private $coordinator;
    /** @var Server */
    private $server;

    public function __construct(
        AppManager $apps,
        AppConfig $settings,
        Config $config,
        MigrationService $migrations,
        Coordinator $coordinator,
        Server $server
    ) {
        $this->apps = $apps;
        $this->settings = $settings;
        $this->config = $config;
        $this->migrations = $migrations;
        $this->coordinator = $coordinator;
        $this->server = $server;
    }

    /** There is no app store within reach: the answer every server without internet access gives. */
    public function downloadApp(string $appId): void
    {
        throw new \Exception(sprintf(Sandbox\Release::behaviour('app.download_error'), $appId));
    }

    /** Works for an app that was never installed and for one whose folder has become newer. */
    public function installApp(string $appId, bool $forceEnable = false): void
    {
        $path = $this->apps->getAppPath($appId);
        $info = $this->apps->getAppInfo($appId);
        if ($info === null) {
            throw new \Exception('App "' . $appId . '" cannot be installed because appinfo file cannot be read.');
        }
        $name = is_string($info['name'] ?? null) ? $info['name'] : $appId;
        $overwritten = in_array($appId, (array) $this->config->getValue('app_install_overwrite', []), true);
        if (!Requirements::fitsServer($info, $forceEnable || $overwritten)) {
            throw new \Exception(sprintf(
                'App "%s" cannot be installed because it is not compatible with this version of the server.',
                $name
            ));
        }
        $missing = Requirements::missing($info);
        if ($missing !== []) {
            throw new \Exception(sprintf(
                'App "%s" cannot be installed because the following dependencies are not fulfilled: %s',
                $name,
                implode(' ', $missing)
            ));
        }
        $namespace = $this->coordinator->registerAutoloading($appId, $path);
        $updating = $this->settings->hasKey($appId, 'installed_version');
        $this->runSteps($info, $updating ? 'pre-migration' : '');
        $this->migrations->migrate($appId, $path, $namespace, new SilentOutput());
        $this->runSteps($info, $updating ? 'post-migration' : 'install');
        $this->settings->setValue($appId, 'installed_version', (string) $info['version']);
        if (!$this->settings->hasKey($appId, 'enabled')) {
            $this->settings->setValue($appId, 'enabled', 'no');
        }
        $this->settings->setValue($appId, 'types', implode(',', $info['types']));
    }

    public function runUninstallSteps(string $appId): void
    {
        $info = $this->apps->getAppInfo($appId);
        if ($info !== null) {
            $this->coordinator->registerAutoloading($appId, $this->apps->getAppPath($appId));
            $this->runSteps($info, 'uninstall');
        }
    }

    /** @return bool false for an app that came with the server */
    public function removeApp(string $appId): bool
    {
        $path = $this->apps->find($appId);
        if ($path === null || $this->apps->isShipped($appId)) {
            return false;
        }
        // Looked for in the first folder of apps_paths that is marked writable, wherever the app is.
        foreach (\OC::$APPSROOTS as $root) {
            if (($root['writable'] ?? false) === true) {
                if (Sandbox\Release::behaviour('app.remove_style') === 'worded' && !is_writable($root['path'])) {
                    throw new \RuntimeException('Cannot write into "apps" directory. This can usually be fixed by giving the web server'
                        . ' write access to the apps directory or disabling the App Store in the config file.');
                }
                self::deleteTree($root['path'] . '/' . $appId);
                break;
            }
        }
        return true;
    }

    private function runSteps(array $info, string $moment): void
    {
        foreach ($info['repair-steps'][$moment] ?? [] as $class) {
            $this->server->query((string) $class)->run(new SilentOutput());
        }
    }

    /** What cannot be deleted stays, and nobody hears of it. */
    private static function deleteTree(string $path): void
    {
        if (is_dir($path) && !is_link($path)) {
            foreach (array_diff((array) scandir($path), ['.', '..']) as $name) {
                self::deleteTree($path . '/' . $name);
            }
            @rmdir($path);
        } else {
            @unlink($path);
        }
    }
}
