<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\DB\QueryBuilder;

/** One method runs everything. */
class QueryBuilder19 extends QueryBuilder
{
    public function execute()
    {
        return $this->selects() ? $this->rows() : $this->change();
    }
}
