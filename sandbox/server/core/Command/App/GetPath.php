<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\App;

class GetPath extends AppCommand
{
    protected function execute(): int
    {
        $path = $this->apps->find((string) $this->input->argument('app'));
        if ($path === null) {
            return 1;
        }
        $this->output->writeln($path);
        return 0;
    }
}
