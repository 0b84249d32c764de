<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\DB\QueryBuilder;

/** The old way is gone. */
class QueryBuilder34 extends QueryBuilder
{
    public function executeQuery()
    {
        return $this->rows();
    }

    public function executeStatement(): int
    {
        return $this->change();
    }
}
