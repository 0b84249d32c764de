<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\App;

use OC\App\AppManager;
use OC\Installer;
use OC\Sandbox\Release;
use OCP\IGroupManager;

class Enable extends AppCommand
{
    /** @var IGroupManager */
    private $groups;

    public function __construct(AppManager $apps, Installer $installer, IGroupManager $groups)
    {
        parent::__construct($apps, $installer);
        $this->groups = $groups;
    }

    protected function execute(): int
    {
        // A group that does not exist is dropped without a word; if none is left, everybody gets the app.
        $groups = array_values(array_filter(array_map([$this->groups, 'get'], (array) $this->input->option('groups'))));
        $exit = 0;
        foreach ($this->input->argument('app-id') as $app) {
            $exit = max($exit, $this->enable($app, $groups, (bool) $this->input->option('force')));
        }
        return $exit;
    }

    private function enable(string $app, array $groups, bool $force): int
    {
        if ($groups === [] && $this->isDone($app)) {
            $this->output->writeln("$app already enabled");
            return 0;
        }
        try {
            if ($this->apps->find($app) === null) {
                $this->installer->downloadApp($app);
            }
            $this->installer->installApp($app, $force);
            if ($groups === []) {
                $this->apps->enableApp($app, $force);
                $this->output->writeln($this->named($app) . ' enabled');
                return 0;
            }
            $this->apps->enableAppForGroups($app, $groups, $force);
            $names = array_map(function ($group) {
                return $group->getDisplayName();
            }, $groups);
            $this->output->writeln($this->named($app) . ' enabled for groups: ' . implode(', ', $names));
            return 0;
        } catch (\Exception $failure) {
            $this->output->writeln($failure->getMessage());
            return 1;
        }
    }

    private function isDone(string $app): bool
    {
        if (!$this->apps->isInstalled($app) || $this->apps->find($app) === null) {
            return false;
        }
        return $this->apps->getAppRestriction($app) === [] || !Release::behaviour('app.enable_lifts_group_limit');
    }
}
