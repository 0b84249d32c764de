<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command;

use OC\Console\Command;

/** A command whose name matters (it is offered as a near miss) but which the sandbox cannot run. */
class NotHere extends Command
{
    protected function execute(): int
    {
        $this->output->writeln('This command is not part of the sandbox.');
        return 1;
    }
}
