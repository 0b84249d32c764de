<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\User_SAML\Command;

use OC\Console\Command;
use OCA\User_SAML\UserBackend;
use OCP\IUserManager;

class UserAdd extends Command
{
    public const NAME = 'saml:user:add';
    public const ABOUT = 'Add a SAML account';

    /** @var IUserManager */
    private $people;
    /** @var UserBackend */
    private $backend;

    public function __construct(IUserManager $people, UserBackend $backend)
    {
        $this->people = $people;
        $this->backend = $backend;
    }

    public static function usage(): string
    {
        return '[--display-name DISPLAY-NAME] [--email [EMAIL]] [--] <uid>';
    }

    protected function execute(): int
    {
        $uid = (string) $this->input->argument('uid');
        if ($this->people->userExists($uid)) {
            $this->output->writeln("The account \"$uid\" already exists.");
            return 1;
        }
        $this->output->writeln("The account \"$uid\" is to be added to the SAML backend.");
        $this->backend->add($uid, (string) $this->input->option('display-name'), (string) $this->input->option('email'));
        $this->output->writeln("SAML user \"$uid\" added.");
        return 0;
    }
}
