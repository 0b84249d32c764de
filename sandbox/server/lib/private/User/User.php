<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\User;

use OC\Sandbox\Release;
use OCP\IConfig;
use OCP\IUser;
use OCP\IUserBackend;
use OCP\UserInterface;

/** One person. */
class User implements IUser
{
    /** @var string */
    private $uid;
    /** @var UserInterface */
    private $backend;
    /** @var IConfig */
    private $config;
    /** @var string|null */
    private $displayName;

    public function __construct(string $uid, UserInterface $backend, IConfig $config)
    {
        $this->uid = $uid;
        $this->backend = $backend;
        $this->config = $config;
    }

    public function getUID()
    {
        return $this->uid;
    }

    public function getDisplayName()
    {
        if ($this->displayName === null) {
            $this->displayName = (string) $this->backend->getDisplayName($this->uid);
        }
        return $this->displayName;
    }

    public function setDisplayName($displayName)
    {
        $this->displayName = null;
        if (Release::behaviour('user.stores_display_name')) {
            $this->config->setUserValue($this->uid, 'settings', 'display_name', $displayName);
        }
        return method_exists($this->backend, 'setDisplayName') && $this->backend->setDisplayName($this->uid, $displayName);
    }

    public function getLastLogin()
    {
        return (int) $this->config->getUserValue($this->uid, 'login', 'lastLogin', 0);
    }

    public function getFirstLogin(): int
    {
        return (int) $this->config->getUserValue($this->uid, 'login', 'firstLogin', 0);
    }

    public function updateLastLoginTimestamp()
    {
        $first = $this->getLastLogin() === 0;
        $now = (string) time();
        $this->config->setUserValue($this->uid, 'login', 'lastLogin', $now);
        if ($first) {
            $this->config->setUserValue($this->uid, 'login', 'firstLogin', $now);
        }
        return $first;
    }

    public function delete()
    {
        if (!$this->backend->deleteUser($this->uid)) {
            return false;
        }
        $groups = \OC::$server->query(\OCP\IGroupManager::class);
        foreach ($groups->getUserGroups($this) as $group) {
            $group->removeUser($this);
        }
        $this->config->deleteAllUserValues($this->uid);
        \OC::$server->query(\OC\Authentication\TwoFactorAuth\Registry::class)->deleteUserData($this);
        return true;
    }

    public function setPassword($password, $recoveryPassword = null)
    {
        return method_exists($this->backend, 'setPassword') && $this->backend->setPassword($this->uid, $password);
    }

    public function getHome()
    {
        return method_exists($this->backend, 'getHome')
            ? $this->backend->getHome($this->uid)
            : $this->config->getSystemValue('datadirectory', \OC::$SERVERROOT . '/data') . '/' . $this->uid;
    }

    public function getBackendClassName()
    {
        return $this->backend instanceof IUserBackend ? $this->backend->getBackendName() : get_class($this->backend);
    }

    public function getBackend()
    {
        return $this->backend;
    }

    public function isEnabled()
    {
        return $this->config->getUserValue($this->uid, 'core', 'enabled', 'true') === 'true';
    }

    public function setEnabled(bool $enabled = true)
    {
        if ($enabled) {
            $this->config->deleteUserValue($this->uid, 'core', 'enabled');
        } else {
            $this->config->setUserValue($this->uid, 'core', 'enabled', 'false');
        }
    }

    public function getEMailAddress()
    {
        $address = $this->config->getUserValue($this->uid, 'settings', 'email', '');
        return $address === '' ? null : $address;
    }

    public function setEMailAddress($mailAddress)
    {
        if ((string) $mailAddress === '') {
            $this->config->deleteUserValue($this->uid, 'settings', 'email');
        } else {
            $this->config->setUserValue($this->uid, 'settings', 'email', $mailAddress);
        }
    }

    public function setSystemEMailAddress(string $mailAddress): void
    {
        $this->setEMailAddress($mailAddress);
    }

    public function getCloudId()
    {
        $host = rtrim((string) $this->config->getSystemValue('overwrite.cli.url', 'http://localhost'), '/');
        if (!Release::behaviour('user.cloud_id_has_scheme')) {
            $host = preg_replace('#^https?://#', '', $host);
        }
        return $this->uid . '@' . $host;
    }

    public function getQuota()
    {
        return (string) $this->config->getUserValue($this->uid, 'files', 'quota', 'none');
    }
}
