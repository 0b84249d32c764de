<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace SecSign\Bridge\Tests;

/** Nextcloud's database connection, on an SQLite in memory that has the tables which the bridge reads. */
final class FakeDatabase {
    private const TABLES = [
        'users' => 'uid, uid_lower, password',
        'groups' => 'gid',
        'group_user' => 'gid, uid',
        'appconfig' => 'appid, configkey, configvalue',
        'preferences' => 'userid, appid, configkey, configvalue',
        'twofactor_providers' => 'provider_id, uid, enabled INTEGER',
        'secsignid' => 'user_id, secsignid, enabled INTEGER',
        'twofactor_secsign' => 'user_id, secsignid, enabled INTEGER',
    ];

    /** How many results were not closed. */
    public int $open = 0;
    private \PDO $pdo;

    public function __construct() {
        $this->pdo = new \PDO('sqlite::memory:', null, null, [\PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION]);
        foreach (self::TABLES as $name => $columns) {
            $this->pdo->exec("CREATE TABLE oc_$name ($columns)");
        }
    }

    public function insert(string $table, array ...$rows): void {
        foreach ($rows as $row) {
            $marks = implode(',', array_fill(0, count($row), '?'));
            $this->statement("INSERT INTO *PREFIX*$table VALUES ($marks)", $row);
        }
    }

    /** All rows of a table, as lists, in a fixed order. */
    public function table(string $table): array {
        return $this->pdo->query("SELECT * FROM oc_$table ORDER BY 1, 2, 3")->fetchAll(\PDO::FETCH_NUM);
    }

    public function executeQuery(string $sql, array $parameters = []): object {
        $this->open++;
        return new class ($this, $this->statement($sql, $parameters)) {
            private FakeDatabase $database;
            private \PDOStatement $statement;

            public function __construct(FakeDatabase $database, \PDOStatement $statement) {
                $this->database = $database;
                $this->statement = $statement;
            }

            public function fetchAll(int $mode): array {
                return $this->statement->fetchAll($mode);
            }

            public function closeCursor(): void {
                $this->database->open--;
            }
        };
    }

    public function executeStatement(string $sql, array $parameters = []): int {
        return $this->statement($sql, $parameters)->rowCount();
    }

    public function tableExists(string $table): bool {
        return isset(self::TABLES[$table]);
    }

    public function beginTransaction(): void {
        $this->pdo->beginTransaction();
    }

    public function commit(): void {
        $this->pdo->commit();
    }

    public function rollBack(): void {
        $this->pdo->rollBack();
    }

    private function statement(string $sql, array $parameters): \PDOStatement {
        $statement = $this->pdo->prepare(str_replace('*PREFIX*', 'oc_', $sql));
        $statement->execute($parameters);
        return $statement;
    }
}
