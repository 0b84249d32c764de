<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Background;

class Cron extends Mode
{
    protected function mode(): string
    {
        return 'cron';
    }
}
