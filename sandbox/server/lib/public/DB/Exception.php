<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\DB;

/** A statement failed; getReason() says why where that can be told. */
class Exception extends \Exception
{
    public const REASON_CONNECTION_LOST = 1;
    public const REASON_CONSTRAINT_VIOLATION = 2;
    public const REASON_DATABASE_OBJECT_EXISTS = 3;
    public const REASON_DATABASE_OBJECT_NOT_FOUND = 4;
    public const REASON_DEADLOCK = 5;
    public const REASON_DRIVER = 6;
    public const REASON_FOREIGN_KEY_VIOLATION = 7;
    public const REASON_INVALID_ARGUMENT = 8;
    public const REASON_INVALID_FIELD_NAME = 9;
    public const REASON_NON_UNIQUE_FIELD_NAME = 10;
    public const REASON_NOT_NULL_CONSTRAINT_VIOLATION = 11;
    public const REASON_SERVER = 12;
    public const REASON_SYNTAX_ERROR = 13;
    public const REASON_UNIQUE_CONSTRAINT_VIOLATION = 14;

    private const BY_MESSAGE = [
        'UNIQUE constraint failed' => self::REASON_UNIQUE_CONSTRAINT_VIOLATION,
        'NOT NULL constraint failed' => self::REASON_NOT_NULL_CONSTRAINT_VIOLATION,
        'FOREIGN KEY constraint failed' => self::REASON_FOREIGN_KEY_VIOLATION,
        'constraint failed' => self::REASON_CONSTRAINT_VIOLATION,
        'no such table' => self::REASON_DATABASE_OBJECT_NOT_FOUND,
        'already exists' => self::REASON_DATABASE_OBJECT_EXISTS,
        'no such column' => self::REASON_INVALID_FIELD_NAME,
        'syntax error' => self::REASON_SYNTAX_ERROR,
    ];

    public function getReason(): ?int
    {
        foreach (self::BY_MESSAGE as $part => $reason) {
            if (strpos($this->getMessage(), $part) !== false) {
                return $reason;
            }
        }
        return null;
    }
}
