<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\App;

use OC\Sandbox\Release;

/** What an app's info.xml demands of the server: the version range, and PHP's version and extensions. */
final class Requirements
{
    public static function fitsServer(array $info, bool $ignoreMaximum = false): bool
    {
        $range = $info['dependencies']['nextcloud']['@attributes'] ?? $info['dependencies']['owncloud']['@attributes'] ?? [];
        if (isset($range['min-version']) && self::compare($range['min-version']) > 0) {
            return false;
        }
        return $ignoreMaximum || !isset($range['max-version']) || self::compare($range['max-version']) >= 0;
    }

    /** @return string[] a sentence for each demand that is not met */
    public static function missing(array $info): array
    {
        $missing = [];
        $php = $info['dependencies']['php']['@attributes'] ?? [];
        if (isset($php['min-version']) && version_compare(PHP_VERSION, $php['min-version'], '<')) {
            $missing[] = sprintf('PHP %s or higher is required.', $php['min-version']);
        }
        if (isset($php['max-version']) && self::compareParts($php['max-version'], explode('.', PHP_VERSION)) < 0) {
            $missing[] = sprintf('PHP with a version lower than %s is required.', $php['max-version']);
        }
        foreach (self::listOf($info['dependencies']['lib'] ?? []) as $library) {
            $name = is_array($library) ? (string) ($library['@value'] ?? '') : (string) $library;
            if ($name !== '' && !extension_loaded($name)) {
                $missing[] = sprintf('The library %s is not available.', $name);
            }
        }
        foreach (self::listOf($info['dependencies']['database'] ?? []) as $database) {
            $names[] = is_array($database) ? (string) ($database['@value'] ?? '') : (string) $database;
        }
        if (isset($names) && !in_array(\OC\DB\Dialect::configured(\OC::$server->query(\OC\Config::class))->name(), $names, true)) {
            $missing[] = 'The following databases are supported: ' . implode(', ', $names);
        }
        return $missing;
    }

    /** A lone element and a list of them read the same. */
    private static function listOf($value): array
    {
        return is_array($value) && isset($value[0]) ? $value : ($value === [] || $value === '' ? [] : [$value]);
    }

    private static function compare(string $bound): int
    {
        return self::compareParts($bound, Release::version());
    }

    /** "19" means all of 19: only as many parts as the bound has count. */
    private static function compareParts(string $bound, array $actual): int
    {
        $parts = explode('.', $bound);
        return version_compare($bound, implode('.', array_slice($actual, 0, count($parts))));
    }
}
