<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Security;

use OC\Console\Command;

/** The folder of imported certificates. */
abstract class Certificates extends Command
{
    /** @var \OC\Config */
    private $config;

    public function __construct(\OC\Config $config)
    {
        $this->config = $config;
    }

    protected function folder(): string
    {
        return $this->config->getValue('datadirectory', \OC::$SERVERROOT . '/data') . '/files_external/uploads';
    }
}
