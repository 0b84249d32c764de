<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\AppFramework;

use Psr\Container\ContainerInterface;

class PsrAppContainer extends AppContainer implements ContainerInterface
{
    use PsrContainer;

    public function __construct(string $app, \OC\Server $server)
    {
        parent::__construct($app, $server);
        $this->registerParameter(ContainerInterface::class, $this);
    }
}
