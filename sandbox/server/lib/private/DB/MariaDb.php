<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\DB;

use OCP\IDBConnection;

class MariaDb extends Dialect
{
    protected function options(): array
    {
        // an UPDATE that finds a row as it should be has found it
        return [\PDO::MYSQL_ATTR_FOUND_ROWS => true];
    }

    protected function prepared(\PDO $pdo): \PDO
    {
        $pdo->exec("SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,STRICT_TRANS_TABLES'");
        return $pdo;
    }

    public function translate(string $sql): string
    {
        $sql = strtr($sql, ['INSERT OR IGNORE' => 'INSERT IGNORE', 'INSERT OR REPLACE' => 'REPLACE', ' ORDER BY rowid' => '',
            ' LIMIT -1' => ' LIMIT 18446744073709551615']);
        if (strncmp($sql, 'CREATE TABLE', 12) !== 0 && strncmp($sql, 'ALTER TABLE', 11) !== 0) {
            return $sql;
        }
        // a counting column need not be the primary key here
        $counting = strpos($sql, ', PRIMARY KEY') === false ? 'PRIMARY KEY AUTO_INCREMENT' : 'AUTO_INCREMENT UNIQUE';
        $sql = strtr($sql, [' CLOB' => ' LONGTEXT', ' BLOB' => ' LONGBLOB', 'PRIMARY KEY AUTOINCREMENT' => $counting]);
        return $sql . ($sql[0] === 'C' ? ' DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin' : '');
    }

    public function provider(): string
    {
        return IDBConnection::PLATFORM_MYSQL;
    }

    public function name(): string
    {
        return 'mysql';
    }

    public function tables(): string
    {
        return 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()';
    }

    public function columns(): string
    {
        return "SELECT column_name AS name, column_key = 'PRI' AS pk FROM information_schema.columns"
            . ' WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position';
    }

    public function indexes(): string
    {
        return 'SELECT DISTINCT index_name AS name FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ?';
    }
}
