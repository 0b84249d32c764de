<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Console;

/** Standard output and standard error, without colours; markup tags that would colour are taken out. */
class Output
{
    private const TAGS = 'info|comment|error|question|warning|(?:fg|bg|options|href)=[^<>]*';

    /** @var bool */
    private $quiet;

    public function __construct(bool $quiet = false)
    {
        $this->quiet = $quiet;
    }

    public function setQuiet(bool $quiet): void
    {
        $this->quiet = $quiet;
    }

    /** @param string|string[] $lines */
    public function writeln($lines): void
    {
        foreach ((array) $lines as $line) {
            $this->write($line . "\n");
        }
    }

    public function write(string $text): void
    {
        if (!$this->quiet) {
            fwrite(STDOUT, self::plain($text));
        }
    }

    /** @param string|string[] $lines */
    public function error($lines): void
    {
        foreach ((array) $lines as $line) {
            if (!$this->quiet) {
                fwrite(STDERR, self::plain($line . "\n"));
            }
        }
    }

    /** Said even when quiet: why nothing happened. */
    public function failure(string $text): void
    {
        fwrite(STDERR, $text);
    }

    public static function plain(string $text): string
    {
        if (strpos($text, '<') === false) {
            return $text;
        }
        $text = preg_replace('#(?<!\\\\)<(?:' . self::TAGS . ')>|(?<!\\\\)</(?:' . self::TAGS . ')?>#i', '', $text);
        return str_replace('\\<', '<', $text);
    }
}
