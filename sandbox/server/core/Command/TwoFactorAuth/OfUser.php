<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\TwoFactorAuth;

use OC\Console\Command;
use OCP\IUser;
use OCP\IUserManager;

/** A command about one person's second factors. */
abstract class OfUser extends Command
{
    /** @var IUserManager */
    private $people;

    public function __construct(IUserManager $people)
    {
        $this->people = $people;
    }

    abstract protected function executeFor(IUser $user): int;

    protected function execute(): int
    {
        $user = $this->people->get($this->input->argument('uid'));
        if ($user === null) {
            $this->output->writeln('Invalid UID');
            return 1;
        }
        return $this->executeFor($user);
    }
}
