<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Migration;

use OCP\Migration\IOutput;

/** Where migrations and repair steps may talk without being heard. */
class SilentOutput implements IOutput
{
    public function debug(string $message): void
    {
    }

    public function info($message)
    {
    }

    public function warning($message)
    {
    }

    public function startProgress($max = 0)
    {
    }

    public function advance($step = 1, $description = '')
    {
    }

    public function finishProgress()
    {
    }
}
