<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\DB\Schema;

/** A table under construction or alteration, with the calls migrations make on Doctrine's class of that name. */
class Table
{
    /** @var string */
    private $name;
    /** @var bool */
    private $isNew = true;
    /** @var array<string, Column> */
    private $columns = [];
    /** @var array<string, bool> columns and indexes that are in the database already */
    private $present = [];
    /** @var string[] */
    private $primary = [];
    /** @var array<string, array{columns: string[], unique: bool}> */
    private $indexes = [];
    /** @var string[] statements for what goes away */
    private $removals = [];

    public function __construct(string $name)
    {
        $this->name = $name;
    }

    /** @param array<int, array{name: string, pk: int}> $columns */
    public static function existing(string $name, array $columns, array $indexes): self
    {
        $table = new self($name);
        $table->isNew = false;
        foreach ($columns as $column) {
            $table->columns[$column['name']] = new Column($column['name'], 'string', []);
            $table->present[$column['name']] = true;
            if ((int) $column['pk'] > 0) {
                $table->primary[] = $column['name'];
            }
        }
        foreach ($indexes as $index) {
            $table->indexes[$index] = ['columns' => [], 'unique' => false];
            $table->present[$index] = true;
        }
        return $table;
    }

    public function getName()
    {
        return $this->name;
    }

    public function addColumn($name, $typeName, array $options = [])
    {
        return $this->columns[$name] = new Column($name, (string) $typeName, $options);
    }

    public function hasColumn($name)
    {
        return isset($this->columns[$name]);
    }

    public function getColumn($name)
    {
        if (!isset($this->columns[$name])) {
            throw new \InvalidArgumentException("There is no column with name \"$name\" on table \"{$this->name}\".");
        }
        return $this->columns[$name];
    }

    public function getColumns()
    {
        return $this->columns;
    }

    /** SQLite does not hold columns to their types, so there is nothing to alter; other databases keep the first type. */
    public function changeColumn($name, array $options)
    {
        return $this;
    }

    public function modifyColumn($name, array $options)
    {
        return $this;
    }

    public function dropColumn($name)
    {
        if (isset($this->present[$name])) {
            $this->removals[] = "ALTER TABLE \"{$this->name}\" DROP COLUMN \"$name\"";
        }
        unset($this->columns[$name]);
        return $this;
    }

    public function setPrimaryKey(array $columnNames, $indexName = false)
    {
        $this->primary = $columnNames;
        return $this;
    }

    public function hasPrimaryKey()
    {
        return $this->primary !== [];
    }

    public function addIndex(array $columnNames, $indexName = null, array $flags = [], array $options = [])
    {
        return $this->index($columnNames, $indexName, false);
    }

    public function addUniqueIndex(array $columnNames, $indexName = null, array $options = [])
    {
        return $this->index($columnNames, $indexName, true);
    }

    public function addUniqueConstraint(array $columnNames, $indexName = null, array $flags = [], array $options = [])
    {
        return $this->index($columnNames, $indexName, true);
    }

    public function addForeignKeyConstraint($foreignTable, array $local = [], array $foreign = [], array $options = [], $name = null)
    {
        return $this;
    }

    public function hasIndex($name)
    {
        return isset($this->indexes[$name]);
    }

    public function dropIndex($name)
    {
        if (isset($this->present[$name])) {
            $this->removals[] = "DROP INDEX IF EXISTS \"$name\" ON \"{$this->name}\"";
        }
        unset($this->indexes[$name]);
    }

    private function index(array $columns, $name, bool $unique): self
    {
        $name = $name ?: 'idx_' . substr(md5($this->name . implode(',', $columns)), 0, 12);
        $this->indexes[$name] = ['columns' => $columns, 'unique' => $unique];
        return $this;
    }

    /** @return string[] */
    public function statements(): array
    {
        $statements = $this->removals;
        $definitions = [];
        foreach ($this->columns as $name => $column) {
            if ($this->isNew) {
                $definitions[] = $column->definition();
            } elseif (!isset($this->present[$name])) {
                $statements[] = "ALTER TABLE \"{$this->name}\" ADD COLUMN " . $column->definition();
            }
        }
        if ($this->isNew) {
            // An autoincrement column is its table's primary key in SQLite. A second one is an error there and
            // must stay one: secsignid 0.3.3 fails at exactly that.
            $counting = array_keys(array_filter($this->columns, function (Column $column) {
                return $column->getAutoincrement();
            }));
            if ($this->primary !== [] && $this->primary !== $counting) {
                $definitions[] = 'PRIMARY KEY ("' . implode('", "', $this->primary) . '")';
            }
            $statements[] = "CREATE TABLE \"{$this->name}\" (" . implode(', ', $definitions) . ')';
        }
        foreach ($this->indexes as $name => $index) {
            if (!isset($this->present[$name])) {
                $statements[] = sprintf(
                    'CREATE %sINDEX "%s" ON "%s" ("%s")',
                    $index['unique'] ? 'UNIQUE ' : '',
                    $name,
                    $this->name,
                    implode('", "', $index['columns'])
                );
            }
        }
        return $statements;
    }
}
