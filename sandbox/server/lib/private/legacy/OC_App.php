<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

use OC\App\AppManager;

/** The static face of the app manager, which scripts for old releases use. */
class OC_App
{
    private static function manager(): AppManager
    {
        return \OC::$server->query(AppManager::class);
    }

    public static function loadApps(array $types = []): bool
    {
        return self::manager()->loadAll($types);
    }

    public static function loadApp(string $app): void
    {
        self::manager()->load($app);
    }

    public static function isAppLoaded(string $app): bool
    {
        return self::manager()->isLoaded($app);
    }

    public static function getEnabledApps(bool $forceRefresh = false, bool $all = false): array
    {
        return self::manager()->getInstalledApps();
    }

    public static function getAppPath(string $appId)
    {
        return self::manager()->find($appId) ?? false;
    }

    public static function getAppVersion(string $appId): string
    {
        return self::manager()->getAppVersion($appId);
    }

    public static function getAppInfo(string $appId, bool $path = false, $lang = null)
    {
        return self::manager()->getAppInfo($appId, $path, $lang);
    }

    public static function isEnabled(string $appId): bool
    {
        return self::manager()->isEnabledForUser($appId);
    }

    public static function registerAutoloading(string $app, string $path, bool $force = false)
    {
        \OC::$server->query(\OC\AppFramework\Bootstrap\Coordinator::class)->registerAutoloading($app, $path);
    }
}
