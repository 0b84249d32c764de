<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Security;

class RemoveCertificate extends Certificates
{
    protected function execute(): int
    {
        $file = $this->folder() . '/' . basename((string) $this->input->argument('name'));
        if (is_file($file)) {
            unlink($file);
        }
        return 0;
    }
}
