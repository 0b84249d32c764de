<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\DB;

use OCP\IDBConnection;

class PostgreSql extends Dialect
{
    protected function prepared(\PDO $pdo): \PDO
    {
        return $pdo;
    }

    public function translate(string $sql): string
    {
        $ignore = strncmp($sql, 'INSERT OR IGNORE', 16) === 0;
        $sql = strtr(parent::translate($sql), ['`' => '"', 'INSERT OR IGNORE' => 'INSERT', ' ORDER BY rowid' => '', ' LIMIT -1' => ' LIMIT ALL', ' LIKE ' => ' ILIKE ']);
        if ($ignore) {
            return $sql . ' ON CONFLICT DO NOTHING';
        }
        if (strncmp($sql, 'CREATE TABLE', 12) !== 0 && strncmp($sql, 'ALTER TABLE', 11) !== 0) {
            return $sql;
        }
        $counting = strpos($sql, ', PRIMARY KEY') === false ? 'SERIAL PRIMARY KEY' : 'SERIAL UNIQUE';
        return strtr($sql, [' CLOB' => ' TEXT', ' BLOB' => ' BYTEA', ' UNSIGNED' => '', ' DATETIME' => ' TIMESTAMP', ' BOOLEAN' => ' SMALLINT',
            'INTEGER PRIMARY KEY AUTOINCREMENT' => $counting]);
    }

    public function provider(): string
    {
        return IDBConnection::PLATFORM_POSTGRES;
    }

    public function name(): string
    {
        return 'pgsql';
    }

    public function tables(): string
    {
        return 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = CURRENT_SCHEMA()';
    }

    public function columns(): string
    {
        return 'SELECT column_name AS name, CASE WHEN column_name IN (SELECT k.column_name FROM information_schema.key_column_usage k'
            . ' JOIN information_schema.table_constraints c USING (constraint_name, table_name)'
            . " WHERE c.constraint_type = 'PRIMARY KEY' AND k.table_name = columns.table_name) THEN 1 ELSE 0 END AS pk"
            . ' FROM information_schema.columns WHERE table_schema = CURRENT_SCHEMA() AND table_name = ? ORDER BY ordinal_position';
    }

    public function indexes(): string
    {
        return 'SELECT indexname AS name FROM pg_indexes WHERE schemaname = CURRENT_SCHEMA() AND tablename = ?';
    }
}
