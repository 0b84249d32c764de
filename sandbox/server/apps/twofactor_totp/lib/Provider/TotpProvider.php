<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\TwoFactorTOTP\Provider;

use OCA\TwoFactorTOTP\Service\Totp;
use OCP\Authentication\TwoFactorAuth\IActivatableAtLogin;
use OCP\Authentication\TwoFactorAuth\IDeactivatableByAdmin;
use OCP\Authentication\TwoFactorAuth\ILoginSetupProvider;
use OCP\Authentication\TwoFactorAuth\IProvidesIcons;
use OCP\IL10N;
use OCP\IUser;
use OCP\Template;

/** Set up by people at login, switched off by administrators, never switched on by them. */
class TotpProvider implements IActivatableAtLogin, IDeactivatableByAdmin, IProvidesIcons
{
    /** @var Totp */
    private $totp;
    /** @var IL10N */
    private $l10n;

    public function __construct(Totp $totp, IL10N $l10n)
    {
        $this->totp = $totp;
        $this->l10n = $l10n;
    }

    public function getId(): string
    {
        return 'totp';
    }

    public function getDisplayName(): string
    {
        return $this->l10n->t('TOTP (Authenticator app)');
    }

    public function getDescription(): string
    {
        return $this->l10n->t('Authenticate with a TOTP app');
    }

    public function getTemplate(IUser $user): Template
    {
        return new Template('twofactor_totp', 'challenge');
    }

    public function verifyChallenge(IUser $user, string $challenge): bool
    {
        return $this->totp->validate($user, trim($challenge));
    }

    public function isTwoFactorAuthEnabledForUser(IUser $user): bool
    {
        return $this->totp->hasSecret($user);
    }

    public function getLightIcon(): string
    {
        return '/apps/twofactor_totp/img/app.svg';
    }

    public function getDarkIcon(): string
    {
        return '/apps/twofactor_totp/img/app-dark.svg';
    }

    public function disableFor(IUser $user)
    {
        $this->totp->deleteSecret($user);
    }

    public function getLoginSetup(IUser $user): ILoginSetupProvider
    {
        return new LoginSetup();
    }
}
