<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP;

/** App settings. The typed half exists on releases from 29 on; the first three methods on all. */
interface IAppConfig
{
    public const VALUE_SENSITIVE = 1;
    public const VALUE_MIXED = 2;
    public const VALUE_STRING = 4;
    public const VALUE_INT = 8;
    public const VALUE_FLOAT = 16;
    public const VALUE_BOOL = 32;
    public const VALUE_ARRAY = 64;

    public function getApps(): array;

    public function getKeys(string $app): array;

    public function hasKey(string $app, string $key, ?bool $lazy = false): bool;

    public function isSensitive(string $app, string $key, ?bool $lazy = false): bool;

    public function isLazy(string $app, string $key): bool;

    public function getAllValues(string $app, string $prefix = '', bool $filtered = false): array;

    public function searchValues(string $key, bool $lazy = false, ?int $typedAs = null): array;

    public function getValueString(string $app, string $key, string $default = '', bool $lazy = false): string;

    public function getValueInt(string $app, string $key, int $default = 0, bool $lazy = false): int;

    public function getValueFloat(string $app, string $key, float $default = 0, bool $lazy = false): float;

    public function getValueBool(string $app, string $key, bool $default = false, bool $lazy = false): bool;

    public function getValueArray(string $app, string $key, array $default = [], bool $lazy = false): array;

    public function getValueType(string $app, string $key, ?bool $lazy = null): int;

    public function setValueString(string $app, string $key, string $value, bool $lazy = false, bool $sensitive = false): bool;

    public function setValueInt(string $app, string $key, int $value, bool $lazy = false, bool $sensitive = false): bool;

    public function setValueFloat(string $app, string $key, float $value, bool $lazy = false, bool $sensitive = false): bool;

    public function setValueBool(string $app, string $key, bool $value, bool $lazy = false): bool;

    public function setValueArray(string $app, string $key, array $value, bool $lazy = false, bool $sensitive = false): bool;

    public function updateSensitive(string $app, string $key, bool $sensitive): bool;

    public function updateLazy(string $app, string $key, bool $lazy): bool;

    public function getDetails(string $app, string $key): array;

    public function convertTypeToInt(string $type): int;

    public function convertTypeToString(int $type): string;

    public function deleteKey(string $app, string $key): void;

    public function deleteApp(string $app): void;

    public function clearCache(bool $reload = false): void;

    public function getValues($app, $key);

    public function getFilteredValues($app);
}
