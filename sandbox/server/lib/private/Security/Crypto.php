<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Security;

use OCP\Security\ICrypto;

/**
 * Encrypts with the instance's secret, in the shape of the real one: ciphertext|nonce|mac|3, all hexadecimal.
 *
 * The cipher is a keystream of HMACs, because a bare php-cli may come without openssl. The ciphertexts are
 * those of a sandbox: a real server cannot read them.
 */
class Crypto implements ICrypto
{
    /** @var \OC\Config */
    private $config;

    public function __construct(\OC\Config $config)
    {
        $this->config = $config;
    }

    public function calculateHMAC(string $message, string $password = ''): string
    {
        return hash_hmac('sha512', $message, hash('sha512', $this->key($password)), true);
    }

    public function encrypt(string $plaintext, string $password = ''): string
    {
        $nonce = random_bytes(16);
        $body = bin2hex($this->stream($plaintext, $nonce, $password)) . '|' . bin2hex($nonce);
        return $body . '|' . bin2hex($this->calculateHMAC($body, $password)) . '|3';
    }

    public function decrypt(string $authenticatedCiphertext, string $password = ''): string
    {
        $parts = explode('|', $authenticatedCiphertext);
        if (count($parts) !== 4) {
            throw new \Exception('Authenticated ciphertext could not be decoded.');
        }
        if (!hash_equals(bin2hex($this->calculateHMAC($parts[0] . '|' . $parts[1], $password)), $parts[2])) {
            throw new \Exception('HMAC does not match.');
        }
        return $this->stream((string) hex2bin($parts[0]), (string) hex2bin($parts[1]), $password);
    }

    private function stream(string $text, string $nonce, string $password): string
    {
        $key = hash_hmac('sha256', 'cipher', $this->key($password), true);
        $mask = '';
        for ($block = 0; strlen($mask) < strlen($text); $block++) {
            $mask .= hash_hmac('sha256', $nonce . pack('N', $block), $key, true);
        }
        return $text ^ substr($mask, 0, strlen($text));
    }

    private function key(string $password): string
    {
        return $password === '' ? (string) $this->config->getValue('secret', '') : $password;
    }
}
