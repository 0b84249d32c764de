<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\User_SAML\Command;

use OC\Console\Command;
use OCA\User_SAML\SAMLSettings;

class ConfigGet extends Command
{
    public const NAME = 'saml:config:get';
    public const ABOUT = '';

    /** @var SAMLSettings */
    private $settings;

    public function __construct(SAMLSettings $settings)
    {
        $this->settings = $settings;
    }

    public static function usage(): string
    {
        return '[-p|--providerId PROVIDERID] [--output [OUTPUT]]';
    }

    protected function execute(): int
    {
        $asked = (int) $this->input->option('providerId');
        $found = [];
        foreach ($asked !== 0 ? [$asked] : array_keys($this->settings->getListOfIdps()) as $id) {
            $found[$id] = $this->settings->get($id);
        }
        $this->printArray($found);
        return 0;
    }
}
