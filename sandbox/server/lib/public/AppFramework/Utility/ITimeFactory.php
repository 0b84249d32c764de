<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\AppFramework\Utility;

interface ITimeFactory
{
    public function getTime(): int;

    public function getDateTime(string $time = 'now', ?\DateTimeZone $timezone = null): \DateTime;
}
