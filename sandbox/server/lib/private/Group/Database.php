<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Group;

use OCP\GroupInterface;
use OCP\IDBConnection;

/** Groups that live in the instance's own database. */
class Database implements GroupInterface
{
    /** @var IDBConnection */
    private $db;

    public function __construct(IDBConnection $db)
    {
        $this->db = $db;
    }

    public function getBackendName(): string
    {
        return 'Database';
    }

    public function implementsActions($actions)
    {
        return true;
    }

    public function createGroup(string $gid): bool
    {
        return $this->db->insertIgnoreConflict('*PREFIX*groups', ['gid' => $gid, 'displayname' => $gid]) === 1;
    }

    public function deleteGroup(string $gid): bool
    {
        $this->db->perform('DELETE FROM `*PREFIX*group_user` WHERE `gid` = ?', [$gid]);
        $this->db->perform('DELETE FROM `*PREFIX*group_admin` WHERE `gid` = ?', [$gid]);
        return $this->db->perform('DELETE FROM `*PREFIX*groups` WHERE `gid` = ?', [$gid]) > 0;
    }

    public function groupExists($gid)
    {
        return (bool) $this->db->executeQuery('SELECT 1 FROM `*PREFIX*groups` WHERE `gid` = ?', [(string) $gid])->fetchColumn();
    }

    public function getDisplayName(string $gid): string
    {
        $name = $this->db->executeQuery('SELECT `displayname` FROM `*PREFIX*groups` WHERE `gid` = ?', [$gid])->fetchColumn();
        return (string) $name;
    }

    public function setDisplayName(string $gid, string $displayName): bool
    {
        return $this->db->perform(
            'UPDATE `*PREFIX*groups` SET `displayname` = ? WHERE `gid` = ?',
            [$displayName, $gid]
        ) > 0;
    }

    public function inGroup($uid, $gid)
    {
        return (bool) $this->db->executeQuery(
            'SELECT 1 FROM `*PREFIX*group_user` WHERE `uid` = ? AND `gid` = ?',
            [(string) $uid, (string) $gid]
        )->fetchColumn();
    }

    public function addToGroup(string $uid, string $gid): bool
    {
        return $this->db->insertIgnoreConflict('*PREFIX*group_user', ['uid' => $uid, 'gid' => $gid]) === 1;
    }

    public function removeFromGroup(string $uid, string $gid): bool
    {
        $this->db->perform('DELETE FROM `*PREFIX*group_user` WHERE `uid` = ? AND `gid` = ?', [$uid, $gid]);
        return true;
    }

    public function getUserGroups($uid)
    {
        return $this->db->executeQuery(
            'SELECT `gid` FROM `*PREFIX*group_user` WHERE `uid` = ? ORDER BY rowid',
            [(string) $uid]
        )->fetchAll(\PDO::FETCH_COLUMN);
    }

    public function getGroups(string $search = '', int $limit = -1, int $offset = 0)
    {
        $pattern = '%' . $this->db->escapeLikeParameter($search) . '%';
        $limit = $limit > 0 ? $limit : -1;
        return $this->db->executeQuery(
            "SELECT `gid` FROM `*PREFIX*groups` WHERE `gid` LIKE ? ESCAPE '\\' OR `displayname` LIKE ? ESCAPE '\\'"
            . " ORDER BY `gid` LIMIT $limit OFFSET $offset",
            [$pattern, $pattern]
        )->fetchAll(\PDO::FETCH_COLUMN);
    }

    public function usersInGroup($gid, $search = '', $limit = -1, $offset = 0)
    {
        return $this->db->executeQuery(
            "SELECT `uid` FROM `*PREFIX*group_user` WHERE `gid` = ? AND `uid` LIKE ? ESCAPE '\\'"
            . ' ORDER BY `uid` LIMIT ' . (int) $limit . ' OFFSET ' . (int) $offset,
            [(string) $gid, '%' . $this->db->escapeLikeParameter((string) $search) . '%']
        )->fetchAll(\PDO::FETCH_COLUMN);
    }

    public function countUsersInGroup(string $gid, string $search = ''): int
    {
        return count($this->usersInGroup($gid, $search));
    }
}
