<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\Authentication\TwoFactorAuth;

use OCP\AppFramework\Http\ContentSecurityPolicy;

interface IProvidesCustomCSP
{
    public function getCSP(): ContentSecurityPolicy;
}
