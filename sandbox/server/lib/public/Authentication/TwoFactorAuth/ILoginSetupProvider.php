<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\Authentication\TwoFactorAuth;

use OC\Sandbox\Release;
use OCP\Template;
use OCP\Template\ITemplate;

// Two declarations for the same reason as in IProvider.php.
if (Release::behaviour('twofactor.template_is_interface')) {
    interface ILoginSetupProvider
    {
        public function getBody(): ITemplate;
    }
} else {
    interface ILoginSetupProvider
    {
        public function getBody(): Template;
    }
}
