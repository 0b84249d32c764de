<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Security;

use OCP\Security\ISecureRandom;

class SecureRandom implements ISecureRandom
{
    public function generate(int $length, string $characters = self::CHAR_ALPHANUMERIC): string
    {
        $text = '';
        for ($last = strlen($characters) - 1; $length > 0; $length--) {
            $text .= $characters[random_int(0, $last)];
        }
        return $text;
    }
}
