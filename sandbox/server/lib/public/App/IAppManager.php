<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\App;

use OCP\IGroup;
use OCP\IUser;

/** What every release has. */
interface IAppManager
{
    public const BACKEND_CALDAV = 'caldav';

    public function getAppInfo(string $appId, bool $path = false, $lang = null);

    public function getAppVersion(string $appId, bool $useCache = true): string;

    public function isEnabledForUser($appId, $user = null);

    public function isInstalled($appId);

    public function enableApp(string $appId, bool $forceEnable = false): void;

    public function enableAppForGroups(string $appId, array $groups, bool $forceEnable = false): void;

    public function hasProtectedAppType($types);

    public function disableApp($appId, $automaticDisabled = false): void;

    public function getAppPath(string $appId, bool $ignoreCache = false): string;

    public function getAppWebPath(string $appId): string;

    public function getEnabledAppsForUser(IUser $user);

    public function getEnabledAppsForGroup(IGroup $group): array;

    public function getInstalledApps();

    public function clearAppsCache(): void;

    public function isShipped($appId);

    public function getAlwaysEnabledApps();

    public function getAppRestriction(string $appId): array;
}
