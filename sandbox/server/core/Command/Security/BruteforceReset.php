<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Security;

use OC\Console\Command;

class BruteforceReset extends Command
{
    protected function execute(): int
    {
        if (filter_var($this->input->argument('ipaddress'), FILTER_VALIDATE_IP) === false) {
            $this->output->writeln('"' . $this->input->argument('ipaddress') . '" is not a valid IP address');
            return 1;
        }
        return 0;
    }
}
