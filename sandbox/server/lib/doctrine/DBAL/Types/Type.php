<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace Doctrine\DBAL\Types;

/** The older home of the same names. */
abstract class Type
{
    public const BIGINT = 'bigint';
    public const BLOB = 'blob';
    public const BOOLEAN = 'boolean';
    public const DATETIME = 'datetime';
    public const INTEGER = 'integer';
    public const SMALLINT = 'smallint';
    public const STRING = 'string';
    public const TEXT = 'text';
}
