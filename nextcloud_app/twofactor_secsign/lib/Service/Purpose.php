<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Service;

/** What an approval is asked for. One given for one purpose is worth nothing for another. */
enum Purpose: string {
	/** The second factor of a login. */
	case Challenge = 'challenge';
	/** Enrolment in the middle of a login. */
	case LoginSetup = 'login_setup';
	/** A change in the personal settings, by somebody who is fully logged in. */
	case Personal = 'personal';
}
