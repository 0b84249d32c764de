<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\TwoFactorAuth;

use OC\Authentication\TwoFactorAuth\EnforcementState;
use OC\Authentication\TwoFactorAuth\MandatoryTwoFactor;
use OC\Console\Command;

/** Groups are stored as they are given, existing or not; --on without groups clears them. */
class Enforce extends Command
{
    /** @var MandatoryTwoFactor */
    private $policy;

    public function __construct(MandatoryTwoFactor $policy)
    {
        $this->policy = $policy;
    }

    protected function execute(): int
    {
        if ($this->input->option('on')) {
            $this->policy->setState(new EnforcementState(
                true,
                $this->input->option('group'),
                $this->input->option('exclude')
            ));
        } elseif ($this->input->option('off')) {
            $this->policy->setState(new EnforcementState(false));
        }
        $this->say($this->policy->getState());
        return 0;
    }

    private function say(EnforcementState $state): void
    {
        if (!$state->isEnforced()) {
            $this->output->writeln('Two-factor authentication is not enforced');
            return;
        }
        $message = 'Two-factor authentication is enforced for '
            . ($state->getEnforcedGroups() === []
                ? 'all users'
                : 'members of the group(s) ' . implode(', ', $state->getEnforcedGroups()));
        if ($state->getExcludedGroups() !== []) {
            $message .= ', except members of ' . implode(', ', $state->getExcludedGroups());
        }
        $this->output->writeln($message);
    }
}
