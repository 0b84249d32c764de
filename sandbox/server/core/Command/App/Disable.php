<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\App;

class Disable extends AppCommand
{
    protected function execute(): int
    {
        $exit = 0;
        foreach ($this->input->argument('app-id') as $app) {
            if (!$this->apps->isInstalled($app)) {
                $this->output->writeln("No such app enabled: $app");
                continue;
            }
            try {
                $this->apps->disableApp($app);
                $this->output->writeln($this->named($app) . ' disabled');
            } catch (\Exception $failure) {
                $this->output->writeln($failure->getMessage());
                $exit = 2;
            }
        }
        return $exit;
    }
}
