<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\LabProv\Provider;

use OCP\Authentication\TwoFactorAuth\IActivatableByAdmin;
use OCP\Authentication\TwoFactorAuth\IDeactivatableByAdmin;
use OCP\IConfig;
use OCP\IUser;
use OCP\IUserSession;
use OCP\Mail\IMailer;
use OCP\Template;

class LabProvider implements IActivatableByAdmin, IDeactivatableByAdmin
{
    private $config;

    /** The mailer is one of the interfaces that the sandbox does not have and makes up. */
    public function __construct(string $appName, IConfig $config, IUserSession $session, IMailer $mailer)
    {
        $this->config = $config;
    }

    public function getId(): string
    {
        return 'labprov';
    }

    public function getDisplayName(): string
    {
        return 'Lab provider';
    }

    public function getDescription(): string
    {
        return 'Lab provider';
    }

    public function getTemplate(IUser $user): Template
    {
        return new Template('labprov', 'challenge');
    }

    public function verifyChallenge(IUser $user, string $challenge): bool
    {
        return $challenge === 'lab';
    }

    public function isTwoFactorAuthEnabledForUser(IUser $user): bool
    {
        return $this->config->getUserValue($user->getUID(), 'labprov', 'on') === '1';
    }

    public function enableFor(IUser $user)
    {
        $this->config->setUserValue($user->getUID(), 'labprov', 'on', '1');
    }

    public function disableFor(IUser $user)
    {
        $this->config->deleteUserValue($user->getUID(), 'labprov', 'on');
    }
}
