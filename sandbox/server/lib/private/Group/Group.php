<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Group;

use OCP\IGroup;
use OCP\IUser;
use OCP\IUserManager;

/** One group, as all backends that know it see it. */
class Group implements IGroup
{
    /** @var string */
    private $gid;
    /** @var \OCP\GroupInterface[] */
    private $backends;
    /** @var IUserManager */
    private $people;

    public function __construct(string $gid, array $backends, IUserManager $people)
    {
        $this->gid = $gid;
        $this->backends = $backends;
        $this->people = $people;
    }

    public function getGID()
    {
        return $this->gid;
    }

    public function getDisplayName()
    {
        foreach ($this->backends as $backend) {
            $name = method_exists($backend, 'getDisplayName') ? $backend->getDisplayName($this->gid) : '';
            if ($name !== '') {
                return $name;
            }
        }
        return $this->gid;
    }

    public function setDisplayName(string $displayName): bool
    {
        foreach ($this->backends as $backend) {
            if (method_exists($backend, 'setDisplayName')) {
                return $backend->setDisplayName($this->gid, $displayName);
            }
        }
        return false;
    }

    public function getUsers()
    {
        return $this->searchUsers('');
    }

    public function inGroup(IUser $user)
    {
        foreach ($this->backends as $backend) {
            if ($backend->inGroup($user->getUID(), $this->gid)) {
                return true;
            }
        }
        return false;
    }

    public function addUser(IUser $user)
    {
        foreach ($this->backends as $backend) {
            if (method_exists($backend, 'addToGroup')) {
                $backend->addToGroup($user->getUID(), $this->gid);
                return;
            }
        }
    }

    public function removeUser($user)
    {
        foreach ($this->backends as $backend) {
            if (method_exists($backend, 'removeFromGroup')) {
                $backend->removeFromGroup($user->getUID(), $this->gid);
            }
        }
    }

    public function searchUsers(string $search, ?int $limit = null, ?int $offset = null): array
    {
        $users = [];
        foreach ($this->backends as $backend) {
            foreach ($backend->usersInGroup($this->gid, $search, $limit ?? -1, $offset ?? 0) as $uid) {
                $user = $this->people->get($uid);
                if ($user !== null) {
                    $users[(string) $uid] = $user;
                }
            }
        }
        return $users;
    }

    public function count(string $search = '')
    {
        return count($this->searchUsers($search));
    }

    public function getBackendNames()
    {
        return array_map(function ($backend) {
            return $backend->getBackendName();
        }, $this->backends);
    }

    public function delete()
    {
        // The admin group holds the instance together.
        if ($this->gid === 'admin') {
            return false;
        }
        $deleted = false;
        foreach ($this->backends as $backend) {
            $deleted = (method_exists($backend, 'deleteGroup') && $backend->deleteGroup($this->gid)) || $deleted;
        }
        return $deleted;
    }
}
