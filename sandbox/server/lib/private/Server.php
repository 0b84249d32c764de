<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC;

use OC\AppFramework\AppContainer;
use OC\AppFramework\Container;
use OC\Sandbox\Release;

/** `\OC::$server`: the services of the instance, and the containers of its apps. */
class Server extends Container implements \OCP\IServerContainer
{
    /** Old code asks by getter; each one leads to a service. */
    private const GETTERS = [
        'getConfig' => \OCP\IConfig::class,
        'getSystemConfig' => \OC\SystemConfig::class,
        'getDatabaseConnection' => \OCP\IDBConnection::class,
        'getAppManager' => \OCP\App\IAppManager::class,
        'getUserManager' => \OCP\IUserManager::class,
        'getGroupManager' => \OCP\IGroupManager::class,
        'getUserSession' => \OCP\IUserSession::class,
        'getLogger' => \OCP\ILogger::class,
        'getL10NFactory' => \OCP\L10N\IFactory::class,
        'getSecureRandom' => \OCP\Security\ISecureRandom::class,
        'getCrypto' => \OCP\Security\ICrypto::class,
        'getHasher' => \OCP\Security\IHasher::class,
        'getURLGenerator' => \OCP\IURLGenerator::class,
        'getEventDispatcher' => \OCP\EventDispatcher\IEventDispatcher::class,
        'getSession' => \OCP\ISession::class,
        'getTimeFactory' => \OCP\AppFramework\Utility\ITimeFactory::class,
    ];

    /** @var array<string, AppContainer> by app id */
    private $apps = [];
    /** @var array<string, string> namespace of an app => its id */
    private $namespaces = [];

    public function __construct(Config $config)
    {
        $this->registerParameter(Config::class, $config);
        foreach (require __DIR__ . '/services.php' as $name => $factory) {
            $this->registerService($name, $factory);
        }
        foreach ([\OCP\IServerContainer::class, self::class] as $name) {
            $this->registerParameter($name, $this);
        }
    }

    public function query(string $name, bool $autoload = true)
    {
        $name = ltrim($name, '\\');
        $app = $this->appOf($name);
        return $app === null ? parent::query($name, $autoload) : $this->getAppContainer($app)->query($name, $autoload);
    }

    public function registerAppNamespace(string $app, string $namespace): void
    {
        $this->namespaces[$namespace] = $app;
    }

    /** The app whose namespace a class is in, if that app is known. */
    public function appOf(string $class): ?string
    {
        if (strncmp($class, 'OCA\\', 4) !== 0) {
            return null;
        }
        return $this->namespaces[explode('\\', $class, 3)[1]] ?? null;
    }

    public function getAppContainer(string $app): AppContainer
    {
        if (!isset($this->apps[$app])) {
            $class = Release::behaviour('class.app_container');
            $this->apps[$app] = new $class($app, $this);
        }
        return $this->apps[$app];
    }

    public function getL10N($app, $lang = null)
    {
        return $this->get(\OCP\L10N\IFactory::class)->get($app, $lang);
    }

    public function __call($name, $arguments)
    {
        if (!isset(self::GETTERS[$name])) {
            throw new \Error("The sandbox's server has no method $name()");
        }
        return $this->query(self::GETTERS[$name]);
    }
}
