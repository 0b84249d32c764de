<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\AppFramework\Bootstrap;

use OC\App\AppManager;
use OC\Sandbox\Release;
use OCP\AppFramework\Bootstrap\IBootstrap;
use Psr\Log\LoggerInterface;

/** Makes apps' classes findable, lets their Application register its services, and later boots them. */
class Coordinator
{
    /** @var \OC\Server */
    private $server;
    /** @var RegistrationContext */
    private $context;
    /** @var array<string, object|null> */
    private $applications = [];
    /** @var array<string, bool> */
    private $autoloading = [];

    public function __construct(\OC\Server $server)
    {
        $this->server = $server;
        $class = Release::behaviour('class.registration_context');
        $this->context = new $class($server);
    }

    public function getRegistrationContext(): RegistrationContext
    {
        return $this->context;
    }

    public function registerEnabledApps(): void
    {
        foreach ($this->server->query(AppManager::class)->getInstalledApps() as $app) {
            $this->registerApp($app);
        }
    }

    /** Runs register() of an app's Application; an app that cannot is logged, and the rest go on. */
    public function registerApp(string $app): void
    {
        $path = $this->server->query(AppManager::class)->find($app);
        if ($path === null || array_key_exists($app, $this->applications)) {
            return;
        }
        $this->applications[$app] = null;
        try {
            $namespace = $this->registerAutoloading($app, $path);
            $class = "OCA\\$namespace\\AppInfo\\Application";
            if (
                Release::behaviour('app.bootstraps') && is_file($path . '/lib/AppInfo/Application.php')
                && class_exists($class) && is_subclass_of($class, IBootstrap::class)
            ) {
                $this->applications[$app] = $this->server->query($class);
                $this->context->of($app, function (AppRegistration $registration) use ($app) {
                    $this->applications[$app]->register($registration);
                });
            }
        } catch (\Throwable $failure) {
            $this->applications[$app] = null;
            $this->log("Error during app service registration: " . $failure->getMessage(), $app, $failure);
        }
    }

    /** Runs boot(), or includes appinfo/app.php: the old way, open to apps that do not use the new one. */
    public function bootApp(string $app, string $path): void
    {
        $this->registerApp($app);
        try {
            if (isset($this->applications[$app])) {
                $this->applications[$app]->boot(new BootContext($this->server->getAppContainer($app), $this->server));
            } elseif (Release::behaviour('app.includes_app_php') && is_file($path . '/appinfo/app.php')) {
                // In a scope of its own, so that the app's variables stay the app's.
                (static function (string $file) {
                    require_once $file;
                })($path . '/appinfo/app.php');
            }
        } catch (\Throwable $failure) {
            $this->log("Could not boot $app: " . $failure->getMessage(), $app, $failure);
        }
    }

    /** @return string the app's namespace below OCA */
    public function registerAutoloading(string $app, string $path): string
    {
        $info = $this->server->query(AppManager::class)->getAppInfo($app);
        $namespace = is_string($info['namespace'] ?? null) && $info['namespace'] !== '' ? $info['namespace'] : ucfirst($app);
        if (isset($this->autoloading[$path])) {
            return $namespace;
        }
        $this->autoloading[$path] = true;
        $this->server->registerAppNamespace($app, $namespace);
        if (is_file($path . '/composer/autoload.php')) {
            require_once $path . '/composer/autoload.php';
        }
        $prefix = "OCA\\$namespace\\";
        spl_autoload_register(static function ($class) use ($prefix, $path) {
            if (strncmp($class, $prefix, strlen($prefix)) === 0) {
                $file = $path . '/lib/' . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
                if (is_file($file)) {
                    require_once $file;
                }
            }
        });
        return $namespace;
    }

    private function log(string $message, string $app, \Throwable $failure): void
    {
        $this->server->query(LoggerInterface::class)->error($message, ['app' => $app, 'exception' => $failure]);
    }
}
