<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\User;

use OCP\IDBConnection;
use OCP\IUserManager;

class ListTokens extends UserCommand
{
    /** @var IDBConnection */
    private $db;

    public function __construct(IUserManager $people, IDBConnection $db)
    {
        parent::__construct($people);
        $this->db = $db;
    }

    protected function execute(): int
    {
        $uid = (string) $this->input->argument('user');
        if (!$this->people->userExists($uid)) {
            $this->output->writeln('user not found');
            return 1;
        }
        $tokens = [];
        $rows = $this->db->executeQuery(
            'SELECT `id`, `name`, `last_activity`, `type` FROM `*PREFIX*authtoken` WHERE `uid` = ? ORDER BY `id`',
            [$uid]
        );
        foreach ($rows->fetchAll() as $row) {
            $tokens[] = [
                'id' => (int) $row['id'],
                'name' => $row['name'],
                'lastActivity' => (int) $row['last_activity'],
                'type' => (int) $row['type'],
                'scope' => ['filesystem' => true],
            ];
        }
        $this->printArray($tokens);
        return 0;
    }
}
