<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\User;

use OC\Sandbox\Release;

class Enable extends UserCommand
{
    protected function execute(): int
    {
        $user = $this->people->get($this->input->argument('uid'));
        if ($user === null) {
            $this->output->writeln('User does not exist');
            return Release::behaviour('user.disable_unknown_exit');
        }
        $user->setEnabled(true);
        $this->output->writeln('The specified user is enabled');
        return 0;
    }
}
