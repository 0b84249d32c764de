<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

// Statements to the database of a Nextcloud, of whatever kind it is: [[statement, values], …] in, the last one's rows as JSON out.

require $argv[1] . '/lib/base.php';

$rows = [];
$database = \OCP\Server::get(\OCP\IDBConnection::class);
foreach (json_decode((string)stream_get_contents(STDIN), true, 16, JSON_THROW_ON_ERROR) as [$statement, $values]) {
	$result = $database->prepare($statement)->execute($values);
	$rows = preg_match('/^\s*SELECT/i', $statement) === 1 ? $result->fetchAll() : [];
}
echo json_encode($rows, JSON_THROW_ON_ERROR);
