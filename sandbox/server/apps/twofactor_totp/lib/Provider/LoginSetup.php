<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\TwoFactorTOTP\Provider;

use OCP\Authentication\TwoFactorAuth\ILoginSetupProvider;
use OCP\Template;

class LoginSetup implements ILoginSetupProvider
{
    public function getBody(): Template
    {
        return new Template('twofactor_totp', 'loginsetup');
    }
}
