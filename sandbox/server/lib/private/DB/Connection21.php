<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\DB;

class Connection21 extends Connection
{
    public function executeStatement($sql, array $params = [], array $types = []): int
    {
        return $this->perform($sql, $params, $types);
    }
}
