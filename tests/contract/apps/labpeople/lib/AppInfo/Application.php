<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\LabPeople\AppInfo;

use OCA\LabPeople\Backend;
use OCP\AppFramework\App;
use OCP\AppFramework\Bootstrap\IBootContext;
use OCP\AppFramework\Bootstrap\IBootstrap;
use OCP\AppFramework\Bootstrap\IRegistrationContext;
use OCP\IUserManager;

class Application extends App implements IBootstrap
{
    public function __construct()
    {
        parent::__construct('labpeople');
    }

    public function register(IRegistrationContext $context): void
    {
        $context->registerCapability(Backend::class);
    }

    public function boot(IBootContext $context): void
    {
        $context->injectFn(function (IUserManager $people) {
            $people->registerBackend(new Backend());
        });
    }
}
