<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Security;

use OCP\Security\IHasher;

/** Hashes of passwords and codes: a version number, a bar, the hash. Cheap on purpose; nothing here is secret. */
class Hasher implements IHasher
{
    public function hash(string $message): string
    {
        return '1|' . password_hash($message, PASSWORD_BCRYPT, ['cost' => 4]);
    }

    public function verify(string $message, string $hash, &$newHash = null): bool
    {
        $parts = explode('|', $hash, 2);
        return count($parts) === 2 && password_verify($message, $parts[1]);
    }

    public function validate(string $prefixedHash): bool
    {
        return (bool) preg_match('/^\d+\|\$/', $prefixedHash);
    }
}
