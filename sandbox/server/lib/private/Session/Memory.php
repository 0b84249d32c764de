<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Session;

use OCP\ISession;

/** The session of a command line: forgotten at the end. */
class Memory implements ISession
{
    /** @var array<string, mixed> */
    private $values = [];

    public function set(string $key, $value)
    {
        $this->values[$key] = $value;
    }

    public function get(string $key)
    {
        return $this->values[$key] ?? null;
    }

    public function exists(string $key): bool
    {
        return isset($this->values[$key]);
    }

    public function remove(string $key)
    {
        unset($this->values[$key]);
    }

    public function getId(): string
    {
        return '';
    }
}
