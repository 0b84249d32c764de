<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\TwoFactorAuth;

use OC\Console\Command;
use OCP\Authentication\TwoFactorAuth\IRegistry;

class Cleanup extends Command
{
    /** @var IRegistry */
    private $registry;

    public function __construct(IRegistry $registry)
    {
        $this->registry = $registry;
    }

    protected function execute(): int
    {
        $provider = (string) $this->input->argument('provider-id');
        $this->registry->cleanUp($provider);
        $this->output->writeln("All user-provider associations for provider $provider have been removed.");
        return 0;
    }
}
