<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\User_SAML;

use OCP\IDBConnection;
use OCP\IUserBackend;
use OCP\UserInterface;

/** The people whom identity providers brought. It knows no passwords. */
class UserBackend implements IUserBackend, UserInterface
{
    /** @var IDBConnection */
    private $database;

    public function __construct(IDBConnection $database)
    {
        $this->database = $database;
    }

    public function implementsActions($actions)
    {
        return (bool) ($actions & \OC\User\Backend::GET_DISPLAYNAME);
    }

    public function add(string $uid, string $name, string $email): void
    {
        $sql = 'INSERT INTO *PREFIX*user_saml_users (uid, displayname, home) VALUES (?, ?, ?)';
        $this->database->executeUpdate($sql, [$uid, $name, '']);
        if ($email !== '') {
            \OC::$server->query(\OCP\IConfig::class)->setUserValue($uid, 'settings', 'email', $email);
        }
    }

    public function deleteUser($uid)
    {
        return $this->database->executeUpdate('DELETE FROM *PREFIX*user_saml_users WHERE uid = ?', [$uid]) > 0;
    }

    public function getUsers($search = '', $limit = null, $offset = null)
    {
        return array_map('strval', array_keys($this->getDisplayNames($search, $limit, $offset)));
    }

    public function userExists($uid)
    {
        return $this->rows('uid = ?', [$uid]) !== [];
    }

    public function getDisplayName($uid)
    {
        return $this->rows('uid = ?', [$uid])[$uid] ?? $uid;
    }

    public function getDisplayNames($search = '', $limit = null, $offset = null)
    {
        return array_slice($this->rows('uid LIKE ? OR displayname LIKE ?', ["%$search%", "%$search%"]), (int) $offset, $limit, true);
    }

    public function hasUserListings()
    {
        return true;
    }

    public function getBackendName()
    {
        return 'user_saml';
    }

    private function rows(string $where, array $values): array
    {
        $result = $this->database->executeQuery("SELECT uid, displayname FROM *PREFIX*user_saml_users WHERE $where ORDER BY uid", $values);
        $found = [];
        while ($row = $result->fetch()) {
            $found[$row['uid']] = (string) $row['displayname'];
        }
        return $found;
    }
}
