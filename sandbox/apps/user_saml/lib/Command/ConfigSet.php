<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\User_SAML\Command;

use OC\Console\Command;
use OCA\User_SAML\SAMLSettings;

class ConfigSet extends Command
{
    public const NAME = 'saml:config:set';
    public const ABOUT = '';

    /** @var SAMLSettings */
    private $settings;

    public function __construct(SAMLSettings $settings)
    {
        $this->settings = $settings;
    }

    public static function usage(): string
    {
        return implode(' ', array_map(static function (string $key) {
            return "[--$key " . strtoupper($key) . ']';
        }, SAMLSettings::IDP_CONFIG_KEYS)) . ' [--output [OUTPUT]] [--] <providerId>';
    }

    protected function execute(): int
    {
        $given = (string) $this->input->argument('providerId');
        if ((string) (int) $given !== $given) {
            $this->output->writeln('providerId argument needs to be an number. Got: ' . (int) $given);
            return 1;
        }
        $settings = $this->settings->get((int) $given);
        foreach (SAMLSettings::IDP_CONFIG_KEYS as $key) {
            $value = $this->input->option($key);
            if ($value === '') {
                unset($settings[$key]);
            } elseif ($value !== null) {
                $settings[$key] = $value;
            }
        }
        $this->settings->set((int) $given, $settings);
        $this->output->writeln("The provider's config was updated.");
        return 0;
    }
}
