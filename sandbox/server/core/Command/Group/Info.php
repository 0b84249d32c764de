<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Group;

class Info extends GroupCommand
{
    protected function execute(): int
    {
        $gid = (string) $this->input->argument('groupid');
        $group = $this->groups->get($gid);
        if ($group === null) {
            $this->output->writeln("Group \"$gid\" does not exist.");
            return 1;
        }
        $this->printArray([
            'groupID' => $group->getGID(),
            'displayName' => $group->getDisplayName(),
            'backends' => $group->getBackendNames(),
        ]);
        return 0;
    }
}
