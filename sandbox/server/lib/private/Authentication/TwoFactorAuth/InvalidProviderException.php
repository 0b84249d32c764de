<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Authentication\TwoFactorAuth;

class InvalidProviderException extends \Exception
{
    public function __construct(string $providerId)
    {
        // The lone quote at the end is the real server's.
        parent::__construct("The provider '$providerId' does not exist'");
    }
}
