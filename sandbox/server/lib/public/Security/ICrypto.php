<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\Security;

interface ICrypto
{
    public function calculateHMAC(string $message, string $password = ''): string;

    public function encrypt(string $plaintext, string $password = ''): string;

    public function decrypt(string $authenticatedCiphertext, string $password = ''): string;
}
