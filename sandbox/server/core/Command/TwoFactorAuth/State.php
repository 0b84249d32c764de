<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\TwoFactorAuth;

use OCP\Authentication\TwoFactorAuth\IRegistry;
use OCP\IUser;
use OCP\IUserManager;

/** Says the same whatever --output asks for: the real command does not know JSON. */
class State extends OfUser
{
    /** @var IRegistry */
    private $registry;

    public function __construct(IUserManager $people, IRegistry $registry)
    {
        parent::__construct($people);
        $this->registry = $registry;
    }

    protected function executeFor(IUser $user): int
    {
        $states = $this->registry->getProviderStates($user);
        // Backup codes alone count here, although a login would not ask for them.
        $this->output->writeln('Two-factor authentication is ' . (in_array(true, $states, true) ? '' : 'not ') . "enabled for user {$user->getUID()}");
        $this->output->writeln('');
        foreach (['Enabled providers:' => true, 'Disabled providers:' => false] as $title => $wanted) {
            $providers = array_keys($states, $wanted, true);
            if ($providers !== []) {
                $this->output->writeln($title);
                foreach ($providers as $provider) {
                    $this->output->writeln('- ' . $provider);
                }
            }
        }
        return 0;
    }
}
