<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Console;

/** What commands share: how they print values, and how they ask. */
abstract class Command
{
    /** @var Input */
    protected $input;
    /** @var Output */
    protected $output;

    /** @return int the exit code */
    abstract protected function execute(): int;

    public function run(Input $input, Output $output): int
    {
        $this->input = $input;
        $this->output = $output;
        return $this->execute();
    }

    /** Values as a list ("  - key: value"), or as JSON when --output says so. */
    protected function printArray(array $items, string $prefix = '  - ', bool $numberedKeys = false): void
    {
        switch ($this->input->option('output')) {
            case 'json':
                $this->output->writeln((string) json_encode($items));
                break;
            case 'json_pretty':
                $this->output->writeln((string) json_encode($items, JSON_PRETTY_PRINT));
                break;
            default:
                $this->printList($items, $prefix, $numberedKeys);
        }
    }

    private function printList(array $items, string $prefix, bool $numberedKeys): void
    {
        foreach ($items as $key => $item) {
            if (is_array($item)) {
                $this->output->writeln($prefix . $key . ':');
                $this->printList($item, '  ' . $prefix, false);
            } elseif (!is_int($key) || $numberedKeys) {
                $text = self::text($item);
                $this->output->writeln($prefix . $key . ($text === null ? '' : ': ' . $text));
            } else {
                $this->output->writeln($prefix . self::text($item));
            }
        }
    }

    /** One value: bare, or as JSON. */
    protected function printValue($value): void
    {
        switch ($this->input->option('output')) {
            case 'json':
                $this->output->writeln((string) json_encode($value));
                break;
            case 'json_pretty':
                $this->output->writeln((string) json_encode($value, JSON_PRETTY_PRINT));
                break;
            default:
                if (is_array($value)) {
                    $this->printList($value, '', false);
                } else {
                    $this->output->writeln((string) self::text($value));
                }
        }
    }

    protected static function text($value): ?string
    {
        if (is_bool($value)) {
            return $value ? 'true' : 'false';
        }
        return $value === null ? null : (string) $value;
    }

    protected function stdin(): string
    {
        return (string) stream_get_contents(STDIN);
    }
}
