<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\DB;

interface IResult
{
    public function closeCursor(): bool;

    public function fetch(int $fetchMode = \PDO::FETCH_ASSOC);

    public function fetchAll(int $fetchMode = \PDO::FETCH_ASSOC): array;

    public function fetchColumn();

    public function fetchOne();

    public function rowCount(): int;
}
