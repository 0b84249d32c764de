<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\AppFramework;

use OCP\AppFramework\IAppContainer;

/** An app's own services; what it does not have, the server has. */
class AppContainer extends Container implements IAppContainer
{
    /** @var string */
    private $app;
    /** @var \OC\Server */
    private $server;

    public function __construct(string $app, \OC\Server $server)
    {
        $this->app = $app;
        $this->server = $server;
        foreach (['appName', 'AppName'] as $name) {
            $this->registerParameter($name, $app);
        }
        foreach (['userId', 'UserId'] as $name) {
            $this->registerParameter($name, null);
        }
        $this->registerParameter('webRoot', '');
        $this->registerParameter('serverRoot', \OC::$SERVERROOT);
        $this->registerService(IAppContainer::class, function () {
            return $this;
        });
        $this->registerService(\OCP\IL10N::class, function () use ($app) {
            return $this->server->query(\OCP\L10N\IFactory::class)->get($app);
        });
    }

    public function getAppName()
    {
        return $this->app;
    }

    public function getServer()
    {
        return $this->server;
    }

    public function query(string $name, bool $autoload = true)
    {
        $name = ltrim($name, '\\');
        try {
            // First what the app registered; then a class of its own, built with the app's parameters.
            return parent::query($name, $autoload && $this->server->appOf($name) === $this->app);
        } catch (\OCP\AppFramework\QueryException $missing) {
            if ($this->server->appOf($name) === $this->app) {
                throw $missing;
            }
            return $this->server->query($name, $autoload);
        }
    }
}
