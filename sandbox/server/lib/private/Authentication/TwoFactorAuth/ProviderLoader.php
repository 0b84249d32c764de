<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Authentication\TwoFactorAuth;

use OC\App\AppManager;
use OC\AppFramework\Bootstrap\Coordinator;
use OCP\AppFramework\QueryException;
use OCP\Authentication\TwoFactorAuth\IProvider;
use OCP\IUser;

/** Instantiates the providers of all apps that are on for a person. One that cannot be made spoils it for all. */
class ProviderLoader
{
    /** @var AppManager */
    private $apps;
    /** @var Coordinator */
    private $coordinator;
    /** @var \OC\Server */
    private $server;

    public function __construct(AppManager $apps, Coordinator $coordinator, \OC\Server $server)
    {
        $this->apps = $apps;
        $this->coordinator = $coordinator;
        $this->server = $server;
    }

    /** @return array<string, IProvider> by provider id */
    public function getProviders(?IUser $user = null): array
    {
        $providers = [];
        $apps = $user === null ? $this->apps->getInstalledApps() : $this->apps->getEnabledAppsForUser($user);
        foreach ($apps as $app) {
            $info = $this->apps->getAppInfo($app);
            foreach ($info['two-factor-providers'] ?? [] as $class) {
                $provider = $this->load($app, $class);
                $providers[$provider->getId()] = $provider;
            }
        }
        $context = $this->coordinator->getRegistrationContext();
        foreach (method_exists($context, 'getTwoFactorProviders') ? $context->getTwoFactorProviders() : [] as $registered) {
            $provider = $this->load($registered->getAppId(), $registered->getService());
            $providers[$provider->getId()] = $provider;
        }
        return $providers;
    }

    private function load(string $app, string $class): IProvider
    {
        if (!$this->apps->isLoaded($app)) {
            $this->apps->load($app);
        }
        try {
            return $this->server->query($class);
        } catch (QueryException $unresolved) {
            throw new \Exception("Could not load two-factor auth provider $class");
        }
    }
}
