<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace Doctrine\DBAL\Types;

/** Migrations of apps for old releases name their column types by these. */
final class Types
{
    public const BIGINT = 'bigint';
    public const BINARY = 'binary';
    public const BLOB = 'blob';
    public const BOOLEAN = 'boolean';
    public const DATE_MUTABLE = 'date';
    public const DATETIME_MUTABLE = 'datetime';
    public const DECIMAL = 'decimal';
    public const FLOAT = 'float';
    public const INTEGER = 'integer';
    public const JSON = 'json';
    public const SMALLINT = 'smallint';
    public const STRING = 'string';
    public const TEXT = 'text';
}
