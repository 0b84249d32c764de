<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\User;

use OC\Sandbox\Release;
use OCP\IUser;

class LastSeen extends UserCommand
{
    protected function execute(): int
    {
        if ($this->input->option('all')) {
            foreach ($this->people->searchDisplayName('') as $user) {
                if ($user->isEnabled() || !$this->input->option('exclude-disabled')) {
                    $this->say($user);
                }
            }
            return 0;
        }
        $uid = $this->input->argument('uid');
        $user = $uid === null ? null : $this->people->get($uid);
        if ($user === null) {
            $this->output->writeln($uid === null ? 'Please specify a username, or "--all" to list all' : 'User does not exist');
            return 1;
        }
        $this->say($user);
        return 0;
    }

    private function say(IUser $user): void
    {
        $uid = $user->getUID();
        $when = $user->getLastLogin();
        if (Release::behaviour('user.lastseen_style') === 'sentence') {
            $this->output->writeln($when === 0
                ? "User $uid has never logged in, yet."
                : "$uid's last login: " . gmdate('d.m.Y H:i', $when));
        } else {
            $this->output->writeln($when === 0
                ? "$uid has never logged in."
                : "$uid's last login: " . gmdate('Y-m-d H:i:s', $when) . ' UTC');
        }
    }
}
