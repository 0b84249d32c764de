<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP;

interface ISession
{
    public function set(string $key, $value);

    public function get(string $key);

    public function exists(string $key): bool;

    public function remove(string $key);

    public function getId(): string;
}
