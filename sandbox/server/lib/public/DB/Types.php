<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\DB;

final class Types
{
    public const BIGINT = 'bigint';
    public const BINARY = 'binary';
    public const BLOB = 'blob';
    public const BOOLEAN = 'boolean';
    public const DATE = 'date';
    public const DATETIME = 'datetime';
    public const DECIMAL = 'decimal';
    public const FLOAT = 'float';
    public const INTEGER = 'integer';
    public const SMALLINT = 'smallint';
    public const STRING = 'string';
    public const TEXT = 'text';
    public const TIME = 'time';
    public const JSON = 'json';
}
