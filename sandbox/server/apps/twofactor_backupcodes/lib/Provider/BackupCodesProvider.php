<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\TwoFactorBackupCodes\Provider;

use OCA\TwoFactorBackupCodes\Service\BackupCodeStorage;
use OCP\Authentication\TwoFactorAuth\IDeactivatableByAdmin;
use OCP\IUser;
use OCP\Template;

class BackupCodesProvider implements IDeactivatableByAdmin
{
    /** @var string */
    private $appName;
    /** @var BackupCodeStorage */
    private $storage;

    public function __construct(string $appName, BackupCodeStorage $storage)
    {
        $this->appName = $appName;
        $this->storage = $storage;
    }

    public function getId(): string
    {
        return 'backup_codes';
    }

    public function getDisplayName(): string
    {
        return 'Backup code';
    }

    public function getDescription(): string
    {
        return 'Use backup code';
    }

    public function getTemplate(IUser $user): Template
    {
        return new Template($this->appName, 'challenge');
    }

    public function verifyChallenge(IUser $user, string $challenge): bool
    {
        return $this->storage->validateCode($user, trim($challenge));
    }

    public function isTwoFactorAuthEnabledForUser(IUser $user): bool
    {
        return $this->storage->hasBackupCodes($user);
    }

    public function disableFor(IUser $user)
    {
        $this->storage->deleteCodes($user);
    }
}
