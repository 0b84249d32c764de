<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Group;

use OCP\IGroupManager;
use OCP\IUser;
use OCP\IUserManager;

/** All groups, from every backend. */
class Manager implements IGroupManager
{
    /** @var IUserManager */
    private $people;
    /** @var \OCP\GroupInterface[] */
    private $backends;

    public function __construct(IUserManager $people, Database $database)
    {
        $this->people = $people;
        $this->backends = [$database];
    }

    public function isBackendUsed($backendClass)
    {
        foreach ($this->backends as $backend) {
            if (strcasecmp(get_class($backend), ltrim($backendClass, '\\')) === 0) {
                return true;
            }
        }
        return false;
    }

    public function addBackend($backend)
    {
        $this->backends[] = $backend;
    }

    public function clearBackends()
    {
        $this->backends = [];
    }

    public function getBackends()
    {
        return $this->backends;
    }

    public function get($gid)
    {
        $knowing = array_values(array_filter($this->backends, function ($backend) use ($gid) {
            return $backend->groupExists($gid);
        }));
        return $knowing === [] ? null : new Group((string) $gid, $knowing, $this->people);
    }

    public function groupExists($gid)
    {
        return $this->get($gid) !== null;
    }

    public function createGroup($gid)
    {
        if ((string) $gid === '') {
            return null;
        }
        $existing = $this->get($gid);
        if ($existing !== null) {
            return $existing;
        }
        foreach ($this->backends as $backend) {
            if (method_exists($backend, 'createGroup') && $backend->createGroup((string) $gid)) {
                return $this->get($gid);
            }
        }
        return null;
    }

    public function search(string $search, ?int $limit = null, ?int $offset = 0)
    {
        $groups = [];
        foreach ($this->backends as $backend) {
            foreach ($backend->getGroups($search, $limit ?? -1, $offset ?? 0) as $gid) {
                $groups[(string) $gid] = $this->get($gid);
            }
        }
        return array_values(array_filter($groups));
    }

    public function getUserGroups(?IUser $user = null)
    {
        $groups = [];
        foreach ($user === null ? [] : $this->getUserGroupIds($user) as $gid) {
            $group = $this->get($gid);
            if ($group !== null) {
                $groups[$gid] = $group;
            }
        }
        return $groups;
    }

    public function getUserGroupIds(IUser $user): array
    {
        $ids = [];
        foreach ($this->backends as $backend) {
            foreach ($backend->getUserGroups($user->getUID()) as $gid) {
                $ids[] = (string) $gid;
            }
        }
        return array_values(array_unique($ids));
    }

    public function displayNamesInGroup($gid, $search = '', $limit = -1, $offset = 0)
    {
        $group = $this->get($gid);
        $names = [];
        foreach ($group === null ? [] : $group->searchUsers($search, $limit, $offset) as $user) {
            $names[$user->getUID()] = $user->getDisplayName();
        }
        return $names;
    }

    public function isAdmin($userId)
    {
        return $this->isInGroup($userId, 'admin');
    }

    public function isInGroup($userId, $group)
    {
        foreach ($this->backends as $backend) {
            if ($backend->inGroup($userId, $group)) {
                return true;
            }
        }
        return false;
    }
}
