<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\AppFramework\Utility;

use OCP\AppFramework\Utility\ITimeFactory;

class TimeFactory implements ITimeFactory
{
    public function getTime(): int
    {
        return time();
    }

    public function getDateTime(string $time = 'now', ?\DateTimeZone $timezone = null): \DateTime
    {
        return new \DateTime($time, $timezone ?: new \DateTimeZone('UTC'));
    }

    public function now(): \DateTimeImmutable
    {
        return new \DateTimeImmutable('now', new \DateTimeZone('UTC'));
    }
}
