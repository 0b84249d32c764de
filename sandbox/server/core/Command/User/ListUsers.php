<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\User;

use OC\Sandbox\Release;

class ListUsers extends UserCommand
{
    protected function execute(): int
    {
        $limit = (int) $this->input->option('limit');
        $offset = (int) $this->input->option('offset');
        if ($limit === 0 && Release::behaviour('user.limit_zero_is_all')) {
            $limit = -1;
        }
        if ($limit === 0) {
            $users = [];
        } elseif ($this->input->option('disabled')) {
            $users = $this->people->getDisabledUsers($limit < 0 ? null : $limit, $offset);
        } elseif (Release::behaviour('user.pages_by_display_name')) {
            $users = $this->people->searchDisplayName('', $limit < 0 ? null : $limit, $offset);
        } else {
            $users = $this->people->search('', $limit < 0 ? null : $limit, $offset);
        }
        $shown = [];
        foreach ($users as $user) {
            $shown[$user->getUID()] = $this->input->option('info') ? $this->describe($user, false) : $user->getDisplayName();
        }
        $this->printArray($shown, '  - ', true);
        return 0;
    }
}
