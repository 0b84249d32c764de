<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\LabBroken\Provider;

use OCP\Authentication\TwoFactorAuth\IProvider;
use OCP\IDbConnection;
use OCP\IUser;
use OCP\Template;

class BrokenProvider implements IProvider
{
    public function __construct(IDbConnection $db)
    {
    }

    public function getId(): string
    {
        return 'labbroken';
    }

    public function getDisplayName(): string
    {
        return 'Broken provider';
    }

    public function getDescription(): string
    {
        return 'Broken provider';
    }

    public function getTemplate(IUser $user): Template
    {
        return new Template('labbroken', 'challenge');
    }

    public function verifyChallenge(IUser $user, string $challenge): bool
    {
        return false;
    }

    public function isTwoFactorAuthEnabledForUser(IUser $user): bool
    {
        return false;
    }
}
