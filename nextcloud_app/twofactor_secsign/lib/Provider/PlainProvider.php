<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Provider;

/** While onboarding is off: users get their SecSign ID from the administrator. */
final class PlainProvider extends SecSignProvider {
}
