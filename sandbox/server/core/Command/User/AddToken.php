<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\User;

use OCP\IDBConnection;
use OCP\IUserManager;
use OCP\Security\ISecureRandom;

/** App passwords are listed and deleted, but nothing here logs in with one. */
class AddToken extends UserCommand
{
    /** @var IDBConnection */
    private $db;
    /** @var ISecureRandom */
    private $random;

    public function __construct(IUserManager $people, IDBConnection $db, ISecureRandom $random)
    {
        parent::__construct($people);
        $this->db = $db;
        $this->random = $random;
    }

    protected function execute(): int
    {
        $uid = (string) $this->input->argument('user');
        if (!$this->people->userExists($uid)) {
            $this->output->writeln("User does not exist");
            return 1;
        }
        if ($this->input->option('password-from-env')) {
            if ((string) getenv('NC_PASS') === '') {
                $this->output->writeln('--password-from-env given, but NC_PASS is empty!');
                return 1;
            }
        }
        $token = $this->random->generate(72, ISecureRandom::CHAR_ALPHANUMERIC);
        $this->db->insertIgnoreConflict('*PREFIX*authtoken', [
            'uid' => $uid,
            'login_name' => $this->input->option('login-name') ?? $uid,
            'name' => $this->input->option('name') ?? 'cli',
            'token' => hash('sha512', $token),
            'type' => 1,
            'last_activity' => time(),
            'version' => 2,
        ]);
        $this->output->writeln(['app password:', $token]);
        return 0;
    }
}
