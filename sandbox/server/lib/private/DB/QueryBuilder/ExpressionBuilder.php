<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\DB\QueryBuilder;

/** Conditions. */
class ExpressionBuilder
{
    public function andX(...$parts): Sql
    {
        return self::join($parts, ' AND ');
    }

    public function orX(...$parts): Sql
    {
        return self::join($parts, ' OR ');
    }

    public function comparison($x, string $operator, $y, $type = null): Sql
    {
        return new Sql(Names::quote($x) . " $operator " . Names::quote($y));
    }

    public function eq($x, $y, $type = null): Sql
    {
        return $this->comparison($x, '=', $y);
    }

    public function neq($x, $y, $type = null): Sql
    {
        return $this->comparison($x, '<>', $y);
    }

    public function lt($x, $y, $type = null): Sql
    {
        return $this->comparison($x, '<', $y);
    }

    public function lte($x, $y, $type = null): Sql
    {
        return $this->comparison($x, '<=', $y);
    }

    public function gt($x, $y, $type = null): Sql
    {
        return $this->comparison($x, '>', $y);
    }

    public function gte($x, $y, $type = null): Sql
    {
        return $this->comparison($x, '>=', $y);
    }

    public function isNull($x): Sql
    {
        return new Sql(Names::quote($x) . ' IS NULL');
    }

    public function isNotNull($x): Sql
    {
        return new Sql(Names::quote($x) . ' IS NOT NULL');
    }

    public function like($x, $y, $type = null): Sql
    {
        return new Sql(Names::quote($x) . ' LIKE ' . Names::quote($y) . " ESCAPE '\\'");
    }

    public function in($x, $y, $type = null): Sql
    {
        return new Sql(Names::quote($x) . ' IN (' . self::members($y) . ')');
    }

    public function notIn($x, $y, $type = null): Sql
    {
        return new Sql(Names::quote($x) . ' NOT IN (' . self::members($y) . ')');
    }

    private static function members($y): string
    {
        return is_array($y) ? implode(', ', array_map([Names::class, 'quote'], $y)) : Names::quote($y);
    }

    private static function join(array $parts, string $with): Sql
    {
        return new Sql('(' . implode($with, array_map('strval', $parts)) . ')');
    }
}
