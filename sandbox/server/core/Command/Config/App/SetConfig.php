<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\Config\App;

use OC\AppConfig;
use OC\Console\Command;
use OC\Console\ConsoleException;
use OC\Sandbox\Release;

class SetConfig extends Command
{
    /** @var AppConfig */
    private $apps;

    public function __construct(AppConfig $apps)
    {
        $this->apps = $apps;
    }

    protected function execute(): int
    {
        $app = (string) $this->input->argument('app');
        $key = (string) $this->input->argument('name');
        if ($this->input->option('update-only') && !$this->apps->hasKey($app, $key)) {
            $this->output->writeln("Config value $key for app $app not updated, as it has not been set before.");
            return 1;
        }
        if (!Release::behaviour('appconfig.typed')) {
            $value = $this->input->option('value');
            $this->apps->setValue($app, $key, $value);
            $this->output->writeln("Config value $key for app $app set to $value");
            return 0;
        }
        return $this->setTyped($app, $key);
    }

    private function setTyped(string $app, string $key): int
    {
        $changed = false;
        if ($this->input->has('value')) {
            $changed = $this->store($app, $key, (string) $this->input->option('value'));
        }
        // Without a value the command only changes what is known of a key, which must be there.
        $before = $this->apps->getDetails($app, $key);
        if ($this->input->has('lazy') && $before['lazy'] !== $this->input->option('lazy')) {
            $changed = $this->apps->updateLazy($app, $key, (bool) $this->input->option('lazy')) || $changed;
        }
        if ($this->input->has('sensitive') && $before['sensitive'] !== $this->input->option('sensitive')) {
            $changed = $this->apps->updateSensitive($app, $key, (bool) $this->input->option('sensitive')) || $changed;
        }
        if (!$changed) {
            $this->output->writeln('Config value were not updated');
            return 0;
        }
        $now = $this->apps->getDetails($app, $key);
        $this->output->writeln(sprintf(
            "Config value '%s' for app '%s' is now set to '%s', stored as %s in %s",
            $key,
            $app,
            $now['sensitive'] && Release::behaviour('appconfig.masks_on_set') ? '<sensitive>' : $now['value'],
            $now['typeString'],
            $now['lazy'] ? 'lazy cache' : 'fast cache'
        ));
        return 0;
    }

    private function store(string $app, string $key, string $value): bool
    {
        $stored = $this->apps->hasKey($app, $key) ? $this->apps->getValueType($app, $key) : AppConfig::VALUE_MIXED;
        $type = $stored;
        if ($this->input->has('type')) {
            $type = $this->apps->convertTypeToInt((string) $this->input->option('type'));
            if ($this->apps->hasKey($app, $key) && $type !== $stored) {
                $this->confirm($app, $key, $type);
                $value = $this->converted($value, $type);
                $this->apps->updateType($app, $key, $type);
            }
        }
        $value = $this->converted($value, $type);
        $lazy = $this->apps->hasKey($app, $key) && $this->apps->isLazy($app, $key);
        switch ($type) {
            case AppConfig::VALUE_INT:
                return $this->apps->setValueInt($app, $key, (int) $value, $lazy);
            case AppConfig::VALUE_FLOAT:
                return $this->apps->setValueFloat($app, $key, (float) $value, $lazy);
            case AppConfig::VALUE_BOOL:
                return $this->apps->setValueBool($app, $key, $value === '1', $lazy);
            case AppConfig::VALUE_ARRAY:
                return $this->apps->setValueArray($app, $key, json_decode($value, true), $lazy);
            case AppConfig::VALUE_STRING:
                return $this->apps->setValueString($app, $key, $value, $lazy);
            default:
                return $this->apps->setValueMixed($app, $key, $value, $lazy);
        }
    }

    /** @return string the text that is stored for it */
    private function converted(string $value, int $type): string
    {
        switch ($type) {
            case AppConfig::VALUE_INT:
                if ($value !== (string) (int) $value) {
                    throw new \Exception('Value is not an integer');
                }
                return $value;
            case AppConfig::VALUE_FLOAT:
                if ($value !== (string) (float) $value) {
                    throw new \Exception('Value is not a float');
                }
                return $value;
            case AppConfig::VALUE_BOOL:
                $lower = strtolower($value);
                if (in_array($lower, ['true', '1', 'on', 'yes'], true)) {
                    return '1';
                }
                if (in_array($lower, ['false', '0', 'off', 'no'], true)) {
                    return '0';
                }
                throw new \Exception('Value is not a boolean, please use \'true\' or \'false\'');
            case AppConfig::VALUE_ARRAY:
                if (!is_array(json_decode($value, true))) {
                    throw new \Exception('Value is not an array');
                }
                return $value;
            default:
                return $value;
        }
    }

    private function confirm(string $app, string $key, int $type): void
    {
        if (!$this->input->isInteractive()) {
            return;
        }
        $this->output->writeln(sprintf(
            'You are about to set config value %s/%s as <info>%s</info>',
            $app,
            $key,
            strtoupper($this->apps->convertTypeToString($type))
        ));
        $this->output->writeln(['', 'This might break thing, affect performance on your instance or its security!']);
        fwrite(STDERR, "Confirm this action by typing 'yes': ");
        $answer = fgets(STDIN);
        if ($answer === false || trim($answer) !== 'yes') {
            throw new ConsoleException('Aborted.');
        }
    }
}
