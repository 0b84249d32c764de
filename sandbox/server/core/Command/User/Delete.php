<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\User;

class Delete extends UserCommand
{
    protected function execute(): int
    {
        $user = $this->people->get($this->input->argument('uid'));
        if ($user === null) {
            $this->output->writeln('User does not exist');
            return 0;
        }
        if ($user->delete()) {
            $this->output->writeln('The specified user was deleted');
            return 0;
        }
        $this->output->writeln('The specified user could not be deleted. Please check the logs.');
        return 1;
    }
}
