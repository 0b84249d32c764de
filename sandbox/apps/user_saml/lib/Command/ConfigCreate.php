<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\User_SAML\Command;

use OC\Console\Command;
use OCA\User_SAML\SAMLSettings;

class ConfigCreate extends Command
{
    public const NAME = 'saml:config:create';
    public const ABOUT = 'Creates a new config and prints the new provider ID';

    /** @var SAMLSettings */
    private $settings;

    public function __construct(SAMLSettings $settings)
    {
        $this->settings = $settings;
    }

    public static function usage(): string
    {
        return '';
    }

    protected function execute(): int
    {
        $this->output->writeln((string) $this->settings->getNewProviderId());
        return 0;
    }
}
