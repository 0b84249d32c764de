<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP;

use OC\Sandbox\Release;

class Util
{
    public const FATAL = 4;
    public const ERROR = 3;
    public const WARN = 2;
    public const INFO = 1;
    public const DEBUG = 0;

    /** @return int[] */
    public static function getVersion()
    {
        return Release::version();
    }

    /** Is the code newer than the data: config.php names an older version, or an enabled app is newer than recorded. */
    public static function needUpgrade()
    {
        $config = \OC::$server->query(\OC\Config::class);
        if (!$config->getValue('installed', false)) {
            return false;
        }
        $stored = (string) $config->getValue('version', '0.0.0');
        if (version_compare(implode('.', Release::version()), $stored, '>')) {
            return true;
        }
        $manager = \OC::$server->query(\OC\App\AppManager::class);
        foreach ($manager->getInstalledApps() as $app) {
            if ($manager->needsUpgrade($app)) {
                return true;
            }
        }
        return false;
    }

    public static function addScript(...$ignored): void
    {
    }

    public static function addStyle(...$ignored): void
    {
    }

    public static function connectHook(...$ignored): bool
    {
        return true;
    }
}
