<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

// Boots the sandbox. `occ`, status.php and any script that wants the OCP interfaces include this file.

use OC\Sandbox\Release;

require_once __DIR__ . '/private/Sandbox/Release.php';

/** The global entry class that code written for a real server expects. */
class OC
{
    /** @var bool started from a command line */
    public static $CLI = false;
    /** @var string root of the tree, without a slash at the end */
    public static $SERVERROOT = '';
    /** @var string */
    public static $WEBROOT = '';
    /** @var string folder of config.php, with a slash at the end */
    public static $configDir = '';
    /** @var array<int, array{path: string, url: string, writable: bool}> */
    public static $APPSROOTS = [];
    /** @var \OC\Server */
    public static $server;

    public static function init(): void
    {
        self::$CLI = PHP_SAPI === 'cli';
        self::$SERVERROOT = str_replace('\\', '/', dirname(__DIR__));
        // Third-party code is noisy on new PHP versions; like the real server, never into the output.
        @ini_set('display_errors', '0');
        @ini_set('log_errors', '1');
        date_default_timezone_set('UTC');

        require_once __DIR__ . '/private/Sandbox/Autoloader.php';
        \OC\Sandbox\Autoloader::register(self::$SERVERROOT);

        $override = getenv('NEXTCLOUD_CONFIG_DIR');
        self::$configDir = $override === false || $override === '' ? self::$SERVERROOT . '/config/' : rtrim($override, '/') . '/';

        $config = new \OC\Config(self::$configDir);
        self::$APPSROOTS = self::appRoots($config);
        $class = Release::behaviour('class.server');
        self::$server = new $class($config);

        self::checkConfig($config);
        \OC\Memcache\Factory::assertUsable($config);

        if ($config->getValue('installed', false)) {
            // The real server reads the enabled apps here, so a database that is down stops everything here.
            self::$server->query(\OC\AppFramework\Bootstrap\Coordinator::class)->registerEnabledApps();
        }
    }

    /** @return array<int, array{path: string, url: string, writable: bool}> */
    private static function appRoots(\OC\Config $config): array
    {
        $configured = $config->getValue('apps_paths', []);
        if (!$configured) {
            return [['path' => self::$SERVERROOT . '/apps', 'url' => '/apps', 'writable' => true]];
        }
        $roots = [];
        foreach ($configured as $root) {
            if (isset($root['path'], $root['url'])) {
                $root['path'] = rtrim($root['path'], '/');
                $root['writable'] = !empty($root['writable']);
                $roots[] = $root;
            }
        }
        return $roots;
    }

    /** An unwritable config.php ends the process with success: the case callers fall for. */
    private static function checkConfig(\OC\Config $config): void
    {
        $file = self::$configDir . 'config.php';
        if (!file_exists($file)) {
            @touch($file);
        }
        if (is_writable($file)) {
            return;
        }
        if ($config->getValue('config_is_read_only', false) && !\OCP\Util::needUpgrade()) {
            return;
        }
        list($fix, $keep) = Release::behaviour('config.unwritable');
        $lines = ['Cannot write into "config" directory!', $fix, '', $keep, 'See ' . \OC_Util::docs('admin-config')];
        if (!self::$CLI) {
            http_response_code(503);
        }
        echo implode("\n", $lines) . "\n";
        exit;
    }
}

OC::init();
