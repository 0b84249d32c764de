<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\AppFramework;

/** What an app's Application extends. */
class App
{
    /** @var IAppContainer */
    private $container;

    public function __construct(string $appName, array $urlParams = [])
    {
        $this->container = \OC::$server->getAppContainer($appName);
    }

    public function getContainer(): IAppContainer
    {
        return $this->container;
    }
}
