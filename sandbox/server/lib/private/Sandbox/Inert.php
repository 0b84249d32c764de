<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Sandbox;

/** Makes the inert object that is handed out for an invented OCP interface. */
final class Inert
{
    /** @var array<string, object> */
    private static $made = [];

    public static function canStandFor(string $interface): bool
    {
        if (strncmp($interface, 'OCP\\', 4) !== 0 || !interface_exists($interface)) {
            return false;
        }
        $reflected = new \ReflectionClass($interface);
        // Invented interfaces only: a declared one has a service, or is not meant to be injected.
        return $reflected->getName() === $interface && $reflected->getFileName() !== false
            && strpos($reflected->getFileName(), "eval()'d code") !== false;
    }

    public static function for(string $interface)
    {
        if (!isset(self::$made[$interface])) {
            self::$made[$interface] = eval(
                "return new class implements \\$interface { use \\OC\\Sandbox\\InertBehaviour; };"
            );
        }
        return self::$made[$interface];
    }
}
