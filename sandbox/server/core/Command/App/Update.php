<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\App;

use OC\Sandbox\Release;

/** With no app store there is never anything newer. */
class Update extends AppCommand
{
    protected function execute(): int
    {
        $app = $this->input->argument('app-id');
        $speaks = Release::behaviour('app.update_says_none');
        if ($app !== null) {
            if ($this->apps->find($app) === null) {
                $this->output->writeln("$app not installed");
                return 1;
            }
            if ($speaks) {
                $this->output->writeln("$app is up-to-date or no updates could be found");
            }
            return 0;
        }
        if (!$this->input->option('all') && !$this->input->option('showonly')) {
            $this->output->writeln('Please specify an app to update or "--all" to update all updatable apps"');
            return 1;
        }
        if ($speaks) {
            $this->output->writeln('All apps are up-to-date or no updates could be found');
        }
        return 0;
    }
}
