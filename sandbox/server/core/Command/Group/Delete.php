<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Group;

class Delete extends GroupCommand
{
    protected function execute(): int
    {
        $gid = (string) $this->input->argument('groupid');
        $group = $gid === 'admin' ? null : $this->groups->get($gid);
        if ($group === null) {
            $this->output->writeln($gid === 'admin'
                ? "Group \"$gid\" could not be deleted."
                : "Group \"$gid\" does not exist.");
            return 1;
        }
        $group->delete();
        $this->output->writeln("Group \"$gid\" was removed");
        return 0;
    }
}
