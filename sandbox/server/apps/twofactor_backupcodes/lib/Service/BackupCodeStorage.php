<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\TwoFactorBackupCodes\Service;

use OCP\Authentication\TwoFactorAuth\IRegistry;
use OCP\IDBConnection;
use OCP\IUser;
use OCP\Security\IHasher;
use OCP\Security\ISecureRandom;

/** One-time codes for people whose second factor is out of reach. Kept as hashes, ten at a time. */
class BackupCodeStorage
{
    private const LENGTH = 16;

    /** @var IDBConnection */
    private $db;
    /** @var ISecureRandom */
    private $random;
    /** @var IHasher */
    private $hasher;
    /** @var IRegistry */
    private $registry;

    public function __construct(IDBConnection $db, ISecureRandom $random, IHasher $hasher, IRegistry $registry)
    {
        $this->db = $db;
        $this->random = $random;
        $this->hasher = $hasher;
        $this->registry = $registry;
    }

    /**
     * Replaces what the person had.
     *
     * @return string[] the codes in clear, this once
     */
    public function createCodes(IUser $user, int $number = 10): array
    {
        $this->deleteCodes($user);
        $codes = [];
        for ($left = min($number, 20); $left > 0; $left--) {
            $codes[] = $code = $this->random->generate(self::LENGTH, ISecureRandom::CHAR_HUMAN_READABLE);
            $this->db->executeUpdate(
                'INSERT INTO `*PREFIX*twofactor_backupcodes` (`user_id`, `code`, `used`) VALUES (?, ?, 0)',
                [$user->getUID(), $this->hasher->hash($code)]
            );
        }
        $this->registry->enableProviderFor(
            \OC::$server->query(\OCA\TwoFactorBackupCodes\Provider\BackupCodesProvider::class),
            $user
        );
        return $codes;
    }

    public function hasBackupCodes(IUser $user): bool
    {
        return $this->getBackupCodesState($user)['enabled'];
    }

    /** @return array{enabled: bool, total: int, used: int} */
    public function getBackupCodesState(IUser $user): array
    {
        $row = $this->db->executeQuery(
            'SELECT COUNT(*) AS `total`, SUM(`used`) AS `used` FROM `*PREFIX*twofactor_backupcodes` WHERE `user_id` = ?',
            [$user->getUID()]
        )->fetch();
        return ['enabled' => (int) $row['total'] > 0, 'total' => (int) $row['total'], 'used' => (int) $row['used']];
    }

    /** A code counts once; the person's provider stays on when all are used up. */
    public function validateCode(IUser $user, string $code): bool
    {
        $rows = $this->db->executeQuery(
            'SELECT `id`, `code` FROM `*PREFIX*twofactor_backupcodes` WHERE `user_id` = ? AND `used` = 0',
            [$user->getUID()]
        )->fetchAll();
        foreach ($rows as $row) {
            if ($this->hasher->verify($code, $row['code'])) {
                $this->db->executeUpdate(
                    'UPDATE `*PREFIX*twofactor_backupcodes` SET `used` = 1 WHERE `id` = ?',
                    [(int) $row['id']]
                );
                return true;
            }
        }
        return false;
    }

    public function deleteCodes(IUser $user): void
    {
        $this->db->executeUpdate('DELETE FROM `*PREFIX*twofactor_backupcodes` WHERE `user_id` = ?', [$user->getUID()]);
    }
}
