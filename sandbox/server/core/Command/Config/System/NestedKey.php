<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Config\System;

/** Reads and writes values below a system setting, by a path of names. */
final class NestedKey
{
    /** @return array{0: bool, 1: mixed} is it there, and what is it */
    public static function read($value, array $path): array
    {
        foreach ($path as $name) {
            if (!is_array($value) || !array_key_exists($name, $value)) {
                return [false, null];
            }
            $value = $value[$name];
        }
        return [true, $value];
    }

    /** @return array the outer value with the inner one set, or taken out when $remove */
    public static function write($outer, array $path, $inner, bool $remove = false): array
    {
        $outer = is_array($outer) ? $outer : [];
        $name = array_shift($path);
        if ($path !== []) {
            $outer[$name] = self::write($outer[$name] ?? [], $path, $inner, $remove);
        } elseif ($remove) {
            unset($outer[$name]);
        } else {
            $outer[$name] = $inner;
        }
        return $outer;
    }
}
