<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Security;

class ImportCertificate extends Certificates
{
    protected function execute(): int
    {
        $path = (string) $this->input->argument('path');
        if (!is_file($path)) {
            $this->output->writeln('Certificate not found, please provide a path accessible by the web server user');
            return 1;
        }
        $certificate = (string) file_get_contents($path);
        if (strpos($certificate, '-----BEGIN CERTIFICATE-----') === false) {
            throw new \Exception('Certificate could not get parsed.');
        }
        if (!is_dir($this->folder())) {
            mkdir($this->folder(), 0770, true);
        }
        file_put_contents($this->folder() . '/' . basename($path), $certificate);
        return 0;
    }
}
