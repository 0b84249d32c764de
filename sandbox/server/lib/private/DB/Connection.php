<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\DB;

use OC\Sandbox\Release;
use OCP\IDBConnection;

/** The instance's database. Opened at the first statement, so that a command that needs no data needs no database. */
class Connection implements IDBConnection
{
    /** @var Dialect */
    private $dialect;
    /** @var string */
    private $prefix;
    /** @var \PDO|null */
    private $pdo;
    /** @var int transactions nest by counting, as in the real connection */
    private $depth = 0;

    public function __construct(Dialect $dialect, string $prefix)
    {
        $this->dialect = $dialect;
        $this->prefix = $prefix;
    }

    public function getPrefix(): string
    {
        return $this->prefix;
    }

    public function getQueryBuilder()
    {
        $class = Release::behaviour('class.query_builder');
        return new $class($this);
    }

    public function prepare($sql, $limit = null, $offset = null)
    {
        if ($limit !== null && (int) $limit !== -1) {
            $sql .= ' LIMIT ' . (int) $limit . ($offset === null ? '' : ' OFFSET ' . (int) $offset);
        }
        return new Statement($this, $sql);
    }

    public function executeQuery(string $sql, array $params = [], $types = [])
    {
        $class = Release::behaviour('class.result');
        return new $class($this->run($sql, $params, (array) $types));
    }

    /** What executeStatement() does where the release has it; the sandbox itself must not depend on that. */
    public function perform($sql, array $params = [], array $types = []): int
    {
        return $this->run($sql, $params, $types)->rowCount();
    }

    public function executeUpdate(string $sql, array $params = [], array $types = []): int
    {
        return $this->perform($sql, $params, $types);
    }

    public function lastInsertId(string $table): int
    {
        return (int) $this->pdo()->lastInsertId();
    }

    public function insertIfNotExist(string $table, array $input, ?array $compare = null)
    {
        $conditions = [];
        $values = array_values($input);
        foreach ($compare ?: array_keys($input) as $column) {
            $conditions[] = $input[$column] === null ? "`$column` IS NULL" : "`$column` = ?";
            if ($input[$column] !== null) {
                $values[] = $input[$column];
            }
        }
        return $this->perform(sprintf(
            'INSERT INTO %s (`%s`) SELECT %s WHERE NOT EXISTS (SELECT 1 FROM %1$s WHERE %s)',
            $this->named($table),
            implode('`, `', array_keys($input)),
            implode(', ', array_fill(0, count($input), '?')),
            implode(' AND ', $conditions)
        ), $values);
    }

    public function insertIgnoreConflict(string $table, array $values): int
    {
        return $this->write('INSERT OR IGNORE', $table, $values);
    }

    /** The sandbox's own shorthand for "this row, whether it was there or not". */
    public function replace(string $table, array $values): int
    {
        return $this->write('INSERT OR REPLACE', $table, $values);
    }

    private function write(string $verb, string $table, array $values): int
    {
        return $this->perform(sprintf(
            '%s INTO %s (`%s`) VALUES (%s)',
            $verb,
            $this->named($table),
            implode('`, `', array_keys($values)),
            implode(', ', array_fill(0, count($values), '?'))
        ), array_values($values));
    }

    public function beginTransaction(): void
    {
        if ($this->depth++ === 0) {
            $this->pdo()->beginTransaction();
        }
    }

    public function inTransaction(): bool
    {
        return $this->depth > 0;
    }

    public function commit(): void
    {
        if ($this->depth === 0) {
            throw new \RuntimeException('There is no active transaction.');
        }
        // MariaDB has committed already where a table was made
        if (--$this->depth === 0 && $this->pdo()->inTransaction()) {
            $this->pdo()->commit();
        }
    }

    public function rollBack(): void
    {
        if ($this->depth === 0) {
            throw new \RuntimeException('There is no active transaction.');
        }
        $this->depth = 0;
        if ($this->pdo()->inTransaction()) {
            $this->pdo()->rollBack();
        }
    }

    public function quote($input, $type = null)
    {
        return $this->pdo()->quote((string) $input);
    }

    public function tableExists(string $table): bool
    {
        return in_array($this->prefix . $table, $this->tableNames(), true);
    }

    /** @return string[] with their prefix */
    public function tableNames(): array
    {
        return $this->executeQuery($this->dialect->tables())->fetchAll(\PDO::FETCH_COLUMN);
    }

    /** @return array{0: array<int, array{name: string, pk: int}>, 1: string[]} columns and indexes of a table, by its full name */
    public function describe(string $name): array
    {
        return [
            $this->executeQuery($this->dialect->columns(), [$name])->fetchAll(),
            $this->executeQuery($this->dialect->indexes(), [$name])->fetchAll(\PDO::FETCH_COLUMN),
        ];
    }

    public function dropTable(string $table): void
    {
        $this->perform('DROP TABLE IF EXISTS ' . $this->named($table));
    }

    public function escapeLikeParameter(string $param): string
    {
        return addcslashes($param, '\\_%');
    }

    public function getDatabaseProvider(bool $strict = false): string
    {
        return $this->dialect->provider();
    }

    public function connect(): bool
    {
        $this->pdo();
        return true;
    }

    public function close(): void
    {
        $this->pdo = null;
    }

    private function named(string $table): string
    {
        return '`' . $this->prefix . str_replace('*PREFIX*', '', trim($table, '`')) . '`';
    }

    private function run(string $sql, array $params, array $types): \PDOStatement
    {
        $pdo = $this->pdo();
        list($sql, $params) = self::expandLists($this->dialect->translate(str_replace('*PREFIX*', $this->prefix, $sql)), $params, $types);
        try {
            $statement = $pdo->prepare($sql);
            foreach ($params as $key => $value) {
                $statement->bindValue(is_int($key) ? $key + 1 : ':' . ltrim($key, ':'), $value, self::typeOf($value));
            }
            $statement->execute();
            return $statement;
        } catch (\PDOException $failure) {
            $class = preg_match('/no such table|SQLSTATE\[42(S02|P01)\]/', $failure->getMessage()) === 0
                ? Release::behaviour('db.error')
                : Release::behaviour('db.table_missing_error');
            throw new $class('An exception occurred while executing a query: ' . $failure->getMessage(), 0, $failure);
        }
    }

    /** A parameter that is a list stands for as many placeholders as it has members (IN (?)). */
    private static function expandLists(string $sql, array $params, array $types): array
    {
        $named = $params !== [] && !is_int(key($params));
        if (count(array_filter($params, 'is_array')) === 0) {
            return [$sql, $named ? $params : array_values($params)];
        }
        if ($named) {
            foreach ($params as $name => $value) {
                if (!is_array($value)) {
                    continue;
                }
                unset($params[$name]);
                $marks = [];
                foreach (array_values($value) as $position => $member) {
                    $marks[] = ':' . $name . '_' . $position;
                    $params[$name . '_' . $position] = $member;
                }
                $sql = preg_replace('/:' . preg_quote($name, '/') . '\b/', $marks ? implode(', ', $marks) : 'NULL', $sql);
            }
            return [$sql, $params];
        }
        $flat = [];
        $params = array_values($params);
        $position = 0;
        $sql = preg_replace_callback('/\'[^\']*\'|\?/', function ($match) use ($params, &$flat, &$position) {
            if ($match[0] !== '?') {
                return $match[0];
            }
            $value = $params[$position++];
            foreach (is_array($value) ? $value : [$value] as $member) {
                $flat[] = $member;
            }
            return is_array($value) ? ($value ? implode(', ', array_fill(0, count($value), '?')) : 'NULL') : '?';
        }, $sql);
        return [$sql, $flat];
    }

    private static function typeOf($value): int
    {
        if ($value === null) {
            return \PDO::PARAM_NULL;
        }
        return is_int($value) || is_bool($value) ? \PDO::PARAM_INT : \PDO::PARAM_STR;
    }

    private function pdo(): \PDO
    {
        if ($this->pdo === null) {
            try {
                $this->pdo = $this->dialect->open();
            } catch (\PDOException $failure) {
                $this->pdo = null;
                $how = Release::behaviour('db.connect_error');
                $text = $how['text'] . $failure->getMessage();
                if ($how['class'] === null) {
                    throw new \OC\DB\Exceptions\DbalException($text, 0, $failure);
                }
                // Old releases drop the cause, so that nothing but this line reaches the reader.
                throw new $how['class']($text);
            }
        }
        return $this->pdo;
    }
}
