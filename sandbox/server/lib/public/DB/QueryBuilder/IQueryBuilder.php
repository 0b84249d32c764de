<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\DB\QueryBuilder;

/** The part of the query builder that statements on one table need; no joins. */
interface IQueryBuilder
{
    public const PARAM_NULL = 0;
    public const PARAM_BOOL = 5;
    public const PARAM_INT = 1;
    public const PARAM_STR = 2;
    public const PARAM_LOB = 3;
    public const PARAM_DATE = 'datetime';
    public const PARAM_JSON = 'json';
    public const PARAM_INT_ARRAY = 101;
    public const PARAM_STR_ARRAY = 102;

    public function expr();

    public function func();

    public function createNamedParameter($value, $type = self::PARAM_STR, $placeHolder = null);

    public function createFunction($call);

    public function select(...$selects);

    public function from($from, $alias = null);

    public function insert($insert = null);

    public function update($update = null, $alias = null);

    public function delete($delete = null, $alias = null);

    public function where(...$predicates);

    public function andWhere(...$where);

    public function orWhere(...$where);

    public function set($key, $value);

    public function setValue($column, $value);

    public function values(array $values);

    public function orderBy($sort, $order = null);

    public function setMaxResults($maxResults);

    public function setFirstResult($firstResult);

    public function getSQL();
}
