<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Group;

use OC\Sandbox\Release;

class RemoveUser extends GroupCommand
{
    protected function execute(): int
    {
        $group = $this->groups->get($this->input->argument('group'));
        if ($group === null) {
            $this->output->writeln('group not found');
            return 1;
        }
        $speaks = Release::behaviour('group.speaks_on_membership');
        $exit = 0;
        foreach ((array) $this->input->argument('user') as $uid) {
            $user = $this->people->get($uid);
            if ($user === null) {
                $this->output->writeln($speaks ? "user $uid not found" : 'user not found');
                $exit = 1;
                continue;
            }
            $group->removeUser($user);
            if ($speaks) {
                $this->output->writeln("user $uid removed");
            }
        }
        return $exit;
    }
}
