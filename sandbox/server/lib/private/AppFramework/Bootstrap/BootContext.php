<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\AppFramework\Bootstrap;

use OC\AppFramework\AppContainer;
use OCP\AppFramework\Bootstrap\IBootContext;
use OCP\AppFramework\IAppContainer;
use OCP\IServerContainer;

class BootContext implements IBootContext
{
    /** @var AppContainer */
    private $app;
    /** @var \OC\Server */
    private $server;

    public function __construct(AppContainer $app, \OC\Server $server)
    {
        $this->app = $app;
        $this->server = $server;
    }

    public function getAppContainer(): IAppContainer
    {
        return $this->app;
    }

    public function getServerContainer(): IServerContainer
    {
        return $this->server;
    }

    public function injectFn(callable $fn)
    {
        $arguments = [];
        foreach ((new \ReflectionFunction(\Closure::fromCallable($fn)))->getParameters() as $parameter) {
            $type = $parameter->getType();
            $arguments[] = $this->app->query(
                $type instanceof \ReflectionNamedType && !$type->isBuiltin() ? $type->getName() : $parameter->getName()
            );
        }
        return $fn(...$arguments);
    }
}
