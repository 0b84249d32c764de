<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * Groups that the collection fills, SecSign IDs, and the release of one user.
 */

namespace SecSign\Bridge;

/** Runs it in one transaction: a failure in the middle leaves nothing of it. */
function in_one_transaction(callable $work) {
    $database = service(\OCP\IDBConnection::class);
    $database->beginTransaction();
    try {
        $result = $work($database);
        $database->commit();
        return $result;
    } catch (\Throwable $e) {
        $database->rollBack();
        throw $e;
    }
}

function execute(string $sql, array $parameters): int {
    $database = service(\OCP\IDBConnection::class);
    // executeUpdate was renamed in 21
    return method_exists($database, 'executeStatement')
        ? $database->executeStatement($sql, $parameters)
        : $database->executeUpdate($sql, $parameters);
}

/** Gives a group exactly these members; null takes the group away. All of it or nothing. */
function set_members(array $request): array {
    load_user_backends();
    in_one_transaction(static function () use ($request) {
        change_members($request);
    });
    return [];
}

function change_members(array $request): void {
    $groups = service(\OCP\IGroupManager::class);
    $group = $groups->get($request['group']);
    if ($request['members'] === null) {
        if ($group !== null) {
            $group->delete();
        }
        return;
    }
    $group = $group ?? $groups->createGroup($request['group']);
    $there = array_flip(((array) read_members([$request['group']]))[$request['group']] ?? []);
    $wanted = array_flip($request['members']);
    foreach (array_keys(array_diff_key($wanted, $there)) as $uid) {
        $user = service(\OCP\IUserManager::class)->get((string) $uid);
        if ($user !== null) {
            $group->addUser($user);
        }
    }
    foreach (array_keys(array_diff_key($there, $wanted)) as $uid) {
        $user = service(\OCP\IUserManager::class)->get((string) $uid);
        if ($user !== null) {
            $group->removeUser($user);
        }
    }
}

/**
 * Assigns and takes away SecSign IDs as the app's own page does: its table, the registry of provider states, and,
 * where an ID changed, the mark that it was never used.
 */
function assign_ids(array $request): array {
    $app = $request['app'];
    $table = id_table($request['store']);
    in_one_transaction(static function () use ($app, $table, $request) {
        $there = existing("SELECT user_id AS uid FROM *PREFIX*$table", []);
        $registered = existing('SELECT uid FROM *PREFIX*twofactor_providers WHERE provider_id = ?', [$app]);
        $sql = "SELECT userid AS uid FROM *PREFIX*preferences WHERE appid = ? AND configkey = 'logged_in'";
        $marked = existing($sql, [$app]);
        foreach ($request['rows'] as list($uid, $id, $enabled, $changed)) {
            $known = isset($there[$uid]);
            $sql = $known
                ? "UPDATE *PREFIX*$table SET secsignid = ?, enabled = ? WHERE user_id = ?"
                : "INSERT INTO *PREFIX*$table (secsignid, enabled, user_id) VALUES (?, ?, ?)";
            execute($sql, [$id, (int) $enabled, $uid]);
            register_state($app, $uid, $enabled, isset($registered[$uid]));
            if ($changed && ($known || isset($marked[$uid]))) {
                mark_unused($app, $uid, isset($marked[$uid]));
            }
        }
        foreach ($request['removed'] as $uid) {
            $sql = $request['store']['keeps_empty_rows']
                ? "UPDATE *PREFIX*$table SET secsignid = '', enabled = 0 WHERE user_id = ?"
                : "DELETE FROM *PREFIX*$table WHERE user_id = ?";
            execute($sql, [$uid]);
            register_state($app, $uid, false, isset($registered[$uid]));
            mark_unused($app, $uid, isset($marked[$uid]));
        }
    });
    return [];
}

/** The table of SecSign IDs that the registry of provider apps names; a part of SQL, so nothing but a name. */
function id_table(array $store): string {
    if (preg_match('/^[a-z][a-z0-9_]{0,62}\z/', $store['table']) !== 1) {
        throw new Failure('bridge', 'not the name of a table: ' . $store['table']);
    }
    return $store['table'];
}

function existing(string $sql, array $parameters): array {
    $found = [];
    foreach (rows($sql, $parameters) as $row) {
        $found[$row['uid']] = true;
    }
    return $found;
}

function register_state(string $provider, string $uid, bool $enabled, bool $known): void {
    $sql = $known
        ? 'UPDATE *PREFIX*twofactor_providers SET enabled = ? WHERE provider_id = ? AND uid = ?'
        : 'INSERT INTO *PREFIX*twofactor_providers (enabled, provider_id, uid) VALUES (?, ?, ?)';
    execute($sql, [(int) $enabled, $provider, $uid]);
}

function mark_unused(string $app, string $uid, bool $known): void {
    $sql = $known
        ? "UPDATE *PREFIX*preferences SET configvalue = '0' WHERE appid = ? AND configkey = 'logged_in' AND userid = ?"
        : "INSERT INTO *PREFIX*preferences (configvalue, appid, configkey, userid) VALUES ('0', ?, 'logged_in', ?)";
    execute($sql, [$app, $uid]);
}

/** Switches a provider off for one user, past its code, so that a broken or missing app does not matter. */
function unlock_user(array $request): array {
    in_one_transaction(static function () use ($request) {
        $sql = 'UPDATE *PREFIX*twofactor_providers SET enabled = 0 WHERE provider_id = ? AND uid = ?';
        execute($sql, [$request['provider'], $request['user']]);
        foreach ($request['id_stores'] as $app => $store) {
            $table = id_table($store);
            if ($app === $request['provider'] && service(\OCP\IDBConnection::class)->tableExists($table)) {
                execute("UPDATE *PREFIX*$table SET enabled = 0 WHERE user_id = ?", [$request['user']]);
            }
        }
    });
    return [];
}

/** A line in Nextcloud's own log, above its default level. */
function write_log(array $request): array {
    $psr = \Psr\Log\LoggerInterface::class;
    $logger = service(interface_exists($psr) ? $psr : \OCP\ILogger::class);
    $logger->warning($request['message'], ['app' => 'secsign_nextcloud']);
    return [];
}

/** Makes a set of backup codes with the service of Nextcloud's own app; the old ones end. */
function make_backup_codes(array $request): array {
    load_user_backends();
    load_app('twofactor_backupcodes');
    $user = service(\OCP\IUserManager::class)->get($request['user']);
    if ($user === null) {
        throw new Failure('unknown_users', $request['user']);
    }
    return ['codes' => service(\OCA\TwoFactorBackupCodes\Service\BackupCodeStorage::class)->createCodes($user)];
}
