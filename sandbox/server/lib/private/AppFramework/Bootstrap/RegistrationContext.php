<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\AppFramework\Bootstrap;

/** What apps registered while the server booted. */
class RegistrationContext
{
    /** @var \OC\Server */
    private $server;
    /** @var ServiceRegistration[] */
    protected $twoFactorProviders = [];

    public function __construct(\OC\Server $server)
    {
        $this->server = $server;
    }

    public function of(string $app, callable $register): void
    {
        $register(new AppRegistration($app, $this->server->getAppContainer($app), $this));
    }

    public function addTwoFactorProvider(string $app, string $class): void
    {
        $this->twoFactorProviders[] = new ServiceRegistration($app, $class);
    }
}
