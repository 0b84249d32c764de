<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\DB;

use OCP\IDBConnection;

/** The database of the instance: how it is opened, and how it says what the sandbox, written for SQLite, says. */
class Dialect
{
    /** @var string */
    private $dsn;
    /** @var string */
    private $user;
    /** @var string */
    private $password;

    public function __construct(string $dsn, string $user = '', string $password = '')
    {
        $this->dsn = $dsn;
        $this->user = $user;
        $this->password = $password;
    }

    /** As config.php has it. */
    public static function configured(\OC\Config $config): self
    {
        $type = $config->getValue('dbtype', 'sqlite3');
        if ($type !== 'mysql' && $type !== 'pgsql') {
            return new self('sqlite:' . $config->getValue('datadirectory', \OC::$SERVERROOT . '/data') . '/owncloud.db');
        }
        list($host, $port) = explode(':', $config->getValue('dbhost', 'localhost'), 2) + [1 => ''];
        $class = $type === 'mysql' ? MariaDb::class : PostgreSql::class;
        $dsn = "$type:host=$host;dbname=" . $config->getValue('dbname', '')
            . (ctype_digit($port) ? ";port=$port" : '') . ($type === 'mysql' ? ';charset=utf8mb4' : '');
        return new $class($dsn, $config->getValue('dbuser', ''), $config->getValue('dbpassword', ''));
    }

    public function open(): \PDO
    {
        return $this->prepared(new \PDO($this->dsn, $this->user, $this->password, $this->options() + [\PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION]));
    }

    protected function options(): array
    {
        return [];
    }

    protected function prepared(\PDO $pdo): \PDO
    {
        $pdo->setAttribute(\PDO::ATTR_TIMEOUT, 30);
        $pdo->exec('PRAGMA synchronous = OFF');
        return $pdo;
    }

    public function translate(string $sql): string
    {
        return preg_replace('/^(DROP INDEX .*) ON ".*"$/', '$1', $sql);
    }

    public function provider(): string
    {
        return IDBConnection::PLATFORM_SQLITE;
    }

    /** As an app's info.xml names it. */
    public function name(): string
    {
        return 'sqlite';
    }

    /** Statement that shows the tables, as "name". */
    public function tables(): string
    {
        return "SELECT name FROM sqlite_master WHERE type = 'table'";
    }

    /** Statement that shows the columns of a table, as "name" and "pk". */
    public function columns(): string
    {
        return 'SELECT name, pk FROM pragma_table_info(?)';
    }

    /** Statement that shows the indexes of a table, as "name". */
    public function indexes(): string
    {
        return 'SELECT name FROM pragma_index_list(?)';
    }
}
