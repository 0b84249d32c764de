<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

// The services of the instance: OCP interface => how to make it. Nothing is made before it is asked for.

use OC\Sandbox\Release;
use OC\Server;

$alias = function (string $class) {
    return function (Server $server) use ($class) {
        return $server->query($class);
    };
};

return [
    \OCP\IConfig::class => $alias(\OC\AllConfig::class),
    \OCP\IAppConfig::class => $alias(\OC\AppConfig::class),
    \OC\DB\Connection::class => function (Server $server) {
        $config = $server->query(\OC\Config::class);
        $class = Release::behaviour('class.connection');
        return new $class(\OC\DB\Dialect::configured($config), $config->getValue('dbtableprefix', 'oc_'));
    },
    \OCP\IDBConnection::class => $alias(\OC\DB\Connection::class),
    \OC\App\AppManager::class => function (Server $server) {
        return $server->resolve(Release::behaviour('class.app_manager'));
    },
    \OCP\App\IAppManager::class => $alias(\OC\App\AppManager::class),
    \OCP\IUserManager::class => $alias(\OC\User\Manager::class),
    \OCP\IGroupManager::class => $alias(\OC\Group\Manager::class),
    \OCP\Authentication\TwoFactorAuth\IRegistry::class => $alias(\OC\Authentication\TwoFactorAuth\Registry::class),
    \OCP\Security\ISecureRandom::class => $alias(\OC\Security\SecureRandom::class),
    \OCP\Security\ICrypto::class => $alias(\OC\Security\Crypto::class),
    \OCP\Security\IHasher::class => $alias(\OC\Security\Hasher::class),
    \Psr\Log\LoggerInterface::class => $alias(\OC\Log\File::class),
    \OCP\ILogger::class => $alias(\OC\Log\File::class),
    \OCP\L10N\IFactory::class => $alias(\OC\L10N\Factory::class),
    \OCP\IL10N::class => function (Server $server) {
        return $server->query(\OCP\L10N\IFactory::class)->get('lib');
    },
    \OCP\IURLGenerator::class => $alias(\OC\URLGenerator::class),
    \OCP\IUserSession::class => $alias(\OC\User\Session::class),
    \OCP\ISession::class => $alias(\OC\Session\Memory::class),
    \OCP\EventDispatcher\IEventDispatcher::class => $alias(\OC\EventDispatcher\EventDispatcher::class),
    \OCP\AppFramework\Utility\ITimeFactory::class => $alias(\OC\AppFramework\Utility\TimeFactory::class),
];
