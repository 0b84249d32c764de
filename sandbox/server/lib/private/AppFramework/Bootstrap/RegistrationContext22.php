<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\AppFramework\Bootstrap;

/** From here on providers may be registered in code instead of in info.xml. */
class RegistrationContext22 extends RegistrationContext
{
    /** @return ServiceRegistration[] */
    public function getTwoFactorProviders(): array
    {
        return $this->twoFactorProviders;
    }
}
