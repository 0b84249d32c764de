<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Config;

use OC\Console\Command;
use OC\Sandbox\Release;
use OCP\IConfig;

/** Sets many keys from JSON {"system": {…}, "apps": {app: {…}}}; null deletes. */
class Import extends Command
{
    /** @var IConfig */
    private $config;

    public function __construct(IConfig $config)
    {
        $this->config = $config;
    }

    protected function execute(): int
    {
        $file = $this->input->argument('file');
        $content = $file === null ? $this->stdin() : (string) @file_get_contents($file);
        try {
            $configs = $this->validated($content);
        } catch (\UnexpectedValueException $invalid) {
            $this->output->writeln($invalid->getMessage());
            return Release::behaviour('appconfig.import_error_exit');
        }
        if (!empty($configs['system'])) {
            $this->config->setSystemValues($configs['system']);
        }
        foreach ($configs['apps'] ?? [] as $app => $settings) {
            foreach ($settings as $key => $value) {
                if ($value === null) {
                    $this->config->deleteAppValue((string) $app, (string) $key);
                } else {
                    $this->config->setAppValue((string) $app, (string) $key, is_bool($value) ? (string) $value : $value);
                }
            }
        }
        $this->output->writeln('Config successfully imported from: ' . $file);
        return 0;
    }

    private function validated(string $content): array
    {
        $configs = json_decode($content, true);
        if (!is_array($configs)) {
            throw new \UnexpectedValueException('The file must contain a valid json array');
        }
        $unknown = array_diff(array_keys($configs), ['system', 'apps']);
        if ($unknown !== []) {
            throw new \UnexpectedValueException(
                'Found invalid entries in root: ' . implode(', ', $unknown)
            );
        }
        foreach ($configs['apps'] ?? [] as $app => $settings) {
            foreach ((array) $settings as $key => $value) {
                if (!is_scalar($value) && $value !== null) {
                    throw new \UnexpectedValueException(
                        "Invalid app config value for \"$app\":\"$key\". Only int, bool, string and null allowed."
                    );
                }
            }
        }
        return $configs;
    }
}
