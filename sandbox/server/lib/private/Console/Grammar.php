<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Console;

/**
 * What a command takes, read from its usage line as `occ` prints it.
 *
 * [-l|--limit [LIMIT]] an option whose value may be left out, [-g|--group GROUP]* one that may be repeated,
 * [--lazy|--no-lazy] one with an opposite, <uid> a required argument, [<uid>] an optional one, ... a list.
 */
final class Grammar
{
    /** @var array<string, array{short: string|null, value: string, many: bool, negatable: bool}> */
    public $options = [];
    /** @var array<string, array{required: bool, many: bool}> */
    public $arguments = [];
    /** @var string */
    private $usage;

    public function __construct(string $usage)
    {
        $this->usage = trim(str_replace(']*', ']', $usage));
        $rest = $usage;
        $option = '/^\[(?:-(\w)\|)?--([\w.-]+)(\|--no-\2)?(?: (\[)?([A-Z0-9_.-]+)\]?)?\](\*)?\s*/';
        while (preg_match($option, $rest, $found)) {
            $value = ($found[5] ?? '') === '' ? 'none' : (($found[4] ?? '') === '' ? 'required' : 'optional');
            $this->options[$found[2]] = [
                'short' => $found[1] === '' ? null : $found[1],
                'value' => $value,
                'many' => ($found[6] ?? '') === '*',
                'negatable' => ($found[3] ?? '') !== '',
            ];
            $rest = substr($rest, strlen($found[0]));
        }
        preg_match_all('/(\[)?<([\w-]+)>(\.\.\.)?/', $rest, $found, PREG_SET_ORDER);
        foreach ($found as $argument) {
            $this->arguments[$argument[2]] = ['required' => $argument[1] === '', 'many' => ($argument[3] ?? '') !== ''];
        }
    }

    public function synopsis(string $command): string
    {
        return trim($command . ' ' . $this->usage);
    }
}
