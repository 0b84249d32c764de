<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Group;

use OC\Sandbox\Release;

class ListGroups extends GroupCommand
{
    protected function execute(): int
    {
        $listed = [];
        $found = $this->groups->search(
            (string) $this->input->argument('searchstring'),
            (int) $this->input->option('limit'),
            (int) $this->input->option('offset')
        );
        foreach ($found as $group) {
            $users = array_map('strval', array_keys($group->getUsers()));
            if (!$this->input->option('info')) {
                $listed[$group->getGID()] = $users;
                continue;
            }
            $info = ['backends' => $group->getBackendNames(), 'users' => $users];
            $listed[$group->getGID()] = Release::behaviour('group.lists_display_name')
                ? ['displayName' => $group->getDisplayName()] + $info
                : $info;
        }
        $this->printArray($listed);
        return 0;
    }
}
