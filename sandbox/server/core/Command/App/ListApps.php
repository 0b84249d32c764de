<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\App;

use OC\App\AppManager;
use OC\Console\Command;
use OC\Sandbox\Release;

class ListApps extends Command
{
    /** @var AppManager */
    private $apps;

    public function __construct(AppManager $apps)
    {
        $this->apps = $apps;
    }

    protected function execute(): int
    {
        $shipped = $this->input->option('shipped');
        $lists = ['enabled' => [], 'disabled' => []];
        $installed = $this->apps->installedVersions();
        foreach ($this->apps->inFolders() as $app) {
            if ($shipped !== null && $this->apps->isShipped($app) !== ($shipped === 'true')) {
                continue;
            }
            if ($this->apps->isInstalled($app)) {
                $lists['enabled'][$app] = $installed[$app] ?? true;
            } else {
                $lists['disabled'][$app] = $this->versionOfDisabled($app, $installed[$app] ?? null);
            }
        }
        if ($this->input->option('enabled') || $this->input->option('disabled')) {
            $lists = array_filter($lists, [$this->input, 'option'], ARRAY_FILTER_USE_KEY);
        }
        if (in_array($this->input->option('output'), ['json', 'json_pretty'], true)) {
            $this->printArray($lists);
            return 0;
        }
        foreach ($lists as $title => $apps) {
            $this->output->writeln(ucfirst($title) . ':');
            $this->printArray($apps);
        }
        return 0;
    }

    private function versionOfDisabled(string $app, ?string $installed): ?string
    {
        if (!Release::behaviour('app.lists_version_of_disabled')) {
            return null;
        }
        return $this->apps->getAppVersion($app) . ($installed === null ? '' : " (installed $installed)");
    }
}
