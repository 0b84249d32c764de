<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Service;

use OCP\IGroupManager;
use OCP\IUser;

/** Who may do what with their own SecSign ID, as the administrator set it. */
class Permissions {
	public function __construct(
		private readonly Settings $settings,
		private readonly IGroupManager $groups,
	) {
	}

	/** May this user change their own second factor in the personal settings? */
	public function mayEdit(IUser $user): bool {
		if ($this->settings->isOn('allowGroups')) {
			// then the groups alone decide, for administrators too
			return $this->isInOneOf($user, $this->settings->groups('allowEditGroups'));
		}
		return $this->settings->isOn('allowEdit') || $this->groups->isAdmin($user->getUID());
	}

	/** May this user take another SecSign ID than the proposed one at enrolment? */
	public function mayChoose(IUser $user): bool {
		if (!$this->settings->isOn('choice_enabled')) {
			return false;
		}
		$groups = $this->settings->groups('choice_groups');
		return $groups === [] || $this->isInOneOf($user, $groups);
	}

	/** @param list<string> $allowed */
	private function isInOneOf(IUser $user, array $allowed): bool {
		$own = array_map('strval', $this->groups->getUserGroupIds($user));
		if ($own === []) {
			return in_array(Settings::NO_GROUP, $allowed, true);
		}
		return array_intersect($own, $allowed) !== [];
	}
}
