<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\LabPeople;

use OCP\IUserBackend;
use OCP\UserInterface;

class Backend implements IUserBackend, UserInterface
{
    private const NAMES = ['zoe' => 'Zoe from elsewhere', 'zora' => 'Zora from elsewhere'];

    public function implementsActions($actions)
    {
        return (bool) ($actions & \OC\User\Backend::GET_DISPLAYNAME);
    }

    public function deleteUser($uid)
    {
        return false;
    }

    public function getUsers($search = '', $limit = null, $offset = null)
    {
        return array_slice(array_keys(self::NAMES), (int) $offset, $limit);
    }

    public function userExists($uid)
    {
        return isset(self::NAMES[$uid]);
    }

    public function getDisplayName($uid)
    {
        return self::NAMES[$uid] ?? $uid;
    }

    public function getDisplayNames($search = '', $limit = null, $offset = null)
    {
        return array_slice(self::NAMES, (int) $offset, $limit);
    }

    public function hasUserListings()
    {
        return true;
    }

    public function getBackendName()
    {
        return 'Elsewhere';
    }
}
