<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Memcache;

use OC\Sandbox\Release;

/** Caches nothing. Its one task: fail as a real server does when a cache is configured without its extension. */
final class Factory
{
    public static function assertUsable(\OC\Config $config): void
    {
        foreach (['local' => 'memcache.local', 'distributed' => 'memcache.distributed', 'locking' => 'memcache.locking'] as $use => $key) {
            $class = (string) $config->getValue($key, '');
            if ($class === '' || self::available($class)) {
                continue;
            }
            if (!Release::behaviour('cache.keeps_leading_backslash')) {
                $class = ltrim($class, '\\');
            }
            $error = Release::behaviour('cache.error_class');
            throw new $error(sprintf(
                'Memcache %s not available for %s cache',
                $class,
                $use
            ), 'Is the matching PHP module installed and enabled?');
        }
    }

    private static function available(string $class): bool
    {
        switch (strtolower(substr((string) strrchr('\\' . $class, '\\'), 1))) {
            case 'redis':
                return extension_loaded('redis') || !Release::behaviour('cache.redis_required');
            case 'apcu':
                // Nothing is cached here, so the switch alone decides, with or without the extension.
                return !Release::behaviour('cache.apcu_required')
                    || PHP_SAPI !== 'cli' || filter_var(get_cfg_var('apc.enable_cli'), FILTER_VALIDATE_BOOLEAN);
            default:
                return true;
        }
    }
}
