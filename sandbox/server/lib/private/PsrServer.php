<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC;

use OC\AppFramework\PsrContainer;
use Psr\Container\ContainerInterface;

class PsrServer extends Server implements ContainerInterface
{
    use PsrContainer;

    public function __construct(Config $config)
    {
        parent::__construct($config);
        $this->registerParameter(ContainerInterface::class, $this);
    }
}
