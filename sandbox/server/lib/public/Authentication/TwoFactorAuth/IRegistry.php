<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\Authentication\TwoFactorAuth;

use OCP\IUser;

interface IRegistry
{
    public const EVENT_PROVIDER_ENABLED = self::class . '::enable';
    public const EVENT_PROVIDER_DISABLED = self::class . '::disable';

    /** @return array<string, bool> */
    public function getProviderStates(IUser $user): array;

    public function enableProviderFor(IProvider $provider, IUser $user);

    public function disableProviderFor(IProvider $provider, IUser $user);

    public function cleanUp(string $providerId);
}
