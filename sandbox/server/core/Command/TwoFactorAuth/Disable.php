<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\TwoFactorAuth;

use OC\Authentication\TwoFactorAuth\ProviderManager;
use OCP\IUser;
use OCP\IUserManager;

class Disable extends OfUser
{
    /** @var ProviderManager */
    private $manager;

    public function __construct(IUserManager $people, ProviderManager $manager)
    {
        parent::__construct($people);
        $this->manager = $manager;
    }

    protected function executeFor(IUser $user): int
    {
        $provider = (string) $this->input->argument('provider_id');
        if (!$this->manager->tryDisableProviderFor($provider, $user)) {
            $this->output->writeln('The provider does not support this operation.');
            return 2;
        }
        $this->output->writeln("Two-factor provider $provider disabled for user {$user->getUID()}.");
        return 0;
    }
}
