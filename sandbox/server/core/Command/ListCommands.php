<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Core\Command;

use OC\Console\Application;
use OC\Console\Command;
use OC\Console\Grammar;
use OC\Console\Input;
use OC\Sandbox\Release;

/** All commands, as text or in the JSON that tools read to learn what this occ can do. */
class ListCommands extends Command
{
    /** @var Application */
    private $application;

    public function __construct(Application $application)
    {
        $this->application = $application;
    }

    protected function execute(): int
    {
        $commands = $this->application->commands();
        ksort($commands);
        $space = $this->input->argument('namespace');
        if ($space !== null) {
            $commands = array_filter($commands, function ($name) use ($space) {
                return strpos($name, $space . ':') === 0;
            }, ARRAY_FILTER_USE_KEY);
        }
        if ($this->input->option('format') === 'json') {
            $this->output->writeln((string) json_encode($this->describeAll($commands)));
            return 0;
        }
        if (!$this->input->option('raw')) {
            $this->output->writeln(['Nextcloud ' . Release::versionString(), '', 'Usage:',
                '  command [options] [arguments]', '', 'Available commands:']);
        }
        $width = $commands === [] ? 0 : max(array_map('strlen', array_keys($commands)));
        foreach ($commands as $name => $command) {
            if ($command['of'] !== null) {
                continue;
            }
            $indent = $this->input->option('raw') ? '' : '  ';
            $this->output->writeln($indent . str_pad($name, $width + 2) . $command['about']);
        }
        return 0;
    }

    private function describeAll(array $commands): array
    {
        $described = [];
        $spaces = [];
        foreach ($commands as $name => $command) {
            $cut = strpos($name, ':');
            $spaces[$cut === false ? '_global' : substr($name, 0, $cut)][] = $name;
            if ($command['of'] !== null) {
                continue;
            }
            $described[] = [
                'name' => $name,
                'description' => $command['about'],
                'usage' => [$command['grammar']->synopsis($name)],
                'help' => $command['about'],
                'definition' => [
                    'arguments' => $this->arguments($command['grammar']),
                    'options' => $this->options($command['grammar'], $command['defaults']),
                ],
                'hidden' => false,
            ];
        }
        return [
            'application' => ['name' => 'Nextcloud', 'version' => Release::versionString()],
            'commands' => $described,
            'namespaces' => array_map(function ($id) use ($spaces) {
                return ['id' => $id, 'commands' => $spaces[$id]];
            }, array_keys($spaces)),
        ];
    }

    private function arguments(Grammar $grammar): array
    {
        $arguments = [];
        foreach ($grammar->arguments as $name => $argument) {
            $arguments[$name] = [
                'name' => $name,
                'is_required' => $argument['required'],
                'is_array' => $argument['many'],
                'description' => '',
                'default' => $argument['many'] ? [] : null,
            ];
        }
        return $arguments;
    }

    private function options(Grammar $grammar, array $defaults): array
    {
        $options = [];
        $opposite = function (string $name) {
            return ['name' => "--no-$name", 'shortcut' => '', 'accept_value' => false, 'is_value_required' => false,
                'is_multiple' => false, 'description' => '', 'default' => null];
        };
        foreach ($grammar->options + (new Grammar(Input::GLOBAL_USAGE))->options as $name => $option) {
            $options[$name] = [
                'name' => '--' . $name,
                'shortcut' => $option['short'] === null ? '' : '-' . $option['short'],
                'accept_value' => $option['value'] !== 'none',
                'is_value_required' => $option['value'] === 'required',
                'is_multiple' => $option['many'],
                'description' => '',
                'default' => $defaults[$name]
                    ?? ($option['many'] ? [] : ($option['value'] === 'none' && !$option['negatable'] ? false : null)),
            ];
            if ($option['negatable']) {
                $options['no-' . $name] = $opposite($name);
            }
        }
        return $options;
    }
}
