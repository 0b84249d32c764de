<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\TwoFactorTOTP\Service;

use OCP\IDBConnection;
use OCP\IUser;
use OCP\Security\ICrypto;

/** Time-based codes (RFC 6238): a secret a person, six digits every thirty seconds. */
class Totp
{
    /** @var IDBConnection */
    private $db;
    /** @var ICrypto */
    private $crypto;

    public function __construct(IDBConnection $db, ICrypto $crypto)
    {
        $this->db = $db;
        $this->crypto = $crypto;
    }

    public function hasSecret(IUser $user): bool
    {
        return $this->secret($user) !== null;
    }

    public function deleteSecret(IUser $user): void
    {
        $this->db->executeUpdate('DELETE FROM `*PREFIX*twofactor_totp_secrets` WHERE `user_id` = ?', [$user->getUID()]);
    }

    public function validate(IUser $user, string $code): bool
    {
        $secret = $this->secret($user);
        $step = intdiv(time(), 30);
        foreach ($secret === null ? [] : [$step, $step - 1, $step + 1] as $counter) {
            if (hash_equals(self::code($secret, $counter), $code)) {
                return true;
            }
        }
        return false;
    }

    public static function code(string $secret, int $counter): string
    {
        $hash = hash_hmac('sha1', pack('J', $counter), $secret, true);
        $offset = ord($hash[19]) & 0xf;
        $number = unpack('N', substr($hash, $offset, 4))[1] & 0x7fffffff;
        return str_pad((string) ($number % 1000000), 6, '0', STR_PAD_LEFT);
    }

    private function secret(IUser $user): ?string
    {
        $sealed = $this->db->executeQuery(
            'SELECT `secret` FROM `*PREFIX*twofactor_totp_secrets` WHERE `user_id` = ? AND `state` = 2',
            [$user->getUID()]
        )->fetchColumn();
        return $sealed === false ? null : $this->crypto->decrypt($sealed);
    }
}
