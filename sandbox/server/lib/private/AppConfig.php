<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC;

use OC\Sandbox\Release;
use OCP\Exceptions\AppConfigIncorrectTypeException;
use OCP\Exceptions\AppConfigTypeConflictException;
use OCP\Exceptions\AppConfigUnknownKeyException;
use OCP\IAppConfig;
use OCP\IDBConnection;
use OCP\Security\ICrypto;

/** Settings of apps, in oc_appconfig; with types, laziness and encrypted secrets where the release has them. */
class AppConfig implements IAppConfig
{
    public const HIDDEN = '***REMOVED SENSITIVE VALUE***';
    private const ENCRYPTED = '$AppConfigEncryption$';
    private const TYPES = [
        self::VALUE_MIXED => 'mixed',
        self::VALUE_STRING => 'string',
        self::VALUE_INT => 'integer',
        self::VALUE_FLOAT => 'float',
        self::VALUE_BOOL => 'boolean',
        self::VALUE_ARRAY => 'array',
    ];

    /** @var IDBConnection */
    private $db;
    /** @var ICrypto */
    private $crypto;
    /** @var array<string, array<string, array{value: string|null, type: int, lazy: bool}>>|null */
    private $rows;

    public function __construct(IDBConnection $db, ICrypto $crypto)
    {
        $this->db = $db;
        $this->crypto = $crypto;
    }

    public function getApps(): array
    {
        $apps = array_keys($this->rows());
        sort($apps);
        return array_map('strval', $apps);
    }

    public function getKeys(string $app): array
    {
        return array_map('strval', array_keys($this->rows()[$app] ?? []));
    }

    public function hasKey(string $app, string $key, ?bool $lazy = false): bool
    {
        return isset($this->rows()[$app][$key]);
    }

    public function isSensitive(string $app, string $key, ?bool $lazy = null): bool
    {
        return ($this->row($app, $key)['type'] & self::VALUE_SENSITIVE) !== 0;
    }

    public function isLazy(string $app, string $key): bool
    {
        return $this->row($app, $key)['lazy'];
    }

    public function getValueType(string $app, string $key, ?bool $lazy = null): int
    {
        return $this->row($app, $key)['type'] & ~self::VALUE_SENSITIVE;
    }

    /** The untyped reading of all releases: the text, or the default. */
    public function getValue($app, $key, $default = null)
    {
        $row = $this->rows()[$app][$key] ?? null;
        return $row === null || ($row['value'] === null && $default !== null) ? $default : $this->plain($row);
    }

    /** The untyped writing of all releases. */
    public function setValue($app, $key, $value): bool
    {
        if ($value === null && !Release::behaviour('appconfig.stores_null')) {
            $value = '';
        }
        return $this->store((string) $app, (string) $key, $value === null ? null : (string) $value, null, null, null);
    }

    public function getValueString(string $app, string $key, string $default = '', bool $lazy = false): string
    {
        return $this->typed($app, $key, self::VALUE_STRING) ?? $default;
    }

    public function getValueInt(string $app, string $key, int $default = 0, bool $lazy = false): int
    {
        return (int) ($this->typed($app, $key, self::VALUE_INT) ?? $default);
    }

    public function getValueFloat(string $app, string $key, float $default = 0, bool $lazy = false): float
    {
        return (float) ($this->typed($app, $key, self::VALUE_FLOAT) ?? $default);
    }

    public function getValueBool(string $app, string $key, bool $default = false, bool $lazy = false): bool
    {
        $text = $this->typed($app, $key, self::VALUE_BOOL);
        return $text === null ? $default : in_array(strtolower($text), ['1', 'true', 'yes', 'on'], true);
    }

    public function getValueArray(string $app, string $key, array $default = [], bool $lazy = false): array
    {
        $text = $this->typed($app, $key, self::VALUE_ARRAY);
        $value = $text === null ? null : json_decode($text, true);
        return is_array($value) ? $value : $default;
    }

    public function setValueString(string $app, string $key, string $value, bool $lazy = false, bool $sensitive = false): bool
    {
        return $this->store($app, $key, $value, self::VALUE_STRING, $lazy, $sensitive ?: null);
    }

    /** What occ stores when no type was given. */
    public function setValueMixed(string $app, string $key, string $value, bool $lazy = false, bool $sensitive = false): bool
    {
        return $this->store($app, $key, $value, self::VALUE_MIXED, $lazy, $sensitive ?: null);
    }

    public function setValueInt(string $app, string $key, int $value, bool $lazy = false, bool $sensitive = false): bool
    {
        return $this->store($app, $key, (string) $value, self::VALUE_INT, $lazy, $sensitive ?: null);
    }

    public function setValueFloat(string $app, string $key, float $value, bool $lazy = false, bool $sensitive = false): bool
    {
        return $this->store($app, $key, (string) $value, self::VALUE_FLOAT, $lazy, $sensitive ?: null);
    }

    public function setValueBool(string $app, string $key, bool $value, bool $lazy = false): bool
    {
        return $this->store($app, $key, $value ? '1' : '0', self::VALUE_BOOL, $lazy, null);
    }

    public function setValueArray(string $app, string $key, array $value, bool $lazy = false, bool $sensitive = false): bool
    {
        return $this->store($app, $key, (string) json_encode($value), self::VALUE_ARRAY, $lazy, $sensitive ?: null);
    }

    public function updateType(string $app, string $key, int $type): bool
    {
        $row = $this->row($app, $key);
        $row['type'] = $type | ($row['type'] & self::VALUE_SENSITIVE);
        return $this->save($app, $key, $row);
    }

    public function updateSensitive(string $app, string $key, bool $sensitive): bool
    {
        $row = $this->row($app, $key);
        $text = $this->plain($row);
        $row['type'] = $sensitive ? $row['type'] | self::VALUE_SENSITIVE : $row['type'] & ~self::VALUE_SENSITIVE;
        $row['value'] = $sensitive ? $this->sealed((string) $text) : $text;
        return $this->save($app, $key, $row);
    }

    public function updateLazy(string $app, string $key, bool $lazy): bool
    {
        $row = $this->row($app, $key);
        $row['lazy'] = $lazy;
        return $this->save($app, $key, $row);
    }

    public function getDetails(string $app, string $key): array
    {
        $row = $this->row($app, $key);
        return [
            'app' => $app,
            'key' => $key,
            'value' => $this->plain($row),
            'type' => $row['type'] & ~self::VALUE_SENSITIVE,
            'typeString' => self::TYPES[$row['type'] & ~self::VALUE_SENSITIVE],
            'lazy' => $row['lazy'],
            'sensitive' => ($row['type'] & self::VALUE_SENSITIVE) !== 0,
        ];
    }

    public function convertTypeToInt(string $type): int
    {
        $aliases = ['int' => 'integer', 'bool' => 'boolean'];
        $number = array_search($aliases[$type] ?? $type, self::TYPES, true);
        if ($number === false) {
            throw new AppConfigIncorrectTypeException('Unknown type ' . $type);
        }
        return $number;
    }

    public function convertTypeToString(int $type): string
    {
        return self::TYPES[$type & ~self::VALUE_SENSITIVE];
    }

    /** All settings of an app; decoded by type on releases that do, secrets hidden when filtered. */
    public function getAllValues(string $app, string $prefix = '', bool $filtered = false): array
    {
        $values = [];
        foreach ($this->rows()[$app] ?? [] as $key => $row) {
            if ($prefix !== '' && strpos((string) $key, $prefix) !== 0) {
                continue;
            }
            $values[$key] = $filtered && ($row['type'] & self::VALUE_SENSITIVE)
                ? self::HIDDEN
                : $this->listed($row);
        }
        return $values;
    }

    public function searchValues(string $key, bool $lazy = false, ?int $typedAs = null): array
    {
        $values = [];
        foreach ($this->rows() as $app => $keys) {
            if (isset($keys[$key])) {
                $values[$app] = $this->plain($keys[$key]);
            }
        }
        return $values;
    }

    public function getValues($app, $key)
    {
        if (($app === false) === ($key === false)) {
            return false;
        }
        return $app === false ? $this->searchValues($key) : $this->getAllValues($app);
    }

    public function getFilteredValues($app)
    {
        return $this->getAllValues($app, '', true);
    }

    public function deleteKey(string $app, string $key): void
    {
        $this->db->perform(
            'DELETE FROM `*PREFIX*appconfig` WHERE `appid` = ? AND `configkey` = ?',
            [$app, $key]
        );
        unset($this->rows[$app][$key]);
    }

    public function deleteApp(string $app): void
    {
        $this->db->perform('DELETE FROM `*PREFIX*appconfig` WHERE `appid` = ?', [$app]);
        unset($this->rows[$app]);
    }

    public function clearCache(bool $reload = false): void
    {
        $this->rows = null;
    }

    private function rows(): array
    {
        if ($this->rows === null) {
            $rows = [];
            foreach ($this->db->executeQuery('SELECT * FROM `*PREFIX*appconfig` ORDER BY rowid')->fetchAll() as $row) {
                $rows[$row['appid']][$row['configkey']] = [
                    'value' => $row['configvalue'],
                    'type' => (int) ($row['type'] ?? self::VALUE_MIXED),
                    'lazy' => (bool) ($row['lazy'] ?? false),
                ];
            }
            $this->rows = $rows;
        }
        return $this->rows;
    }

    private function row(string $app, string $key): array
    {
        if (!isset($this->rows()[$app][$key])) {
            throw new AppConfigUnknownKeyException('unknown config key');
        }
        return $this->rows[$app][$key];
    }

    private function typed(string $app, string $key, int $type): ?string
    {
        $row = $this->rows()[$app][$key] ?? null;
        if ($row === null) {
            return null;
        }
        $stored = $row['type'] & ~self::VALUE_SENSITIVE;
        if ($stored !== self::VALUE_MIXED && $stored !== $type) {
            throw new AppConfigTypeConflictException('conflict with value type from database');
        }
        return $this->plain($row);
    }

    /** @param int|null $type null: whatever is stored already, or mixed */
    private function store(string $app, string $key, ?string $value, ?int $type, ?bool $lazy, ?bool $sensitive): bool
    {
        $old = $this->rows()[$app][$key] ?? null;
        $oldType = $old === null ? self::VALUE_MIXED : $old['type'] & ~self::VALUE_SENSITIVE;
        if ($old !== null && $type !== null && $oldType !== self::VALUE_MIXED && $type !== self::VALUE_MIXED && $type !== $oldType) {
            throw new AppConfigTypeConflictException('conflict between new type and old type');
        }
        $wasSensitive = $old !== null && ($old['type'] & self::VALUE_SENSITIVE) !== 0;
        $isSensitive = $sensitive ?? $wasSensitive;
        // A value of any type may be written over by an untyped one; the stored type stays.
        $newType = $type === null || ($type === self::VALUE_MIXED && $old !== null) ? $oldType : $type;
        $new = [
            'value' => $isSensitive ? $this->sealed((string) $value) : $value,
            'type' => $newType | ($isSensitive ? self::VALUE_SENSITIVE : 0),
            'lazy' => $lazy ?? ($old['lazy'] ?? false),
        ];
        if ($old !== null && $this->plain($old) === $value && $old['type'] === $new['type'] && $old['lazy'] === $new['lazy']) {
            return false;
        }
        return $this->save($app, $key, $new);
    }

    private function save(string $app, string $key, array $row): bool
    {
        if (($this->rows()[$app][$key] ?? null) === $row) {
            return false;
        }
        $columns = ['configvalue' => $row['value']];
        if (Release::behaviour('appconfig.typed')) {
            $columns += ['type' => $row['type'], 'lazy' => (int) $row['lazy']];
        }
        $set = '`' . implode('` = ?, `', array_keys($columns)) . '` = ?';
        $changed = $this->db->perform(
            "UPDATE `*PREFIX*appconfig` SET $set WHERE `appid` = ? AND `configkey` = ?",
            array_merge(array_values($columns), [$app, $key])
        );
        if ($changed === 0) {
            $this->db->insertIgnoreConflict('*PREFIX*appconfig', ['appid' => $app, 'configkey' => $key] + $columns);
        }
        $this->rows[$app][$key] = $row;
        return true;
    }

    private function listed(array $row)
    {
        $text = $this->plain($row);
        $sealed = $row['type'] & self::VALUE_SENSITIVE && !Release::behaviour('appconfig.lists_sensitive_in_clear');
        if ($text === null || !Release::behaviour('appconfig.lists_typed')) {
            return $sealed ? $row['value'] : $text;
        }
        switch ($row['type'] & ~self::VALUE_SENSITIVE) {
            case self::VALUE_INT:
                return (int) $text;
            case self::VALUE_FLOAT:
                return (float) $text;
            case self::VALUE_BOOL:
                return in_array(strtolower($text), ['1', 'true', 'yes', 'on'], true);
            case self::VALUE_ARRAY:
                return json_decode($text, true);
            default:
                return $sealed ? $row['value'] : $text;
        }
    }

    private function plain(array $row): ?string
    {
        $text = $row['value'];
        if ($text !== null && ($row['type'] & self::VALUE_SENSITIVE) && strpos($text, self::ENCRYPTED) === 0) {
            return $this->crypto->decrypt(substr($text, strlen(self::ENCRYPTED)));
        }
        return $text;
    }

    private function sealed(string $text): string
    {
        return self::ENCRYPTED . $this->crypto->encrypt($text);
    }
}
