<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\DB\QueryBuilder;

/** Quotes column names; leaves parameters, calls and stars alone. */
final class Names
{
    public static function quote($name): string
    {
        if ($name instanceof Sql) {
            return (string) $name;
        }
        $name = (string) $name;
        if ($name === '*' || $name === '' || $name[0] === ':' || strpos($name, '(') !== false) {
            return $name;
        }
        return implode('.', array_map(function ($part) {
            return $part === '*' ? '*' : '"' . trim($part, '`"') . '"';
        }, explode('.', $name)));
    }
}
