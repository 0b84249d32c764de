<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\DB;

/** A statement's rows, under the names that every release has. */
class Result
{
    /** @var \PDOStatement */
    protected $statement;

    public function __construct(\PDOStatement $statement)
    {
        $this->statement = $statement;
    }

    public function closeCursor(): bool
    {
        return $this->statement->closeCursor();
    }

    public function fetch(int $fetchMode = \PDO::FETCH_ASSOC)
    {
        return $this->statement->fetch($fetchMode);
    }

    public function fetchAll(int $fetchMode = \PDO::FETCH_ASSOC): array
    {
        return $this->statement->fetchAll($fetchMode);
    }

    public function fetchColumn()
    {
        return $this->statement->fetchColumn();
    }

    public function rowCount(): int
    {
        return $this->statement->rowCount();
    }
}
