<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\User;

use OC\Sandbox\Release;
use OCP\IGroupManager;
use OCP\IUser;
use OCP\IUserManager;

class Add extends UserCommand
{
    /** @var IGroupManager */
    private $groups;

    public function __construct(IUserManager $people, IGroupManager $groups)
    {
        parent::__construct($people);
        $this->groups = $groups;
    }

    protected function execute(): int
    {
        $uid = (string) $this->input->argument('uid');
        $noun = Release::behaviour('user.noun');
        if ($this->people->userExists($uid)) {
            $this->output->writeln("The $noun \"$uid\" already exists.");
            return 1;
        }
        if ($this->input->option('generate-password')) {
            $password = bin2hex(random_bytes(12));
        } elseif ($this->input->option('password-from-env')) {
            $password = $this->passwordFromEnvironment();
        } elseif ($this->input->isInteractive()) {
            $password = $this->askedPassword();
        } else {
            $this->output->writeln('Interactive input or --password-from-env is needed for setting a password!');
            return 1;
        }
        if ($password === null) {
            return 1;
        }
        try {
            $user = $this->people->createUser($uid, $password);
        } catch (\Exception $refused) {
            $this->output->writeln($refused->getMessage());
            return 1;
        }
        $this->output->writeln("The $noun \"$uid\" was created successfully");
        if ($this->input->option('display-name')) {
            $user->setDisplayName($this->input->option('display-name'));
            $this->output->writeln("Display name set to \"{$user->getDisplayName()}\"");
        }
        $this->join($user, ucfirst($noun));
        if ($this->input->option('email')) {
            $user->setEMailAddress($this->input->option('email'));
            $this->output->writeln('Welcome email sent to ' . $this->input->option('email'));
        }
        return 0;
    }

    private function join(IUser $user, string $noun): void
    {
        foreach ((array) $this->input->option('group') as $gid) {
            $group = $this->groups->get($gid);
            if ($group === null) {
                $group = $this->groups->createGroup($gid);
                $this->output->writeln("Created group \"$gid\"");
            }
            $group->addUser($user);
            $this->output->writeln("$noun \"{$user->getUID()}\" added to group \"$gid\"");
        }
    }
}
