<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Config\System;

use OC\Sandbox\Release;

/** Turns the text of --value into a value of --type. */
final class CastHelper
{
    /** @return array{0: mixed, 1: string} the value, and how it reads in the answer */
    public static function cast(?string $value, string $type): array
    {
        switch ($type) {
            case 'integer':
            case 'int':
                if (!is_numeric($value)) {
                    throw new \InvalidArgumentException('Non-numeric value specified');
                }
                return [(int) $value, 'integer ' . (int) $value];
            case 'double':
            case 'float':
                if (!is_numeric($value)) {
                    throw new \InvalidArgumentException('Non-numeric value specified');
                }
                return [(float) $value, 'double ' . (float) $value];
            case 'boolean':
            case 'bool':
                $lower = strtolower((string) $value);
                if ($lower !== 'true' && $lower !== 'false') {
                    throw new \InvalidArgumentException('Unable to parse value as boolean');
                }
                return [$lower === 'true', 'boolean ' . $lower];
            case 'null':
                return [null, 'null'];
            case 'string':
                $value = (string) $value;
                return [$value, $value === '' ? 'empty string' : 'string ' . $value];
            case 'json':
                if (Release::behaviour('sysconfig.json_type')) {
                    $decoded = json_decode((string) $value, true);
                    return [$decoded, 'json ' . json_encode($decoded)];
                }
        }
        throw new \InvalidArgumentException('Invalid type');
    }
}
