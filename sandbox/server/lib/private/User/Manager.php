<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\User;

use OC\Sandbox\Release;
use OCP\IConfig;
use OCP\IUserManager;

/** All people, from every backend. */
class Manager implements IUserManager
{
    /** @var IConfig */
    private $config;
    /** @var \OCP\UserInterface[] */
    private $backends;
    /** @var array<string, User> */
    private $users = [];

    public function __construct(IConfig $config, Database $database)
    {
        $this->config = $config;
        $this->backends = [$database];
    }

    public function registerBackend($backend)
    {
        $this->backends[] = $backend;
    }

    public function removeBackend($backend)
    {
        $this->backends = array_values(array_filter($this->backends, function ($known) use ($backend) {
            return $known !== $backend;
        }));
        $this->users = [];
    }

    public function clearBackends()
    {
        $this->backends = [];
        $this->users = [];
    }

    public function getBackends()
    {
        return $this->backends;
    }

    public function get($uid)
    {
        $uid = (string) $uid;
        foreach ($this->backends as $backend) {
            if (isset($this->users[$uid])) {
                break;
            }
            if ($backend->userExists($uid)) {
                $real = method_exists($backend, 'getRealUID') ? $backend->getRealUID($uid) : $uid;
                $this->users[$uid] = $this->users[$real] ?? $this->user((string) $real, $backend);
            }
        }
        return $this->users[$uid] ?? null;
    }

    public function userExists($uid)
    {
        return $this->get($uid) !== null;
    }

    public function checkPassword($loginName, $password)
    {
        foreach ($this->backends as $backend) {
            $uid = method_exists($backend, 'checkPassword') ? $backend->checkPassword($loginName, $password) : false;
            if ($uid !== false) {
                return $this->user($uid, $backend);
            }
        }
        return false;
    }

    public function search($pattern, $limit = null, $offset = null)
    {
        $found = [];
        foreach ($this->backends as $backend) {
            foreach ($backend->getUsers($pattern, $limit, $offset) as $uid) {
                $found[(string) $uid] = $this->user((string) $uid, $backend);
            }
        }
        return $found;
    }

    /** Paged in the backend's order, then put in the order of what is shown. */
    public function searchDisplayName($pattern, $limit = null, $offset = null)
    {
        $found = [];
        foreach ($this->backends as $backend) {
            foreach ($backend->getDisplayNames($pattern, $limit, $offset) as $uid => $unused) {
                $found[(string) $uid] = $this->user((string) $uid, $backend);
            }
        }
        uasort($found, function (User $one, User $other) {
            return strcasecmp($one->getDisplayName(), $other->getDisplayName());
        });
        return $found;
    }

    public function createUser($uid, $password)
    {
        $uid = (string) $uid;
        $spaces = strpos(Release::behaviour('user.name_rule'), 'spaces') !== false ? ' ' : '';
        if (preg_match('/[^a-zA-Z0-9' . $spaces . '_.@\-\']/', $uid)) {
            throw new \InvalidArgumentException(Release::behaviour('user.name_rule'));
        }
        if (trim($uid) === '') {
            throw new \InvalidArgumentException('A valid username must be provided');
        }
        if (trim((string) $password) === '') {
            throw new \InvalidArgumentException('A valid password must be provided');
        }
        if (strlen((string) $password) < 10) {
            throw new \OCP\HintException(Release::behaviour('user.weak_password'));
        }
        if ($this->userExists($uid)) {
            throw new \InvalidArgumentException('The ' . Release::behaviour('user.noun') . ' already exists');
        }
        foreach ($this->backends as $backend) {
            if (method_exists($backend, 'createUser')) {
                return $backend->createUser($uid, (string) $password) ? $this->user($uid, $backend) : false;
            }
        }
        return false;
    }

    public function countUsers()
    {
        $counts = [];
        foreach ($this->backends as $backend) {
            if (method_exists($backend, 'countUsers')) {
                $counts[$backend->getBackendName()] = $backend->countUsers();
            }
        }
        return $counts;
    }

    public function countDisabledUsers(): int
    {
        return count($this->config->getUsersForUserValue('core', 'enabled', 'false'));
    }

    /** @return User[] */
    public function getDisabledUsers(?int $limit = null, int $offset = 0, string $search = ''): array
    {
        $uids = $this->config->getUsersForUserValue('core', 'enabled', 'false');
        sort($uids, SORT_STRING);
        $users = [];
        foreach (array_slice($uids, $offset, $limit) as $uid) {
            $user = $this->get($uid);
            if ($user !== null) {
                $users[(string) $uid] = $user;
            }
        }
        return $users;
    }

    public function callForAllUsers(\Closure $callback, $search = '')
    {
        foreach ($this->search($search) as $user) {
            if ($callback($user) === false) {
                return;
            }
        }
    }

    public function callForSeenUsers(\Closure $callback)
    {
        foreach ($this->search('') as $user) {
            if ($user->getLastLogin() > 0 && $callback($user) === false) {
                return;
            }
        }
    }

    public function getByEmail($email)
    {
        return array_values(array_filter(array_map(
            [$this, 'get'],
            $this->config->getUsersForUserValue('settings', 'email', $email)
        )));
    }

    private function user(string $uid, $backend): User
    {
        if (!isset($this->users[$uid])) {
            $this->users[$uid] = new User($uid, $backend, $this->config);
        }
        return $this->users[$uid];
    }
}
