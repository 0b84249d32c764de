<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\DB\Schema;

/** One column; options under Doctrine's names, readable and settable by getX() and setX(). */
class Column
{
    private const TYPES = ['bigint' => 'BIGINT', 'boolean' => 'BOOLEAN', 'integer' => 'INTEGER', 'smallint' => 'SMALLINT',
        'float' => 'DOUBLE PRECISION', 'decimal' => 'NUMERIC', 'text' => 'CLOB', 'blob' => 'BLOB', 'binary' => 'BLOB',
        'json' => 'CLOB', 'date' => 'DATE', 'datetime' => 'DATETIME', 'time' => 'TIME'];

    /** @var string */
    private $name;
    /** @var string */
    private $type;
    /** @var array<string, mixed> */
    private $options;

    public function __construct(string $name, string $type, array $options)
    {
        $this->name = $name;
        $this->type = $type;
        $this->options = array_change_key_case($options);
    }

    public function getName()
    {
        return $this->name;
    }

    public function getAutoincrement()
    {
        return !empty($this->options['autoincrement']);
    }

    public function __call($name, $arguments)
    {
        $option = strtolower(substr($name, 3));
        if (strncmp($name, 'set', 3) === 0) {
            $this->options[$option] = $arguments[0];
            return $this;
        }
        return $this->options[$option] ?? null;
    }

    public function definition(): string
    {
        if ($this->getAutoincrement()) {
            return "\"{$this->name}\" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL";
        }
        $type = self::TYPES[$this->type] ?? 'VARCHAR(' . (int) ($this->options['length'] ?? 255) . ')';
        $default = $this->options['default'] ?? null;
        $notNull = $this->options['notnull'] ?? true;
        $sql = "\"{$this->name}\" $type";
        if (is_bool($default)) {
            $default = (int) $default;
        }
        if ($default !== null) {
            $sql .= ' DEFAULT ' . (is_int($default) || is_float($default) ? $default : "'" . str_replace("'", "''", $default) . "'");
        } elseif (!$notNull) {
            $sql .= ' DEFAULT NULL';
        }
        return $sql . ($notNull ? ' NOT NULL' : '');
    }
}
