<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\DB;

/** A prepared statement; in old releases it is its own result. */
class Statement
{
    /** @var Connection */
    private $connection;
    /** @var string */
    private $sql;
    /** @var array<int|string, mixed> */
    private $bound = [];
    /** @var Result|null */
    private $result;

    public function __construct(Connection $connection, string $sql)
    {
        $this->connection = $connection;
        $this->sql = $sql;
    }

    public function bindValue($param, $value, $type = null)
    {
        // Positions count from one when bound, from zero when passed.
        $this->bound[is_int($param) ? $param - 1 : $param] = $value;
        return true;
    }

    public function execute($params = null): Result
    {
        return $this->result = $this->connection->executeQuery($this->sql, $params === null ? $this->bound : $params);
    }

    public function __call($name, $arguments)
    {
        if ($this->result === null) {
            throw new \LogicException('The statement has not been executed');
        }
        return $this->result->$name(...$arguments);
    }
}
