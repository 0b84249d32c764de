<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

// Boots an instance as a script of the collection does, runs the check that is named, and prints what it returns as JSON.
// Nothing in here knows that the instance is a sandbox: the same file runs on a real server.
//
//     php probe.php ROOT CHECK

define('OC_CONSOLE', 1);
list(, $root, $check) = $_SERVER['argv'];
$_SERVER['argv'] = ['probe'];
chdir($root);
require 'lib/versioncheck.php';
require_once 'lib/base.php';

use OCP\App\IAppManager;
use OCP\Authentication\TwoFactorAuth\IDeactivatableByAdmin;
use OCP\Authentication\TwoFactorAuth\IRegistry;
use OCP\IConfig;
use OCP\IDBConnection;
use OCP\IGroupManager;
use OCP\IUserManager;

$get = function (string $class) {
    return \OC::$server->query($class);
};
$person = function (string $uid) use ($get) {
    return $get(IUserManager::class)->get($uid);
};
$load = function (string $app) use ($get) {
    method_exists($get(IAppManager::class), 'loadApp') ? $get(IAppManager::class)->loadApp($app) : \OC_App::loadApp($app);
};

$checks = [
    'app_info' => function () use ($get) {
        $info = $get(IAppManager::class)->getAppInfo('labprov');
        return [
            'id' => $info['id'],
            'version' => $info['version'],
            'range' => $info['dependencies']['nextcloud']['@attributes'],
            'providers' => $info['two-factor-providers'],
            'types' => $get(IAppManager::class)->getAppInfo('files')['types'],
            'plain' => $get(IAppManager::class)->getAppInfo('labapp')['two-factor-providers'],
            'unknown' => $get(IAppManager::class)->getAppInfo('no_such_app'),
        ];
    },
    'providers' => function () use ($get, $person) {
        $loader = $get(\OC\Authentication\TwoFactorAuth\ProviderLoader::class);
        $found = [];
        foreach ($loader->getProviders($person('admin')) as $id => $provider) {
            $found[$id] = $provider instanceof IDeactivatableByAdmin;
        }
        ksort($found);
        return $found;
    },
    'registry' => function () use ($get, $person) {
        $registry = $get(IRegistry::class);
        $provider = $get(\OC\Authentication\TwoFactorAuth\ProviderLoader::class)->getProviders($person('admin'))['labprov'];
        $registry->enableProviderFor($provider, $person('admin'));
        $on = $registry->getProviderStates($person('admin'));
        $registry->disableProviderFor($provider, $person('admin'));
        $off = $registry->getProviderStates($person('admin'));
        $registry->cleanUp('labprov');
        return [$on, $off, $registry->getProviderStates($person('admin'))];
    },
    'backup_codes' => function () use ($get, $person, $load) {
        $load('twofactor_backupcodes');
        $storage = $get('OCA\TwoFactorBackupCodes\Service\BackupCodeStorage');
        $codes = $storage->createCodes($person('admin'));
        $rows = $get(IDBConnection::class)->executeQuery(
            'SELECT COUNT(*) AS n FROM `*PREFIX*twofactor_backupcodes` WHERE `user_id` = ? AND `used` = 0',
            ['admin']
        )->fetch(\PDO::FETCH_ASSOC);
        $first = $storage->validateCode($person('admin'), $codes[0]);
        $again = $storage->validateCode($person('admin'), $codes[0]);
        $state = $storage->getBackupCodesState($person('admin'));
        $storage->deleteCodes($person('admin'));
        return [
            'codes' => array_map('strlen', array_unique($codes)),
            'unused' => (int) $rows['n'],
            'used_once' => [$first, $again],
            'state' => $state,
            'registry' => $get(IRegistry::class)->getProviderStates($person('admin'))['backup_codes'] ?? null,
            'left' => $storage->hasBackupCodes($person('admin')),
        ];
    },
    'policy' => function () use ($get, $person) {
        $policy = $get(\OC\Authentication\TwoFactorAuth\MandatoryTwoFactor::class);
        $state = \OC\Authentication\TwoFactorAuth\EnforcementState::class;
        $answers = [];
        foreach ([
            'off' => new $state(false, ['staff']),
            'all' => new $state(true),
            'group' => new $state(true, ['staff']),
            'other group' => new $state(true, ['it']),
            'group, excluded' => new $state(true, ['staff'], ['staff']),
            'excluded' => new $state(true, [], ['staff']),
            'other excluded' => new $state(true, [], ['it']),
            'no such group' => new $state(true, ['']),
        ] as $name => $wanted) {
            $policy->setState($wanted);
            $answers[$name] = $policy->isEnforcedFor($person('alice'));
        }
        $get(IConfig::class)->setSystemValue('twofactor_enforced', true);
        $answers['boolean'] = $policy->isEnforcedFor($person('alice'));
        $policy->setState(new $state(false));
        return $answers;
    },
    'database' => function () use ($get) {
        $db = $get(IDBConnection::class);
        $in = $db->executeQuery(
            'SELECT `uid` FROM `*PREFIX*users` WHERE `uid` IN (?) ORDER BY `uid`',
            [['alice', 'admin', 'nobody here']],
            [102]
        );
        $uids = [];
        while (($row = $in->fetch()) !== false) {
            $uids[] = $row['uid'];
        }
        $in->closeCursor();
        $db->beginTransaction();
        $inside = $db->inTransaction();
        $db->executeUpdate('UPDATE `*PREFIX*users` SET `displayname` = ? WHERE `uid` = ?', ['Rolled back', 'alice']);
        $db->rollBack();
        $name = $db->executeQuery('SELECT `displayname` FROM `*PREFIX*users` WHERE `uid` = ?', ['alice'])->fetch();
        $query = $db->getQueryBuilder();
        $query->select('uid')->from('users')->where($query->expr()->eq('uid', $query->createNamedParameter('alice')));
        $built = (method_exists($query, 'executeQuery') ? $query->executeQuery() : $query->execute())->fetch();
        return [$uids, $inside, $db->inTransaction(), $name['displayname'], $db->tableExists('users'), $db->tableExists('nothing'), $built];
    },
    'people' => function () use ($get) {
        $backends = $get(IUserManager::class)->getBackends();
        $groups = $get(IGroupManager::class)->getBackends();
        return [
            'classes' => [get_class($backends[0]), get_class($groups[0])],
            'page' => $backends[0]->getUsers('', 2, 1),
            'names' => $backends[0]->getDisplayNames('lice'),
            'groups' => $groups[0]->getUserGroups('alice'),
            'members' => $groups[0]->usersInGroup('staff'),
            'in' => [$groups[0]->inGroup('alice', 'staff'), $groups[0]->inGroup('alice', 'it')],
            'admin' => [$get(IGroupManager::class)->isAdmin('admin'), $get(IGroupManager::class)->isAdmin('alice')],
            'case' => $get(IUserManager::class)->get('ALICE')->getUID(),
        ];
    },
    'config' => function () use ($get) {
        $config = $get(IConfig::class);
        $config->setAppValue('labapp', 'probe', 'v');
        $config->setUserValue('alice', 'labapp', 'probe', 'u');
        $config->setSystemValues(['lab_probe' => [1, 'two'], 'lab_gone' => null]);
        $answers = [
            $config->getAppValue('labapp', 'probe'),
            $config->getAppValue('labapp', 'nothing', 'default'),
            in_array('probe', $config->getAppKeys('labapp'), true),
            $config->getUserValue('alice', 'labapp', 'probe'),
            $config->getSystemValue('lab_probe'),
            $config->getUsersForUserValue('labapp', 'probe', 'u'),
        ];
        $config->deleteAppValue('labapp', 'probe');
        $config->deleteUserValue('alice', 'labapp', 'probe');
        $config->deleteSystemValue('lab_probe');
        $answers[] = [$config->getAppValue('labapp', 'probe', null), $config->getUserValue('alice', 'labapp', 'probe', null),
            $config->getSystemValue('lab_probe', null)];
        return $answers;
    },
    'boot' => function () use ($root) {
        return [
            'cli' => \OC::$CLI,
            'root' => realpath(\OC::$SERVERROOT) === realpath($root),
            'version' => \OCP\Util::getVersion(),
            'upgrade' => \OCP\Util::needUpgrade(),
        ];
    },
    'methods' => function () use ($get) {
        $has = function ($object, string $method) {
            return method_exists($object, $method);
        };
        $apps = $get(IAppManager::class);
        $db = $get(IDBConnection::class);
        $result = $db->executeQuery('SELECT 1');
        return [
            'server get' => $has(\OC::$server, 'get'),
            'server query' => $has(\OC::$server, 'query'),
            'OCP Server' => class_exists(\OCP\Server::class),
            'loadApp' => $has($apps, 'loadApp'),
            'getInstalledApps' => $has($apps, 'getInstalledApps'),
            'getEnabledApps' => $has($apps, 'getEnabledApps'),
            'isUpgradeRequired' => $has($apps, 'isUpgradeRequired'),
            'executeUpdate' => $has($db, 'executeUpdate'),
            'executeStatement' => $has($db, 'executeStatement'),
            'fetch' => $has($result, 'fetch'),
            'fetchOne' => $has($result, 'fetchOne'),
            'builder execute' => $has($db->getQueryBuilder(), 'execute'),
            'builder executeQuery' => $has($db->getQueryBuilder(), 'executeQuery'),
            'bootstrap' => interface_exists(\OCP\AppFramework\Bootstrap\IBootstrap::class),
        ];
    },
    'elsewhere' => function () use ($get) {
        method_exists($get(IAppManager::class), 'loadApps')
            ? $get(IAppManager::class)->loadApps(['authentication'])
            : \OC_App::loadApps(['authentication']);
        $backend = $get(IUserManager::class)->getBackends()[1];
        $zoe = $get(IUserManager::class)->get('zoe');
        return [$backend->getBackendName(), $backend->getUsers('', 1, 1), $zoe->getDisplayName(), $zoe->getBackendClassName(),
            $backend->implementsActions(\OC\User\Backend::CHECK_PASSWORD)];
    },
    'log' => function () use ($get) {
        $class = interface_exists(\OCP\ILogger::class) && !interface_exists(\Psr\Log\LoggerInterface::class)
            ? \OCP\ILogger::class
            : \Psr\Log\LoggerInterface::class;
        $get($class)->error('from the {what}', ['what' => 'probe', 'app' => 'labapp']);
        return true;
    },
];

echo json_encode($checks[$check](), JSON_UNESCAPED_UNICODE);
