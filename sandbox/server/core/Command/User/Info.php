<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\User;

class Info extends UserCommand
{
    protected function execute(): int
    {
        $user = $this->people->get($this->input->argument('user'));
        if ($user === null) {
            $this->output->writeln('user not found');
            return 1;
        }
        $this->printArray($this->describe($user, true));
        return 0;
    }
}
