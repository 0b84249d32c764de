<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\DB\QueryBuilder;

/** Calls of SQL functions. */
class FunctionBuilder
{
    public function lower($field): Sql
    {
        return new Sql('LOWER(' . Names::quote($field) . ')');
    }

    public function count($count = '*', string $alias = ''): Sql
    {
        return $this->aliased('COUNT(' . Names::quote($count === '' ? '*' : $count) . ')', $alias);
    }

    public function sum($field): Sql
    {
        return new Sql('SUM(' . Names::quote($field) . ')');
    }

    public function max($field): Sql
    {
        return new Sql('MAX(' . Names::quote($field) . ')');
    }

    private function aliased(string $call, string $alias): Sql
    {
        return new Sql($alias === '' ? $call : $call . ' AS ' . Names::quote($alias));
    }
}
