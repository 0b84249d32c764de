<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Console;

/** The words of a command line, sorted into options and arguments by a command's grammar. */
final class Input
{
    /** What every command understands. */
    public const GLOBAL_USAGE = '[-h|--help] [-q|--quiet] [-v|--verbose] [-V|--version] [--ansi|--no-ansi]'
        . ' [-n|--no-interaction] [--no-warnings]';

    /** @var array<string, mixed> */
    private $options = [];
    /** @var array<string, mixed> */
    private $arguments = [];
    /** @var array<string, bool> */
    private $given = [];
    /** @var Grammar */
    private $grammar;
    /** @var string */
    private $command;

    /** @param string[] $words without the command's own name */
    public function __construct(Grammar $grammar, string $command, array $words, array $defaults)
    {
        $this->grammar = $grammar;
        $this->command = $command;
        $general = new Grammar(self::GLOBAL_USAGE);
        $known = $grammar->options + $general->options;
        foreach ($known as $name => $option) {
            $this->options[$name] = $defaults[$name]
                ?? ($option['many'] ? [] : ($option['value'] === 'none' && !$option['negatable'] ? false : null));
        }
        $this->read($words, $known);
        $missing = [];
        foreach ($grammar->arguments as $name => $argument) {
            if (!isset($this->arguments[$name])) {
                if ($argument['required']) {
                    $missing[] = $name;
                }
                $this->arguments[$name] = $argument['many'] ? [] : null;
            }
        }
        if ($missing !== []) {
            throw new ConsoleException(sprintf('Not enough arguments (missing: "%s").', implode(', ', $missing)));
        }
    }

    public function option(string $name)
    {
        return $this->options[$name] ?? null;
    }

    /** Was the option written at all: a default cannot show. */
    public function has(string $name): bool
    {
        return isset($this->given[$name]);
    }

    public function argument(string $name)
    {
        return $this->arguments[$name] ?? null;
    }

    public function isInteractive(): bool
    {
        return !$this->options['no-interaction'];
    }

    private function read(array $words, array $known): void
    {
        $shorts = [];
        foreach ($known as $name => $option) {
            if ($option['short'] !== null) {
                $shorts[$option['short']] = $name;
            }
        }
        $optionsOver = false;
        while ($words !== []) {
            $word = array_shift($words);
            if ($optionsOver || $word === '-' || $word === '' || $word[0] !== '-') {
                $this->addArgument($word);
            } elseif ($word === '--') {
                $optionsOver = true;
            } elseif (strncmp($word, '--', 2) === 0) {
                $parts = explode('=', substr($word, 2), 2);
                $this->addOption($parts[0], $parts[1] ?? null, $words, $known);
            } else {
                $this->readShort(substr($word, 1), $words, $known, $shorts);
            }
        }
    }

    private function readShort(string $letters, array &$words, array $known, array $shorts): void
    {
        while ($letters !== '') {
            $letter = $letters[0];
            $letters = substr($letters, 1);
            if (!isset($shorts[$letter])) {
                throw new ConsoleException(sprintf('The "-%s" option does not exist.', $letter));
            }
            $name = $shorts[$letter];
            if ($known[$name]['value'] !== 'none' && $letters !== '') {
                $this->addOption($name, ltrim($letters, '='), $words, $known);
                return;
            }
            $this->addOption($name, null, $words, $known);
        }
    }

    private function addOption(string $name, ?string $value, array &$words, array $known): void
    {
        $positive = strncmp($name, 'no-', 3) === 0 ? substr($name, 3) : null;
        if (!isset($known[$name]) && $positive !== null && !empty($known[$positive]['negatable'])) {
            $this->options[$positive] = false;
            $this->given[$positive] = true;
            return;
        }
        if (!isset($known[$name])) {
            throw new ConsoleException(sprintf('The "--%s" option does not exist.', $name));
        }
        $option = $known[$name];
        if ($option['value'] === 'none') {
            if ($value !== null) {
                throw new ConsoleException(sprintf('The "--%s" option does not accept a value.', $name));
            }
            $this->options[$name] = true;
            $this->given[$name] = true;
            return;
        }
        // A value that is not glued on is the next word, unless that looks like an option.
        if ($value === null && $words !== [] && ($words[0] === '' || $words[0][0] !== '-')) {
            $value = array_shift($words);
        }
        if ($value === null && $option['value'] === 'required') {
            throw new ConsoleException(sprintf('The "--%s" option requires a value.', $name));
        }
        if ($option['many']) {
            $this->options[$name][] = $value;
        } else {
            $this->options[$name] = $value;
        }
        $this->given[$name] = true;
    }

    private function addArgument(string $word): void
    {
        foreach ($this->grammar->arguments as $name => $argument) {
            if ($argument['many']) {
                $this->arguments[$name][] = $word;
                return;
            }
            if (!isset($this->arguments[$name])) {
                $this->arguments[$name] = $word;
                return;
            }
        }
        if ($this->grammar->arguments === []) {
            throw new ConsoleException(sprintf('No arguments expected for "%s" command, got "%s".', $this->command, $word));
        }
        throw new ConsoleException(sprintf(
            'Too many arguments to "%s" command, expected arguments "%s".',
            $this->command,
            implode('" "', array_keys($this->grammar->arguments))
        ));
    }
}
