<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\App;

use OC\Sandbox\Release;

class Install extends AppCommand
{
    protected function execute(): int
    {
        $app = (string) $this->input->argument('app-id');
        $there = Release::behaviour('app.install_looks_for') === 'folder'
            ? $this->apps->find($app) !== null
            : $this->apps->isInstalled($app);
        if ($there) {
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
