<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Group;

class Add extends GroupCommand
{
    protected function execute(): int
    {
        $gid = (string) $this->input->argument('groupid');
        if ($this->groups->get($gid) !== null) {
            $this->output->writeln("Group \"$gid\" already exists.");
            return 1;
        }
        $group = $this->groups->createGroup($gid);
        if ($group === null) {
            $this->output->writeln('Could not create group');
            return 2;
        }
        $this->output->writeln("Created group \"{$group->getGID()}\"");
        $name = trim((string) $this->input->option('display-name'));
        if ($name !== '') {
            $group->setDisplayName($name);
        }
        return 0;
    }
}
