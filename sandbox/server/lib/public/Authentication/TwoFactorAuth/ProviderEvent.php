<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\Authentication\TwoFactorAuth;

use OCP\EventDispatcher\Event;
use OCP\IUser;

/** What the events about one person's provider have in common. */
abstract class ProviderEvent extends Event
{
    /** @var IUser */
    private $user;
    /** @var IProvider */
    private $provider;

    public function __construct(IUser $user, IProvider $provider)
    {
        parent::__construct();
        $this->user = $user;
        $this->provider = $provider;
    }

    public function getUser(): IUser
    {
        return $this->user;
    }

    public function getProvider(): IProvider
    {
        return $this->provider;
    }
}
