<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\DB\QueryBuilder;

use OC\DB\Connection;
use OCP\DB\QueryBuilder\IQueryBuilder;

/** One statement on one table, put together call by call. How it is run differs by release: see the subclasses. */
abstract class QueryBuilder implements IQueryBuilder
{
    /** @var Connection */
    private $db;
    /** @var string */
    private $verb = 'SELECT';
    /** @var string */
    private $table = '';
    /** @var string[] */
    private $selects = [];
    /** @var string */
    private $condition = '';
    /** @var array<string, string> */
    private $values = [];
    /** @var string[] */
    private $order = [];
    /** @var int|null */
    private $limit;
    /** @var int */
    private $offset = 0;
    /** @var array<string, mixed> */
    private $parameters = [];

    public function __construct(Connection $db)
    {
        $this->db = $db;
    }

    public function expr()
    {
        return new ExpressionBuilder();
    }

    public function func()
    {
        return new FunctionBuilder();
    }

    public function createNamedParameter($value, $type = self::PARAM_STR, $placeHolder = null)
    {
        $name = 'p' . count($this->parameters) . 'x';
        $this->parameters[$name] = is_bool($value) ? (int) $value : $value;
        return new Sql(':' . $name);
    }

    public function createParameter($name)
    {
        return new Sql(':' . $name);
    }

    public function setParameter($key, $value, $type = null)
    {
        $this->parameters[$key] = $value;
        return $this;
    }

    public function createFunction($call)
    {
        return new Sql((string) $call);
    }

    public function select(...$selects)
    {
        $this->verb = 'SELECT';
        return $this->addSelect(...$selects);
    }

    public function addSelect(...$selects)
    {
        foreach (count($selects) === 1 && is_array($selects[0]) ? $selects[0] : $selects as $select) {
            $this->selects[] = Names::quote($select);
        }
        return $this;
    }

    public function selectAlias($select, $alias)
    {
        $this->selects[] = Names::quote($select) . ' AS ' . Names::quote($alias);
        return $this;
    }

    public function selectDistinct($select)
    {
        $this->selects[] = 'DISTINCT ' . implode(', ', array_map([Names::class, 'quote'], (array) $select));
        return $this;
    }

    public function from($from, $alias = null)
    {
        return $this->on('SELECT', $from, $alias);
    }

    public function insert($insert = null)
    {
        return $this->on('INSERT', $insert, null);
    }

    public function update($update = null, $alias = null)
    {
        return $this->on('UPDATE', $update, $alias);
    }

    public function delete($delete = null, $alias = null)
    {
        return $this->on('DELETE', $delete, $alias);
    }

    private function on(string $verb, $table, $alias): self
    {
        $this->verb = $verb;
        $name = str_replace('*PREFIX*', '', trim((string) $table, '`"'));
        $this->table = '"' . $this->db->getPrefix() . $name . '"' . ($alias === null ? '' : ' AS ' . Names::quote($alias));
        return $this;
    }

    public function where(...$predicates)
    {
        $this->condition = implode(' AND ', array_map('strval', $predicates));
        return $this;
    }

    public function andWhere(...$where)
    {
        return $this->extend(' AND ', $where);
    }

    public function orWhere(...$where)
    {
        return $this->extend(' OR ', $where);
    }

    private function extend(string $with, array $where): self
    {
        $parts = array_map('strval', $where);
        if ($this->condition !== '') {
            array_unshift($parts, '(' . $this->condition . ')');
        }
        $this->condition = implode($with, $parts);
        return $this;
    }

    public function set($key, $value)
    {
        $this->values[Names::quote($key)] = Names::quote($value);
        return $this;
    }

    public function setValue($column, $value)
    {
        return $this->set($column, $value);
    }

    public function values(array $values)
    {
        foreach ($values as $column => $value) {
            $this->set($column, $value);
        }
        return $this;
    }

    public function orderBy($sort, $order = null)
    {
        $this->order = [];
        return $this->addOrderBy($sort, $order);
    }

    public function addOrderBy($sort, $order = null)
    {
        $this->order[] = Names::quote($sort) . (strtoupper((string) $order) === 'DESC' ? ' DESC' : '');
        return $this;
    }

    public function setMaxResults($maxResults)
    {
        $this->limit = $maxResults === null ? null : (int) $maxResults;
        return $this;
    }

    public function setFirstResult($firstResult)
    {
        $this->offset = (int) $firstResult;
        return $this;
    }

    public function getSQL()
    {
        $where = $this->condition === '' ? '' : ' WHERE ' . $this->condition;
        switch ($this->verb) {
            case 'INSERT':
                return "INSERT INTO {$this->table} (" . implode(', ', array_keys($this->values)) . ') VALUES ('
                    . implode(', ', $this->values) . ')';
            case 'UPDATE':
                $set = [];
                foreach ($this->values as $column => $value) {
                    $set[] = "$column = $value";
                }
                return "UPDATE {$this->table} SET " . implode(', ', $set) . $where;
            case 'DELETE':
                return "DELETE FROM {$this->table}" . $where;
            default:
                return 'SELECT ' . implode(', ', $this->selects ?: ['*']) . " FROM {$this->table}" . $where
                    . ($this->order === [] ? '' : ' ORDER BY ' . implode(', ', $this->order))
                    . ($this->limit === null && $this->offset === 0 ? '' : ' LIMIT ' . ($this->limit ?? -1) . ' OFFSET ' . $this->offset);
        }
    }

    protected function rows()
    {
        return $this->db->executeQuery($this->getSQL(), $this->parameters);
    }

    protected function change(): int
    {
        return $this->db->perform($this->getSQL(), $this->parameters);
    }

    protected function selects(): bool
    {
        return $this->verb === 'SELECT';
    }

    public function getLastInsertId(): int
    {
        return $this->db->lastInsertId('');
    }
}
