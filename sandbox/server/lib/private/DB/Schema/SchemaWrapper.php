<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\DB\Schema;

use OC\DB\Connection;
use OCP\DB\ISchemaWrapper;

/** The tables as a migration sees and changes them; apply() makes the changes. */
class SchemaWrapper implements ISchemaWrapper
{
    /** @var Connection */
    private $db;
    /** @var array<string, Table> by full name; existing tables are read when asked for */
    private $tables = [];
    /** @var string[] */
    private $dropped = [];

    public function __construct(Connection $db)
    {
        $this->db = $db;
    }

    public function hasTable($tableName)
    {
        $name = $this->db->getPrefix() . $tableName;
        return !in_array($name, $this->dropped, true)
            && (isset($this->tables[$name]) || $this->db->tableExists($tableName));
    }

    public function getTable($tableName)
    {
        if (!$this->hasTable($tableName)) {
            throw new \InvalidArgumentException("There is no table with name \"$tableName\" in the schema.");
        }
        $name = $this->db->getPrefix() . $tableName;
        if (!isset($this->tables[$name])) {
            $this->tables[$name] = Table::existing($name, ...$this->db->describe($name));
        }
        return $this->tables[$name];
    }

    public function createTable($tableName)
    {
        $name = $this->db->getPrefix() . $tableName;
        return $this->tables[$name] = new Table($name);
    }

    public function dropTable($tableName)
    {
        $name = $this->db->getPrefix() . $tableName;
        unset($this->tables[$name]);
        $this->dropped[] = $name;
        return $this;
    }

    public function getTables()
    {
        return array_map([$this, 'getTable'], $this->getTableNamesWithoutPrefix());
    }

    public function getTableNames()
    {
        $names = array_merge($this->db->tableNames(), array_keys($this->tables));
        return array_values(array_diff(array_unique($names), $this->dropped));
    }

    public function getTableNamesWithoutPrefix()
    {
        $prefix = $this->db->getPrefix();
        $own = array_filter($this->getTableNames(), function ($name) use ($prefix) {
            return strpos($name, $prefix) === 0;
        });
        return array_values(array_map(function ($name) use ($prefix) {
            return substr($name, strlen($prefix));
        }, $own));
    }

    public function apply(): void
    {
        foreach ($this->dropped as $name) {
            $this->db->perform("DROP TABLE IF EXISTS \"$name\"");
        }
        foreach ($this->tables as $table) {
            foreach ($table->statements() as $sql) {
                $this->db->perform($sql);
            }
        }
    }
}
