<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * The users of all user backends, read in bulk and returned as a stream.
 */

namespace SecSign\Bridge;

function load_user_backends(): void {
    // LDAP, SAML and others register their backends when their apps load
    method_exists(apps(), 'loadApps') ? apps()->loadApps(['authentication']) : \OC_App::loadApps(['authentication']);
}

/**
 * A directory that is down must not keep anybody from being released: what it would have said is left out, and its
 * name kept.
 */
function ask_backend($backend, callable $ask) {
    try {
        return $ask();
    } catch (\Throwable $e) {
        Run::$silent[backend_name($backend)] = $e->getMessage();
        return null;
    }
}

function backend_name($backend): string {
    return method_exists($backend, 'getBackendName') ? $backend->getBackendName() : get_class($backend);
}

/** SAML and the like return here that they know no passwords. */
function knows_passwords($backend): bool {
    return !method_exists($backend, 'implementsActions')
        || $backend->implementsActions(\OC\User\Backend::CHECK_PASSWORD);
}

/** Nextcloud's own first: it always answers. */
function own_first(array $backends, string $own): array {
    usort($backends, static function ($one, $other) use ($own) {
        return (int) ($other instanceof $own) - (int) ($one instanceof $own);
    });
    return $backends;
}

function user_backends(): array {
    load_user_backends();
    return own_first(service(\OCP\IUserManager::class)->getBackends(), \OC\User\Database::class);
}

function group_backends(): array {
    load_user_backends();
    return own_first(service(\OCP\IGroupManager::class)->getBackends(), \OC\Group\Database::class);
}

/** Whether the database keeps a password for somebody. Not compared with '', which is NULL to Oracle. */
const HAS_PASSWORD = 'CASE WHEN LENGTH(password) > 0 THEN 1 ELSE 0 END AS has_password';

/**
 * All users, each once, in the order in which Nextcloud asks its backends: user id, name of the backend, whether the
 * backend knows passwords, whether the database keeps one for the user.
 */
function all_users(): \Generator {
    load_user_backends();
    $others = [];
    foreach (service(\OCP\IUserManager::class)->getBackends() as $backend) {
        if ($backend instanceof \OC\User\Database) {
            $last = '';
            $sql = 'SELECT uid, ' . HAS_PASSWORD . ' FROM *PREFIX*users WHERE uid > ? ORDER BY uid LIMIT 1000';
            while ($page = rows($sql, [$last])) {
                foreach ($page as $row) {
                    yield [$last = (string) $row['uid'], 'Database', true, (bool) (int) $row['has_password']];
                }
            }
            continue;
        }
        try {
            for ($offset = 0; $page = $backend->getUsers('', 1000, $offset); $offset += 1000) {
                foreach ($page as $uid) {
                    $others[] = [(string) $uid, backend_name($backend), knows_passwords($backend)];
                }
                if (count($page) < 1000) {
                    break;
                }
            }
        } catch (\Throwable $e) {
            throw new Failure('user_backend', backend_name($backend) . ': ' . $e->getMessage());
        }
    }
    $known = [];
    foreach (database_users(array_column($others, 0)) as $uid) {
        $known[$uid] = true;
    }
    foreach ($others as list($uid, $name, $password)) {
        if (!isset($known[$uid])) {
            $known[$uid] = true;
            yield [$uid, $name, $password, false];
        }
    }
}

/** Which of these ids the database backend knows too: they were returned already. */
function database_users(array $uids): \Generator {
    foreach (array_chunk($uids, 500) as $chunk) {
        foreach (rows('SELECT uid FROM *PREFIX*users WHERE uid IN (' . placeholders($chunk) . ')', $chunk) as $row) {
            yield $row['uid'];
        }
    }
}

/** The same of these names only, those that are known. */
function these_users(array $names): array {
    return array_values(array_filter(find_users($names)));
}

/**
 * A name is a user id or, as at the login, a mail address that one account has. Name => what all_users() returns of the
 * user; false where there is none, null where a backend that might know does not answer.
 */
function find_users(array $names): array {
    $found = array_fill_keys($names, false);
    foreach (array_chunk($names, 500) as $chunk) {
        $sql = 'SELECT uid, uid_lower, ' . HAS_PASSWORD . ' FROM *PREFIX*users WHERE uid_lower IN';
        $given = array_combine(array_map(__NAMESPACE__ . '\\lower_case', $chunk), $chunk);
        foreach (rows($sql . ' (' . placeholders($chunk) . ')', array_keys($given)) as $row) {
            $user = [(string) $row['uid'], 'Database', true, (bool) (int) $row['has_password']];
            $found[$given[$row['uid_lower']]] = $user;
        }
    }
    foreach ($found as $name => $user) {
        $found[$name] = $user ?: from_other_backends((string) $name);
    }
    $addresses = array_filter(array_map('strval', array_keys($found, false, true)), static function ($name) {
        return strpos($name, '@') !== false;
    });
    foreach (array_chunk($addresses, 500) as $chunk) {
        $sql = "SELECT userid, LOWER(configvalue) AS mail FROM *PREFIX*preferences WHERE appid = 'settings'"
            . " AND configkey = 'email' AND LOWER(configvalue) IN (" . placeholders($chunk) . ')';
        $owners = [];
        foreach (rows($sql, array_map(__NAMESPACE__ . '\\lower_case', $chunk)) as $row) {
            $owners[$row['mail']][] = (string) $row['userid'];
        }
        foreach ($chunk as $address) {
            $uids = $owners[lower_case($address)] ?? [];
            if (count($uids) > 1) {
                throw new Failure('shared_address', $address . ' (' . implode(', ', array_slice($uids, 0, 20)) . ')');
            }
            if ($uids) {
                $found[$address] = find_users($uids)[$uids[0]];
            }
        }
    }
    return $found;
}

function lower_case(string $text): string {
    return function_exists('mb_strtolower') ? mb_strtolower($text, 'UTF-8') : strtolower($text);
}

/** Whom other backends than the database know by this id. */
function from_other_backends(string $uid) {
    $silent = false;
    foreach (user_backends() as $backend) {
        if ($backend instanceof \OC\User\Database) {
            continue;
        }
        $there = ask_backend($backend, static function () use ($backend, $uid) {
            return $backend->userExists($uid);
        });
        if ($there) {
            return [$uid, backend_name($backend), knows_passwords($backend), false];
        }
        $silent = $silent || $there === null;
    }
    return $silent ? null : false;
}

/** Memberships that only other group backends than the database know: user id => list of groups. */
function foreign_memberships(?array $uids): array {
    $groups = [];
    foreach (group_backends() as $backend) {
        if ($backend instanceof \OC\Group\Database) {
            continue;
        }
        foreach ($uids ?? [] as $uid) {
            $of_one = ask_backend($backend, static function () use ($backend, $uid) {
                return $backend->getUserGroups((string) $uid);
            });
            foreach ($of_one ?? [] as $gid) {
                $groups[$uid][] = (string) $gid;
            }
        }
        if ($uids !== null) {
            continue;
        }
        try {
            foreach ($backend->getGroups() as $gid) {
                foreach ($backend->usersInGroup($gid) as $uid) {
                    $groups[$uid][] = (string) $gid;
                }
            }
        } catch (\Throwable $e) {
            throw new Failure('user_backend', backend_name($backend) . ': ' . $e->getMessage());
        }
    }
    return $groups;
}

/** @param ?array $uids whose groups to ask for, null: everybody's */
function send_users(iterable $users, ?array $uids): void {
    $foreign = foreign_memberships($uids);
    $disabled = disabled_users($uids);
    $chunk = [];
    foreach ($users as $user) {
        if (count($chunk) === 500 || ($chunk && $uids === null && end($chunk)[1] !== $user[1])) {
            send_chunk($chunk, $foreign, $disabled, $uids === null);
            $chunk = [];
        }
        $chunk[$user[0]] = $user;
    }
    if ($chunk) {
        send_chunk($chunk, $foreign, $disabled, $uids === null);
    }
}

/** @param bool $everybody whether those of the database come without gaps, in the order of their ids */
function send_chunk(array $chunk, array $foreign, array $disabled, bool $everybody): void {
    static $by_range = true;
    $uids = array_map('strval', array_keys($chunk));
    if ($by_range && $everybody && reset($chunk)[1] === 'Database') {
        try {
            // MariaDB takes half the time for it: 500 ids are 500 ranges to plan
            $range = '(SELECT uid FROM *PREFIX*users WHERE uid >= ? AND uid <= ?)';
            send_rows($chunk, $foreign, $disabled, $range, [$uids[0], end($uids)]);
            return;
        } catch (\Throwable $e) {
            // where tables differ in collation, MySQL compares no columns
            $by_range = false;
        }
    }
    send_rows($chunk, $foreign, $disabled, '(' . placeholders($uids) . ')', $uids);
}

/** User id => true. They are few: asking for them at once spares the database to look for each of the others. */
function disabled_users(?array $uids): array {
    // LIKE, since Oracle compares no CLOB with =; what it finds too much by letter case is left out below
    $sql = "SELECT userid, configvalue FROM *PREFIX*preferences WHERE appid = 'core' AND configkey = 'enabled'"
        . " AND configvalue LIKE 'false'";
    $found = [];
    foreach ($uids === null ? [[]] : array_chunk($uids, 500) as $chunk) {
        foreach (rows($chunk ? "$sql AND userid IN (" . placeholders($chunk) . ')' : $sql, $chunk) as $row) {
            if ($row['configvalue'] === 'false') {
                $found[$row['userid']] = true;
            }
        }
    }
    return $found;
}

/** Nextcloud looks through all tables for this, so each is asked for once. */
function has_table(string $table): bool {
    static $found = [];
    return $found[$table] = $found[$table] ?? service(\OCP\IDBConnection::class)->tableExists($table);
}

/**
 * One query a table for 500 users at a time: memory stays flat however many there are. $in with its parameters finds
 * them.
 */
function send_rows(array $chunk, array $foreign, array $disabled, string $in, array $parameters): void {
    $users = [];
    foreach ($chunk as $uid => list(, $backend, $password, $local)) {
        $users[$uid] = [
            'uid' => (string) $uid, 'backend' => $backend, 'password_login' => $password, 'local_password' => $local,
            'enabled' => !isset($disabled[$uid]), 'admin' => false, 'groups' => $foreign[$uid] ?? [],
            'providers' => new \stdClass(), 'backup_codes' => null, 'secsign_ids' => [], 'last_login' => null,
        ];
    }
    // a database that ignores case, or a user added this moment, may answer for somebody else
    $found = static function (string $sql) use ($in, $parameters, $chunk): array {
        return array_filter(rows(sprintf($sql, $in), $parameters), static function ($row) use ($chunk) {
            return isset($chunk[$row['uid']]);
        });
    };
    foreach ($found('SELECT uid, gid FROM *PREFIX*group_user WHERE uid IN %s') as $row) {
        $users[$row['uid']]['groups'][] = (string) $row['gid'];
    }
    $sql = "SELECT userid AS uid, configvalue FROM *PREFIX*preferences WHERE userid IN %s AND appid = 'login'"
        . " AND configkey = 'lastLogin'";
    foreach ($found($sql) as $row) {
        $users[$row['uid']]['last_login'] = (int) $row['configvalue'];
    }
    foreach ($found('SELECT uid, provider_id, enabled FROM *PREFIX*twofactor_providers WHERE uid IN %s') as $row) {
        $users[$row['uid']]['providers']->{$row['provider_id']} = (bool) (int) $row['enabled'];
    }
    if (has_table('twofactor_backupcodes')) {
        $sql = 'SELECT user_id AS uid, SUM(CASE WHEN used = 0 THEN 1 ELSE 0 END) AS left_over'
            . ' FROM *PREFIX*twofactor_backupcodes WHERE user_id IN %s GROUP BY user_id';
        foreach ($found($sql) as $row) {
            $users[$row['uid']]['backup_codes'] = (int) $row['left_over'];
        }
    }
    foreach (Run::$id_stores as $app => $store) {
        $table = id_table($store);
        if (has_table($table)) {
            $sql = "SELECT user_id AS uid, secsignid, enabled FROM *PREFIX*$table WHERE user_id IN %s";
            foreach ($found($sql) as $row) {
                $id = ['app' => $app, 'id' => $row['secsignid'], 'enabled' => (bool) (int) $row['enabled']];
                $users[$row['uid']]['secsign_ids'][] = $id;
            }
        }
    }
    foreach ($users as &$user) {
        $user['admin'] = in_array('admin', $user['groups'], true);
    }
    say(['type' => 'users', 'rows' => array_values($users)]);
}

/** Name => user id; false where there is no such user, null where a backend that might know does not answer. */
function read_uids(array $names): \stdClass {
    return (object) array_map(static function ($user) {
        return $user ? $user[0] : $user;
    }, find_users($names));
}

/** Group id => ids of its members, from all group backends that answer; null for a group that does not exist. */
function read_members(array $gids): \stdClass {
    $found = new \stdClass();
    foreach ($gids as $gid) {
        $members = null;
        foreach (group_backends() as $backend) {
            if ($backend instanceof \OC\Group\Database) {
                if (!$backend->groupExists($gid)) {
                    continue;
                }
                $members = [];
                foreach (rows('SELECT uid FROM *PREFIX*group_user WHERE gid = ?', [$gid]) as $row) {
                    $members[] = (string) $row['uid'];
                }
                continue;
            }
            $more = ask_backend($backend, static function () use ($backend, $gid) {
                return $backend->groupExists($gid) ? array_map('strval', $backend->usersInGroup($gid)) : null;
            });
            $members = $more === null ? $members : array_merge($members ?? [], $more);
        }
        $found->{$gid} = $members === null ? null : array_values(array_unique($members));
    }
    return $found;
}

/** Nextcloud's own word on who must use a second factor. Its class is internal; no public one answers this. */
function read_verdicts(array $uids): \stdClass {
    $found = new \stdClass();
    $policy = service(\OC\Authentication\TwoFactorAuth\MandatoryTwoFactor::class);
    foreach ($uids as $uid) {
        $user = service(\OCP\IUserManager::class)->get((string) $uid);
        $found->{$uid} = $user === null ? null : $policy->isEnforcedFor($user);
    }
    return $found;
}
