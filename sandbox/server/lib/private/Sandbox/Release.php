<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Sandbox;

/**
 * Which release this tree stands for, and how that release behaves where releases differ.
 *
 * version.php decides; behaviours.php holds every difference. No other file may compare versions.
 */
final class Release
{
    /** @var array{0: int[], 1: string}|null */
    private static $version;

    /** @var array<string, array<string, mixed>>|null */
    private static $behaviours;

    /** @return int[] the four numbers of version.php */
    public static function version(): array
    {
        return self::load()[0];
    }

    public static function versionString(): string
    {
        return self::load()[1];
    }

    public static function major(): int
    {
        return self::version()[0];
    }

    /**
     * The value that holds for this release: the row with the highest "since" that is not newer.
     *
     * @return mixed
     */
    public static function behaviour(string $name)
    {
        if (self::$behaviours === null) {
            self::$behaviours = require __DIR__ . '/behaviours.php';
        }
        if (!isset(self::$behaviours[$name])) {
            throw new \LogicException("No behaviour is recorded under the name $name");
        }
        $value = null;
        foreach (self::$behaviours[$name] as $since => $candidate) {
            if (self::reaches((int) $since)) {
                $value = $candidate;
            }
        }
        return $value;
    }

    private static function reaches(int $major): bool
    {
        return self::major() >= $major;
    }

    private static function load(): array
    {
        if (self::$version === null) {
            require dirname(__DIR__, 3) . '/version.php';
            self::$version = [$OC_Version, $OC_VersionString];
        }
        return self::$version;
    }
}
