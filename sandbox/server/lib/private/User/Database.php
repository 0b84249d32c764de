<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\User;

use OCP\IDBConnection;
use OCP\IUserBackend;
use OCP\Security\IHasher;
use OCP\UserInterface;

/** People whose accounts live in the instance's own database. */
class Database implements UserInterface, IUserBackend
{
    /** @var IDBConnection */
    private $db;
    /** @var IHasher */
    private $hasher;

    public function __construct(IDBConnection $db, IHasher $hasher)
    {
        $this->db = $db;
        $this->hasher = $hasher;
    }

    public function getBackendName()
    {
        return 'Database';
    }

    public function implementsActions($actions)
    {
        return true;
    }

    public function createUser(string $uid, string $password): bool
    {
        if ($this->userExists($uid)) {
            return false;
        }
        return $this->db->insertIgnoreConflict('*PREFIX*users', [
            'uid' => $uid,
            'password' => $this->hasher->hash($password),
            'uid_lower' => self::lower($uid),
        ]) === 1;
    }

    public function deleteUser($uid)
    {
        return $this->db->perform('DELETE FROM `*PREFIX*users` WHERE `uid_lower` = ?', [self::lower($uid)]) > 0;
    }

    public function setPassword(string $uid, string $password): bool
    {
        return $this->db->perform(
            'UPDATE `*PREFIX*users` SET `password` = ? WHERE `uid_lower` = ?',
            [$this->hasher->hash($password), self::lower($uid)]
        ) > 0;
    }

    public function setDisplayName(string $uid, string $displayName): bool
    {
        return $this->db->perform(
            'UPDATE `*PREFIX*users` SET `displayname` = ? WHERE `uid_lower` = ?',
            [$displayName, self::lower($uid)]
        ) > 0;
    }

    public function checkPassword(string $loginName, string $password)
    {
        $row = $this->row($loginName);
        return $row !== null && $this->hasher->verify($password, $row['password']) ? $row['uid'] : false;
    }

    public function userExists($uid)
    {
        return $this->row((string) $uid) !== null;
    }

    /** The name as stored, whatever the case it was asked for in. */
    public function getRealUID(string $uid): string
    {
        $row = $this->row($uid);
        if ($row === null) {
            throw new \RuntimeException($uid . ' does not exist');
        }
        return $row['uid'];
    }

    public function getDisplayName($uid)
    {
        $row = $this->row((string) $uid);
        return $row === null || (string) $row['displayname'] === '' ? (string) $uid : $row['displayname'];
    }

    /** Ordered by display name, people without one first: the order in which the real one pages. */
    public function getDisplayNames($search = '', $limit = null, $offset = null)
    {
        $rows = $this->search($search, $limit, $offset, 'LOWER(`displayname`), `uid_lower`', ' OR `displayname` LIKE ?');
        $names = [];
        foreach ($rows as $row) {
            $names[(string) $row['uid']] = (string) $row['displayname'] === '' ? $row['uid'] : $row['displayname'];
        }
        return $names;
    }

    public function getUsers($search = '', $limit = null, $offset = null)
    {
        return array_map('strval', array_column($this->search($search, $limit, $offset, '`uid_lower`', ''), 'uid'));
    }

    public function hasUserListings()
    {
        return true;
    }

    public function countUsers()
    {
        return (int) $this->db->executeQuery('SELECT COUNT(*) FROM `*PREFIX*users`')->fetchColumn();
    }

    public function getHome(string $uid)
    {
        return $this->userExists($uid)
            ? \OC::$server->query(\OC\Config::class)->getValue('datadirectory', \OC::$SERVERROOT . '/data') . '/' . $uid
            : false;
    }

    private function search($search, $limit, $offset, string $order, string $more): array
    {
        $pattern = '%' . $this->db->escapeLikeParameter((string) $search) . '%';
        $limit = is_numeric($limit) && (int) $limit >= 0 ? (int) $limit : -1;
        $more = str_replace('?', "? ESCAPE '\\'", $more);
        return $this->db->executeQuery(
            "SELECT `uid`, `displayname` FROM `*PREFIX*users` WHERE `uid` LIKE ? ESCAPE '\\'$more"
            . " ORDER BY $order LIMIT $limit OFFSET " . (int) $offset,
            $more === '' ? [$pattern] : [$pattern, $pattern]
        )->fetchAll();
    }

    private function row(string $uid): ?array
    {
        $row = $this->db->executeQuery(
            'SELECT `uid`, `displayname`, `password` FROM `*PREFIX*users` WHERE `uid_lower` = ?',
            [self::lower($uid)]
        )->fetch();
        return $row === false ? null : $row;
    }

    private static function lower($uid): string
    {
        return function_exists('mb_strtolower') ? mb_strtolower((string) $uid) : strtolower((string) $uid);
    }
}
