<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * What there is on the server, users apart.
 */

namespace SecSign\Bridge;

function system_value(string $key, $default = null) {
    return service(\OCP\IConfig::class)->getSystemValue($key, $default);
}

function apps(): \OCP\App\IAppManager {
    return service(\OCP\App\IAppManager::class);
}

function enabled_apps(): array {
    // getInstalledApps was renamed in 32
    return method_exists(apps(), 'getEnabledApps') ? apps()->getEnabledApps() : apps()->getInstalledApps();
}

function app_path(string $app): ?string {
    try {
        $path = apps()->getAppPath($app);
        return is_file("$path/appinfo/info.xml") ? $path : null;
    } catch (\Throwable $e) {
        return null;
    }
}

function pending_upgrades(): array {
    $pending = [];
    if (!\OCP\Util::needUpgrade()) {
        return $pending;
    }
    if (version_compare(implode('.', \OCP\Util::getVersion()), (string) system_value('version', '0'), '>')) {
        $pending[] = 'core';
    }
    $installed = [];
    foreach (rows("SELECT appid, configvalue FROM *PREFIX*appconfig WHERE configkey = 'installed_version'") as $row) {
        $installed[$row['appid']] = $row['configvalue'];
    }
    foreach (enabled_apps() as $app) {
        $path = app_path($app);
        $info = $path === null ? null : apps()->getAppInfo($app);
        if ($info && isset($installed[$app]) && version_compare($info['version'], $installed[$app], '!=')) {
            $pending[] = $app;
        }
    }
    return $pending ?: ['core'];
}

function app_folders(): array {
    $folders = [];
    foreach (system_value('apps_paths', []) ?: [] as $entry) {
        if (!empty($entry['path'])) {
            $writable = !empty($entry['writable']) && is_writable($entry['path']);
            $folders[] = ['path' => $entry['path'], 'writable' => $writable];
        }
    }
    // Nextcloud's own default
    return $folders ?: [['path' => Run::$root . '/apps', 'writable' => is_writable(Run::$root . '/apps')]];
}

/** Of these folders those on a disk without a megabyte to spare: an older release that writes config.php anew there leaves it empty. */
function full_disks(string ...$folders): array {
    return array_values(array_filter(array_unique($folders), static function ($folder) {
        $free = function_exists('disk_free_space') ? @disk_free_space($folder) : false;
        return is_float($free) && $free < 1 << 20;
    }));
}

function read_server(): array {
    $config = config_file(Run::$root);
    $release = (static function () {
        require Run::$root . '/version.php';
        return ['version' => implode('.', $OC_Version), 'release' => $OC_VersionString];
    })();
    return $release + [
        'installed_version' => (string) system_value('version', ''),
        'root' => Run::$root,
        'config' => $config,
        'owner' => fileowner($config),
        'php' => PHP_VERSION,
        'php_extensions' => array_map('strtolower', get_loaded_extensions()),
        'database' => (string) system_value('dbtype', ''),
        'maintenance' => (bool) system_value('maintenance', false),
        'config_writable' => is_writable($config) && !system_value('config_is_read_only', false),
        'pending_upgrades' => pending_upgrades(),
        'app_folders' => app_folders(),
        'full' => full_disks(dirname($config), (string) system_value('datadirectory', Run::$root . '/data')),
        'url' => (string) system_value('overwrite.cli.url', ''),
    ];
}

/** The lines of an app's info.xml that decide whether it fits, in Nextcloud's own parsing. */
function app_facts(string $app): array {
    $facts = ['path' => app_path($app), 'version' => null];
    if ($facts['path'] !== null) {
        $xml = file_get_contents($facts['path'] . '/appinfo/info.xml');
        $facts['info'] = base64_encode($xml);
        $info = apps()->getAppInfo($app);
        $facts['version'] = is_array($info) ? (string) $info['version'] : null;
    }
    return $facts;
}

/** $packages: app => version and digest of the package with which files of that version are compared. */
function read_apps(array $wanted, array $digests, array $packages): array {
    $found = [];
    foreach ($wanted as $app) {
        $facts = app_facts($app) + ['enabled' => 'no', 'installed_version' => null, 'digest' => null, 'code' => null];
        $facts['closed'] = closed_home($app);
        if (in_array($app, $digests, true) && $facts['path'] !== null) {
            // a package's sum leaves these two out
            $facts['digest'] = folder_digest($facts['path'], ['.git', 'node_modules'], ENTRIES_MAX, BYTES_MAX);
        }
        if ($facts['version'] !== null && $facts['version'] === ($packages[$app]['version'] ?? null)) {
            $facts['code'] = compare_folder($facts['path'], $packages[$app]['digest']);
            $facts['closed'] = $facts['closed'] ?? $facts['code']['closed'];
        }
        $found[$app] = $facts;
        foreach (app_folders() as $folder) {
            if (is_dir($folder['path'] . "/.secsign-old-$app") || is_dir($folder['path'] . "/.secsign-new-$app")) {
                $found[$app]['interrupted'] = true;
            }
        }
    }
    $sql = 'SELECT appid, configkey, configvalue FROM *PREFIX*appconfig WHERE configkey IN (?, ?) AND appid IN ('
        . placeholders($wanted) . ')';
    foreach (rows($sql, array_merge(['enabled', 'installed_version'], $wanted)) as $row) {
        $found[$row['appid']][$row['configkey']] = $row['configvalue'];
    }
    return $found;
}

function read_settings(array $wanted): array {
    $found = [];
    foreach ($wanted as $app) {
        $found[$app] = new \stdClass(); // one each: array_fill_keys would give all the same object
    }
    $sql = 'SELECT appid, configkey, configvalue FROM *PREFIX*appconfig WHERE appid IN (' . placeholders($wanted) . ')';
    foreach (rows($sql, $wanted) as $row) {
        if (!in_array($row['configkey'], ['enabled', 'installed_version', 'types'], true)) {
            $found[$row['appid']]->{$row['configkey']} = (string) $row['configvalue'];
        }
    }
    return $found;
}

function read_policy(): array {
    return [
        'enforced' => system_value('twofactor_enforced'),
        'groups' => system_value('twofactor_enforced_groups'),
        'excluded_groups' => system_value('twofactor_enforced_excluded_groups'),
    ];
}

/** Group id => whether it exists; null where a backend that might know it does not answer. */
function read_groups(array $wanted): \stdClass {
    $found = new \stdClass();
    foreach ($wanted as $gid) {
        $known = false;
        foreach (group_backends() as $backend) {
            $there = ask_backend($backend, static function () use ($backend, $gid) {
                return $backend->groupExists((string) $gid);
            });
            if ($there) {
                $known = true;
                break;
            }
            $known = $there === null ? null : $known;
        }
        $found->{$gid} = $known;
    }
    return $found;
}

/** Provider id => how many users have it enabled. */
function read_enrolled(): \stdClass {
    $found = new \stdClass();
    $sql = 'SELECT provider_id, COUNT(*) AS users FROM *PREFIX*twofactor_providers WHERE enabled = 1'
        . ' GROUP BY provider_id';
    foreach (rows($sql) as $row) {
        $found->{$row['provider_id']} = (int) $row['users'];
    }
    return $found;
}

function load_app(string $app): void {
    if (method_exists(apps(), 'loadApp')) {
        if (!apps()->isAppLoaded($app)) {
            apps()->loadApp($app);
        }
    } elseif (!\OC_App::isAppLoaded($app)) { // before 27 only the internal class loads one app
        \OC_App::loadApp($app);
    }
}

/** @return array of [app, class] for every provider that an enabled app declares */
function declared_providers(): array {
    $declared = [];
    foreach (enabled_apps() as $app) {
        $info = app_path($app) === null ? null : apps()->getAppInfo($app);
        foreach ((array) ($info['two-factor-providers'] ?? []) as $class) {
            $declared[] = [$app, $class];
        }
    }
    // since 22 an app may register its provider in code; only the internal coordinator knows those
    if (class_exists(\OC\AppFramework\Bootstrap\Coordinator::class)) {
        $context = service(\OC\AppFramework\Bootstrap\Coordinator::class)->getRegistrationContext();
        if ($context !== null && method_exists($context, 'getTwoFactorProviders')) {
            foreach ($context->getTwoFactorProviders() as $registration) {
                $declared[] = [$registration->getAppId(), $registration->getService()];
            }
        }
    }
    return $declared;
}

/** Loads each provider as Nextcloud does at a login, one by one, so that a broken one is named. */
function read_providers(): array {
    $limits = [];
    foreach (rows("SELECT appid, configvalue FROM *PREFIX*appconfig WHERE configkey = 'enabled'") as $row) {
        $limits[$row['appid']] = json_decode((string) $row['configvalue'], true);
    }
    foreach (declared_providers() as list($app, $class)) {
        Run::$providers[] = ['app' => $app, 'class' => $class, 'id' => null, 'loads' => false, 'error' => null,
            'groups' => array_map('strval', (array) ($limits[$app] ?? []))];
    }
    foreach (Run::$providers as &$entry) {
        list('app' => $app, 'class' => $class) = $entry;
        Run::$phase = "provider:$app";
        try {
            $facts = Run::$state['apps'][$app] ?? [];
            isset($facts['code']) && refuse_endless_files($facts['path'], $facts['code']);
            load_app($app);
            $provider = service($class);
            $space = 'OCP\\Authentication\\TwoFactorAuth\\';
            $entry = [
                'id' => $provider->getId(),
                'loads' => true,
                'set_up_at_login' => is_a($provider, $space . 'IActivatableAtLogin'),
                'enabled_by_admin' => is_a($provider, $space . 'IActivatableByAdmin'),
                'disabled_by_admin' => is_a($provider, $space . 'IDeactivatableByAdmin'),
            ] + $entry;
        } catch (\Throwable $e) {
            $entry['error'] = get_class($e) . ': ' . mb_strimwidth_safe($e->getMessage(), 200);
        }
    }
    Run::$phase = 'booted';
    return Run::$providers;
}

/** A provider with a fatal error has ended the process: it is named, and those after it could not be tried. */
function providers_after_the_end(string $message): array {
    $guilty = null;
    foreach (Run::$providers as &$entry) {
        if (!$entry['loads'] && $entry['error'] === null) {
            $entry['error'] = $guilty === null
                ? mb_strimwidth_safe(preg_replace('/\s+/', ' ', $message), 200)
                : "not tried, since the one of $guilty ends PHP";
            $guilty = $guilty ?? $entry['app'];
        }
    }
    return Run::$providers;
}
