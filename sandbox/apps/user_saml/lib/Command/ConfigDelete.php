<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\User_SAML\Command;

use OC\Console\Command;
use OCA\User_SAML\SAMLSettings;

class ConfigDelete extends Command
{
    public const NAME = 'saml:config:delete';
    public const ABOUT = '';

    /** @var SAMLSettings */
    private $settings;

    public function __construct(SAMLSettings $settings)
    {
        $this->settings = $settings;
    }

    public static function usage(): string
    {
        return '<providerId>';
    }

    protected function execute(): int
    {
        $given = (string) $this->input->argument('providerId');
        if ((string) (int) $given !== $given) {
            $this->output->writeln('providerId argument needs to be an number. Got: ' . (int) $given);
            return 1;
        }
        $this->settings->delete((int) $given);
        $this->output->writeln('Provider deleted.');
        return 0;
    }
}
