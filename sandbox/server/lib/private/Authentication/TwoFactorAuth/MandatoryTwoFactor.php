<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Authentication\TwoFactorAuth;

use OCP\IConfig;
use OCP\IGroupManager;
use OCP\IUser;

/**
 * The policy. Named groups win: then exactly their members are in scope and exclusions do not count.
 * Exclusions count only when everybody is in scope. "On" is the text "true" and nothing else.
 */
class MandatoryTwoFactor
{
    /** @var IConfig */
    private $config;
    /** @var IGroupManager */
    private $groups;

    public function __construct(IConfig $config, IGroupManager $groups)
    {
        $this->config = $config;
        $this->groups = $groups;
    }

    public function getState(): EnforcementState
    {
        return new EnforcementState(
            $this->config->getSystemValue('twofactor_enforced', 'false') === 'true',
            (array) $this->config->getSystemValue('twofactor_enforced_groups', []),
            (array) $this->config->getSystemValue('twofactor_enforced_excluded_groups', [])
        );
    }

    public function setState(EnforcementState $state)
    {
        $this->config->setSystemValue('twofactor_enforced', $state->isEnforced() ? 'true' : 'false');
        $this->config->setSystemValue('twofactor_enforced_groups', $state->getEnforcedGroups());
        $this->config->setSystemValue('twofactor_enforced_excluded_groups', $state->getExcludedGroups());
    }

    public function isEnforcedFor(IUser $user): bool
    {
        $state = $this->getState();
        if (!$state->isEnforced()) {
            return false;
        }
        $isIn = function ($group) use ($user) {
            return $this->groups->isInGroup($user->getUID(), (string) $group);
        };
        if ($state->getEnforcedGroups() !== []) {
            return array_filter($state->getEnforcedGroups(), $isIn) !== [];
        }
        return array_filter($state->getExcludedGroups(), $isIn) === [];
    }
}
