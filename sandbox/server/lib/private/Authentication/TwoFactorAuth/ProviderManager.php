<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Authentication\TwoFactorAuth;

use OC\Sandbox\Release;
use OCP\Authentication\TwoFactorAuth\IActivatableByAdmin;
use OCP\Authentication\TwoFactorAuth\IDeactivatableByAdmin;
use OCP\Authentication\TwoFactorAuth\IProvider;
use OCP\Authentication\TwoFactorAuth\IRegistry;
use OCP\IUser;

/** An administrator switching one person's provider on or off. */
class ProviderManager
{
    /** @var ProviderLoader */
    private $loader;
    /** @var IRegistry */
    private $registry;

    public function __construct(ProviderLoader $loader, IRegistry $registry)
    {
        $this->loader = $loader;
        $this->registry = $registry;
    }

    /** @return bool false: the provider does not let administrators do that */
    public function tryEnableProviderFor(string $providerId, IUser $user): bool
    {
        $provider = $this->provider($providerId, $user);
        if (!$provider instanceof IActivatableByAdmin) {
            return false;
        }
        $provider->enableFor($user);
        $this->registry->enableProviderFor($provider, $user);
        return true;
    }

    public function tryDisableProviderFor(string $providerId, IUser $user): bool
    {
        $provider = $this->provider($providerId, $user);
        if (
            !$provider instanceof IDeactivatableByAdmin
            || ($providerId === 'backup_codes' && !Release::behaviour('twofactor.backup_codes_by_admin'))
        ) {
            return false;
        }
        $provider->disableFor($user);
        $this->registry->disableProviderFor($provider, $user);
        return true;
    }

    private function provider(string $providerId, IUser $user): IProvider
    {
        $providers = $this->loader->getProviders($user);
        if (!isset($providers[$providerId])) {
            throw new InvalidProviderException($providerId);
        }
        return $providers[$providerId];
    }
}
