<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Authentication\TwoFactorAuth;

use OCP\Authentication\TwoFactorAuth\IProvider;
use OCP\Authentication\TwoFactorAuth\IRegistry;
use OCP\Authentication\TwoFactorAuth\TwoFactorProviderForUserRegistered;
use OCP\Authentication\TwoFactorAuth\TwoFactorProviderForUserUnregistered;
use OCP\EventDispatcher\IEventDispatcher;
use OCP\IDBConnection;
use OCP\IUser;

/** Whose provider is on or off, in oc_twofactor_providers. Outlives the provider's app: that is how people get locked out. */
class Registry implements IRegistry
{
    /** @var IDBConnection */
    private $db;
    /** @var IEventDispatcher */
    private $events;

    public function __construct(IDBConnection $db, IEventDispatcher $events)
    {
        $this->db = $db;
        $this->events = $events;
    }

    public function getProviderStates(IUser $user): array
    {
        $states = [];
        $rows = $this->db->executeQuery(
            'SELECT `provider_id`, `enabled` FROM `*PREFIX*twofactor_providers` WHERE `uid` = ? ORDER BY rowid',
            [$user->getUID()]
        );
        foreach ($rows->fetchAll() as $row) {
            $states[$row['provider_id']] = (int) $row['enabled'] === 1;
        }
        return $states;
    }

    public function enableProviderFor(IProvider $provider, IUser $user)
    {
        $this->persist($provider->getId(), $user->getUID(), 1);
        $this->events->dispatchTyped(new TwoFactorProviderForUserRegistered($user, $provider));
    }

    public function disableProviderFor(IProvider $provider, IUser $user)
    {
        $this->persist($provider->getId(), $user->getUID(), 0);
        $this->events->dispatchTyped(new TwoFactorProviderForUserUnregistered($user, $provider));
    }

    public function cleanUp(string $providerId)
    {
        $this->db->perform('DELETE FROM `*PREFIX*twofactor_providers` WHERE `provider_id` = ?', [$providerId]);
    }

    public function deleteUserData(IUser $user): void
    {
        $this->db->perform('DELETE FROM `*PREFIX*twofactor_providers` WHERE `uid` = ?', [$user->getUID()]);
    }

    private function persist(string $provider, string $uid, int $enabled): void
    {
        $known = $this->db->perform(
            'UPDATE `*PREFIX*twofactor_providers` SET `enabled` = ? WHERE `provider_id` = ? AND `uid` = ?',
            [$enabled, $provider, $uid]
        );
        if ($known === 0) {
            $this->db->insertIgnoreConflict(
                '*PREFIX*twofactor_providers',
                ['provider_id' => $provider, 'uid' => $uid, 'enabled' => $enabled]
            );
        }
    }
}
