<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command\User;

use OCP\IConfig;
use OCP\IUserManager;

class Setting extends UserCommand
{
    /** @var IConfig */
    private $config;

    public function __construct(IUserManager $people, IConfig $config)
    {
        parent::__construct($people);
        $this->config = $config;
    }

    protected function execute(): int
    {
        $uid = (string) $this->input->argument('uid');
        $user = $this->people->get($uid);
        if ($user !== null) {
            $uid = $user->getUID();
        } elseif (!$this->input->option('ignore-missing-user')) {
            $this->output->writeln("The user \"$uid\" does not exist.");
            return 1;
        }
        $app = $this->input->argument('app');
        $key = $this->input->argument('key');
        if ($app === null || $key === null) {
            return $this->show($uid, $app);
        }
        $value = $this->config->getUserValue($uid, $app, $key, null);
        if ($this->input->argument('value') !== null) {
            return $this->set($uid, $app, $key, $value);
        }
        if ($this->input->option('delete')) {
            return $this->delete($uid, $app, $key, $value);
        }
        if ($value === null && !$this->input->has('default-value')) {
            return $this->missing($uid);
        }
        $this->output->writeln((string) ($value ?? $this->input->option('default-value')));
        return 0;
    }

    private function show(string $uid, ?string $app): int
    {
        $settings = $this->config->getAllUserValues($uid);
        if ($app !== null) {
            // The display name rides along whatever app was asked for.
            $settings = array_intersect_key($settings, [$app => true])
                + (isset($settings['settings']['display_name'])
                    ? ['settings' => ['display_name' => $settings['settings']['display_name']]] : []);
        }
        $this->printArray($settings);
        return 0;
    }

    private function set(string $uid, string $app, string $key, ?string $old): int
    {
        if ($this->input->option('update-only') && $old === null) {
            return $this->missing($uid);
        }
        $this->config->setUserValue($uid, $app, $key, (string) $this->input->argument('value'));
        return 0;
    }

    private function delete(string $uid, string $app, string $key, ?string $old): int
    {
        if ($this->input->option('error-if-not-exists') && $old === null) {
            return $this->missing($uid);
        }
        $this->config->deleteUserValue($uid, $app, $key);
        return 0;
    }

    private function missing(string $uid): int
    {
        $this->output->writeln("The setting does not exist for user \"$uid\".");
        return 1;
    }
}
