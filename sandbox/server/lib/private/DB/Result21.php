<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\DB;

use OCP\DB\IResult;

class Result21 extends Result implements IResult
{
    public function fetchOne()
    {
        return $this->statement->fetchColumn();
    }
}
