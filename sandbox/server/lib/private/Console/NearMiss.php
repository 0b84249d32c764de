<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Console;

/** An unknown command with exactly one that is like it, which some releases offer to run instead. */
final class NearMiss extends ConsoleException
{
    /** @var string */
    private $instead;

    public function __construct(string $message, string $instead)
    {
        parent::__construct($message);
        $this->instead = $instead;
    }

    public function question(): string
    {
        $box = function (string $text) {
            return str_pad(' ' . $text, 86) . "\n";
        };
        return "\n" . $box('') . $box($this->message) . $box('') . "\n"
            . " Do you want to run \"{$this->instead}\" instead?  (yes/no) [no]:\n > ";
    }
}
