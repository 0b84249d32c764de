<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\User;

class ResetPassword extends UserCommand
{
    protected function execute(): int
    {
        $uid = (string) $this->input->argument('user');
        $user = $this->people->get($uid);
        if ($user === null) {
            $this->output->writeln('User does not exist');
            return 1;
        }
        if (!$this->input->option('password-from-env')) {
            $this->output->writeln('Interactive input or --password-from-env is needed for entering a new password!');
            return 1;
        }
        $password = $this->passwordFromEnvironment();
        if ($password === null) {
            return 1;
        }
        $user->setPassword($password);
        $this->output->writeln("Successfully reset password for $uid");
        return 0;
    }
}
