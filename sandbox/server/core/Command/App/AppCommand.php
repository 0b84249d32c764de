<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\App;

use OC\App\AppManager;
use OC\Console\Command;
use OC\Installer;
use OC\Sandbox\Release;

/** What the commands on apps share. */
abstract class AppCommand extends Command
{
    /** @var AppManager */
    protected $apps;
    /** @var Installer */
    protected $installer;

    public function __construct(AppManager $apps, Installer $installer)
    {
        $this->apps = $apps;
        $this->installer = $installer;
    }

    /** "labapp 1.2.3", or without the version where the release leaves it out. */
    protected function named(string $app): string
    {
        return Release::behaviour('app.names_version') ? $app . ' ' . $this->apps->getAppVersion($app) : $app;
    }
}
