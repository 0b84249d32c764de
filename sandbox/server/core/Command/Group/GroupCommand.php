<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Group;

use OC\Console\Command;
use OCP\IGroupManager;
use OCP\IUserManager;

/** What the commands on groups share. */
abstract class GroupCommand extends Command
{
    /** @var IGroupManager */
    protected $groups;
    /** @var IUserManager */
    protected $people;

    public function __construct(IGroupManager $groups, IUserManager $people)
    {
        $this->groups = $groups;
        $this->people = $people;
    }
}
