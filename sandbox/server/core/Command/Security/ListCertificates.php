<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Security;

class ListCertificates extends Certificates
{
    protected function execute(): int
    {
        $certificates = [];
        foreach (glob($this->folder() . '/*') ?: [] as $file) {
            $parsed = function_exists('openssl_x509_parse') ? openssl_x509_parse((string) file_get_contents($file)) : false;
            $certificates[] = [
                'name' => basename($file),
                'common_name' => $parsed === false ? null : ($parsed['subject']['CN'] ?? null),
                'organization' => $parsed === false ? null : ($parsed['subject']['O'] ?? null),
                'expire' => $parsed === false ? null : gmdate('c', $parsed['validTo_time_t']),
                'issuer' => $parsed === false ? null : ($parsed['issuer']['CN'] ?? null),
            ];
        }
        $this->printArray($certificates);
        return 0;
    }
}
