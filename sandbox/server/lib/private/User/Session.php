<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\User;

use OCP\IUserSession;

/** Nobody is logged in on a command line, unless a script says so. */
class Session implements IUserSession
{
    /** @var \OCP\IUser|null */
    private $user;

    public function getUser()
    {
        return $this->user;
    }

    public function setUser($user)
    {
        $this->user = $user;
    }

    public function isLoggedIn()
    {
        return $this->user !== null;
    }
}
