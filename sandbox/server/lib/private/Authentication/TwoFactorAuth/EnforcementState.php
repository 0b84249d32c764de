<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Authentication\TwoFactorAuth;

/** Is a second factor demanded, and of whom. */
class EnforcementState implements \JsonSerializable
{
    /** @var bool */
    private $enforced;
    /** @var array */
    private $enforcedGroups;
    /** @var array */
    private $excludedGroups;

    public function __construct(bool $enforced, array $enforcedGroups = [], array $excludedGroups = [])
    {
        $this->enforced = $enforced;
        $this->enforcedGroups = $enforcedGroups;
        $this->excludedGroups = $excludedGroups;
    }

    public function isEnforced(): bool
    {
        return $this->enforced;
    }

    public function getEnforcedGroups(): array
    {
        return $this->enforcedGroups;
    }

    public function getExcludedGroups(): array
    {
        return $this->excludedGroups;
    }

    public function jsonSerialize(): array
    {
        return [
            'enforced' => $this->enforced,
            'enforcedGroups' => $this->enforcedGroups,
            'excludedGroups' => $this->excludedGroups,
        ];
    }
}
