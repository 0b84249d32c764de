<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\Security;

interface IHasher
{
    public function hash(string $message): string;

    public function verify(string $message, string $hash, &$newHash = null): bool;
}
