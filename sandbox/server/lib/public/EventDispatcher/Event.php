<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\EventDispatcher;

class Event
{
    public function __construct()
    {
    }

    public function stopPropagation(): void
    {
    }

    public function isPropagationStopped(): bool
    {
        return false;
    }
}
