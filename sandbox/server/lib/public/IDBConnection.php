<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP;

/** What SQL written for Nextcloud needs of the database. */
interface IDBConnection
{
    public const PLATFORM_SQLITE = 'sqlite';
    public const PLATFORM_MYSQL = 'mysql';
    public const PLATFORM_MARIADB = 'mariadb';
    public const PLATFORM_POSTGRES = 'postgres';
    public const PLATFORM_ORACLE = 'oracle';

    public function getQueryBuilder();

    public function prepare($sql, $limit = null, $offset = null);

    public function executeQuery(string $sql, array $params = [], $types = []);

    public function executeUpdate(string $sql, array $params = [], array $types = []): int;

    public function lastInsertId(string $table): int;

    public function insertIfNotExist(string $table, array $input, ?array $compare = null);

    public function insertIgnoreConflict(string $table, array $values): int;

    public function beginTransaction(): void;

    public function inTransaction(): bool;

    public function commit(): void;

    public function rollBack(): void;

    public function quote($input, $type = null);

    public function tableExists(string $table): bool;

    public function dropTable(string $table): void;

    public function escapeLikeParameter(string $param): string;

    public function getDatabaseProvider(bool $strict = false): string;
}
