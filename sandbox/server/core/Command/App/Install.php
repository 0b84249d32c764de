<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\App;

class Install extends AppCommand
{
    protected function execute(): int
    {
        $app = (string) $this->input->argument('app-id');
        if ($this->apps->find($app) !== null) {
            $this->output->writeln("$app already installed");
            return 1;
        }
        try {
            $this->installer->downloadApp($app);
        } catch (\Exception $failure) {
            $this->output->writeln('Error: ' . $failure->getMessage());
        }
        return 1;
    }
}
