<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\Authentication\TwoFactorAuth;

use OCP\IUser;

interface IActivatableAtLogin extends IProvider
{
    public function getLoginSetup(IUser $user): ILoginSetupProvider;
}
