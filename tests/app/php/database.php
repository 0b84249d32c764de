<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

// A database of its own for one run: php database.php create|drop mysql://user:password@host:port NAME

[, $action, $address, $name] = $argv;
$parts = parse_url($address);
$start = $parts['scheme'] === 'pgsql' ? 'pgsql:dbname=postgres;' : 'mysql:';
$server = new PDO("{$start}host={$parts['host']};port={$parts['port']}", $parts['user'], $parts['pass']);
$end = match ([$action, $parts['scheme']]) {
	['create', 'mysql'] => ' CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci',
	['drop', 'pgsql'] => ' WITH (FORCE)',
	default => '',
};
$server->exec("$action DATABASE $name$end");
