<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\LabTable\Migration;

use OCP\IDBConnection;
use OCP\Migration\IOutput;
use OCP\Migration\IRepairStep;

class FillTable implements IRepairStep
{
    private $db;

    public function __construct(IDBConnection $db)
    {
        $this->db = $db;
    }

    public function getName()
    {
        return 'Fill the table';
    }

    public function run(IOutput $output)
    {
        $output->info('filling');
        $this->db->executeUpdate('INSERT INTO `*PREFIX*labtable` (`uid`) VALUES (?)', ['admin']);
    }
}
