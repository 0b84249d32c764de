<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\App;

use OC\Sandbox\Release;

class Remove extends AppCommand
{
    protected function execute(): int
    {
        $app = (string) $this->input->argument('app-id');
        return Release::behaviour('app.remove_style') === 'worded' ? $this->worded($app) : $this->terse($app);
    }

    private function terse(string $app): int
    {
        $byState = Release::behaviour('app.remove_style') === 'enabled';
        if ($byState ? !$this->apps->isInstalled($app) : $this->apps->find($app) === null) {
            $this->output->writeln($app . ($byState ? ' is not enabled' : ' is not installed'));
            return 1;
        }
        if ($this->apps->isShipped($app)) {
            $this->output->writeln("$app could not be removed as it is a shipped app");
            return 1;
        }
        // With --keep-data the version is looked up when the folder is gone, and reads "0".
        $keep = (bool) $this->input->option('keep-data');
        $version = Release::behaviour('app.names_version') ? ' ' . ($keep ? '0' : $this->apps->getAppVersion($app)) : '';
        $this->apps->disableApp($app);
        if (!$keep) {
            $this->output->writeln("$app disabled");
            $this->installer->runUninstallSteps($app);
        }
        $this->installer->removeApp($app);
        $this->output->writeln($app . $version . ' removed');
        return 0;
    }

    private function worded(string $app): int
    {
        if ($this->apps->find($app) === null) {
            $this->output->writeln("App '$app' is not installed. Nothing to remove.");
            return 1;
        }
        if ($this->apps->isShipped($app)) {
            $this->output->writeln("App '$app' is a shipped/core app and cannot be removed.");
            return 1;
        }
        $version = $this->apps->getAppVersion($app);
        $this->apps->disableApp($app);
        if ($this->input->option('keep-data')) {
            $this->output->writeln("Removing app '$app' but keeping app data (uninstall hooks skipped).");
        } else {
            $this->installer->runUninstallSteps($app);
            $this->output->writeln("Disabled app '$app' (uninstall steps executed).");
        }
        try {
            $this->installer->removeApp($app);
        } catch (\RuntimeException $error) {
            $this->output->writeln('Error: ' . $error->getMessage() . "\n");
            $this->output->writeln("Failed to remove app '$app' (version $version) - app files/registration were not removed.");
            return 1;
        }
        $this->output->writeln("Removed app '$app' (version $version).");
        return 0;
    }
}
