<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\App;

use OC\AppFramework\Bootstrap\Coordinator;
use OCP\App\AppPathNotFoundException;
use OCP\App\IAppManager;
use OCP\IAppConfig;
use OCP\IGroup;
use OCP\IGroupManager;
use OCP\IUser;

/**
 * Which apps lie in the app folders, which are on and for whom, and how they are loaded.
 *
 * Public under OCP names is what every release has; AppManager27 and AppManager32 add what came later.
 */
class AppManager implements IAppManager
{
    /** Apps of these types act before anybody is known, so they cannot be limited to groups. */
    private const PROTECTED_TYPES = ['filesystem', 'prelogin', 'authentication', 'logging', 'prevent_group_restriction'];

    /** @var IAppConfig */
    private $settings;
    /** @var IGroupManager */
    private $groups;
    /** @var array<string, array|null> by path */
    private $infos = [];
    /** @var array<string, bool> */
    private $loaded = [];
    /** @var array|null */
    private $shipped;

    public function __construct(IAppConfig $settings, IGroupManager $groups)
    {
        $this->settings = $settings;
        $this->groups = $groups;
    }

    /** @return array<string, string> app => "yes" or the JSON list of groups, for apps that are on */
    private function states(): array
    {
        $states = array_filter($this->settings->searchValues('enabled'), function ($state) {
            return $state !== null && $state !== '' && $state !== 'no';
        });
        foreach ($this->getAlwaysEnabledApps() as $app) {
            $states[$app] = 'yes';
        }
        ksort($states, SORT_STRING);
        return $states;
    }

    public function getInstalledApps()
    {
        return array_map('strval', array_keys($this->states()));
    }

    public function isInstalled($appId)
    {
        return isset($this->states()[$appId]);
    }

    public function isEnabledForUser($appId, $user = null)
    {
        $state = $this->states()[$appId] ?? 'no';
        if ($state === 'yes') {
            return true;
        }
        return $user instanceof IUser && $this->stateCovers($state, $user);
    }

    public function getEnabledAppsForUser(IUser $user)
    {
        $apps = [];
        foreach ($this->states() as $app => $state) {
            if ($state === 'yes' || $this->stateCovers($state, $user)) {
                $apps[] = (string) $app;
            }
        }
        return $apps;
    }

    public function getEnabledAppsForGroup(IGroup $group): array
    {
        $apps = [];
        foreach ($this->states() as $app => $state) {
            if ($state === 'yes' || in_array($group->getGID(), (array) json_decode($state, true), true)) {
                $apps[] = (string) $app;
            }
        }
        return $apps;
    }

    public function getAppRestriction(string $appId): array
    {
        $state = $this->states()[$appId] ?? 'no';
        return $state === 'yes' || $state === 'no' ? [] : (array) json_decode($state, true);
    }

    private function stateCovers(string $state, IUser $user): bool
    {
        $allowed = json_decode($state, true);
        return is_array($allowed) && array_intersect($allowed, $this->groups->getUserGroupIds($user)) !== [];
    }

    public function enableApp(string $appId, bool $forceEnable = false): void
    {
        $this->getAppPath($appId);
        if ($forceEnable) {
            $this->overwriteMaximum($appId);
        }
        $this->settings->setValue($appId, 'enabled', 'yes');
        \OC::$server->query(Coordinator::class)->registerApp($appId);
    }

    public function enableAppForGroups(string $appId, array $groups, bool $forceEnable = false): void
    {
        $info = $this->getAppInfo($appId);
        if ($info !== null && $this->hasProtectedAppType($info['types'])) {
            throw new \InvalidArgumentException("$appId can't be enabled for groups.");
        }
        if ($forceEnable) {
            $this->overwriteMaximum($appId);
        }
        $ids = array_map(function ($group) {
            return $group instanceof IGroup ? $group->getGID() : $group;
        }, $groups);
        $this->settings->setValue($appId, 'enabled', json_encode(array_values($ids)));
    }

    public function overwriteMaximum(string $appId): void
    {
        $config = \OC::$server->query(\OC\Config::class);
        $known = (array) $config->getValue('app_install_overwrite', []);
        if (!in_array($appId, $known, true)) {
            $known[] = $appId;
            $config->setValue('app_install_overwrite', $known);
        }
    }

    public function disableApp($appId, $automaticDisabled = false): void
    {
        if (in_array($appId, $this->getAlwaysEnabledApps(), true)) {
            throw new \Exception("$appId can't be disabled.");
        }
        $this->settings->setValue($appId, 'enabled', 'no');
    }

    public function hasProtectedAppType($types)
    {
        return array_intersect((array) $types, self::PROTECTED_TYPES) !== [];
    }

    protected function hasType(string $app, array $types): bool
    {
        return array_intersect(explode(',', (string) $this->settings->getValue($app, 'types', '')), $types) !== [];
    }

    public function isShipped($appId)
    {
        return in_array($appId, $this->shipped()['shippedApps'], true);
    }

    public function getAlwaysEnabledApps()
    {
        return $this->shipped()['alwaysEnabled'];
    }

    public function getDefaultEnabledApps(): array
    {
        return $this->shipped()['defaultEnabled'];
    }

    private function shipped(): array
    {
        if ($this->shipped === null) {
            $this->shipped = json_decode((string) file_get_contents(\OC::$SERVERROOT . '/core/shipped.json'), true);
        }
        return $this->shipped;
    }

    public function getAppPath(string $appId, bool $ignoreCache = false): string
    {
        $path = $this->find($appId);
        if ($path === null) {
            throw new AppPathNotFoundException('Could not find path for ' . $appId);
        }
        return $path;
    }

    public function find(string $appId): ?string
    {
        if (!preg_match('/^[a-zA-Z0-9_-]+$/', $appId)) {
            return null;
        }
        $found = null;
        foreach (\OC::$APPSROOTS as $root) {
            $path = $root['path'] . '/' . $appId;
            // The same app in two folders: the newer one counts.
            if (is_dir($path) && ($found === null || version_compare($this->versionIn($path), $this->versionIn($found), '>'))) {
                $found = $path;
            }
        }
        return $found;
    }

    /** @return string[] every folder that is an app */
    public function inFolders(): array
    {
        $apps = [];
        foreach (\OC::$APPSROOTS as $root) {
            foreach (is_dir($root['path']) ? scandir($root['path']) : [] as $name) {
                if ($name[0] !== '.' && is_file($root['path'] . '/' . $name . '/appinfo/info.xml')) {
                    $apps[$name] = $name;
                }
            }
        }
        sort($apps);
        return $apps;
    }

    public function getAppWebPath(string $appId): string
    {
        $path = $this->getAppPath($appId);
        foreach (\OC::$APPSROOTS as $root) {
            if (strpos($path, $root['path'] . '/') === 0) {
                return $root['url'] . '/' . $appId;
            }
        }
        return '/apps/' . $appId;
    }

    public function getAppInfo(string $appId, bool $path = false, $lang = null)
    {
        $folder = $path ? null : $this->find($appId);
        if (!$path && $folder === null) {
            return null;
        }
        return $this->infoFrom($path ? $appId : $folder . '/appinfo/info.xml');
    }

    private function infoFrom(string $file): ?array
    {
        if (!array_key_exists($file, $this->infos)) {
            $this->infos[$file] = (new InfoParser())->parse($file);
        }
        return $this->infos[$file];
    }

    private function versionIn(string $folder): string
    {
        return (string) ($this->infoFrom($folder . '/appinfo/info.xml')['version'] ?? '0');
    }

    /** The version that lies on disk; "0" for an app that does not. */
    public function getAppVersion(string $appId, bool $useCache = true): string
    {
        $folder = $this->find($appId);
        return $folder === null ? '0' : $this->versionIn($folder);
    }

    /** @return array<string, string> the versions that were installed, which an upgrade compares with */
    public function installedVersions(): array
    {
        return $this->settings->searchValues('installed_version');
    }

    public function needsUpgrade(string $appId): bool
    {
        $installed = (string) $this->settings->getValue($appId, 'installed_version', '');
        $onDisk = $this->getAppVersion($appId);
        return $installed !== '' && $onDisk !== '0' && version_compare($onDisk, $installed, '>');
    }

    public function isAppCompatible(string $serverVersion, array $appInfo, bool $ignoreMax = false): bool
    {
        return Requirements::fitsServer($appInfo, $ignoreMax);
    }

    public function clearAppsCache(): void
    {
        $this->infos = [];
    }

    public function isLoaded(string $app): bool
    {
        return isset($this->loaded[$app]);
    }

    public function loadAll(array $types = []): bool
    {
        if (\OC::$server->query(\OC\Config::class)->getValue('maintenance', false)) {
            return false;
        }
        foreach ($this->getInstalledApps() as $app) {
            if ($types === [] || $this->hasType($app, $types)) {
                $this->load($app);
            }
        }
        return true;
    }

    public function load(string $app): void
    {
        $folder = $this->find($app);
        if ($folder === null || isset($this->loaded[$app])) {
            return;
        }
        $this->loaded[$app] = true;
        \OC::$server->query(Coordinator::class)->bootApp($app, $folder);
    }
}
