<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\AppFramework\Bootstrap;

use OC\AppFramework\AppContainer;
use OCP\AppFramework\Bootstrap\IRegistrationContext;
use OCP\EventDispatcher\IEventDispatcher;

/** Handed to an app's register(). Kinds of registration the sandbox has no use for are taken and forgotten. */
class AppRegistration implements IRegistrationContext
{
    /** @var string */
    private $app;
    /** @var AppContainer */
    private $container;
    /** @var RegistrationContext */
    private $all;

    public function __construct(string $app, AppContainer $container, RegistrationContext $all)
    {
        $this->app = $app;
        $this->container = $container;
        $this->all = $all;
    }

    public function registerService(string $name, callable $factory, bool $shared = true): void
    {
        $this->container->registerService($name, \Closure::fromCallable($factory), $shared);
    }

    public function registerServiceAlias(string $alias, string $target): void
    {
        $this->container->registerAlias($alias, $target);
    }

    public function registerParameter(string $name, $value): void
    {
        $this->container->registerParameter($name, $value);
    }

    public function registerEventListener(string $event, string $listener, int $priority = 0): void
    {
        $this->container->getServer()->get(IEventDispatcher::class)->addServiceListener($event, $listener, $priority);
    }

    public function registerTwoFactorProvider(string $twoFactorProviderClass): void
    {
        $this->all->addTwoFactorProvider($this->app, $twoFactorProviderClass);
    }

    public function __call($name, $arguments)
    {
        if (strncmp($name, 'register', 8) !== 0) {
            throw new \Error("There is no $name() to register with");
        }
    }
}
