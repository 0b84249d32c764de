<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP;

/** An error with a hint for the administrator; printed as "class: [code]: message (hint)". */
class HintException extends \Exception
{
    /** @var string */
    private $hint;

    public function __construct($message, $hint = '', $code = 0, ?\Throwable $previous = null)
    {
        $this->hint = $hint;
        parent::__construct($message, $code, $previous);
    }

    public function getHint(): string
    {
        return $this->hint === '' ? $this->message : $this->hint;
    }

    public function __toString(): string
    {
        $hint = $this->hint === '' ? '' : ' (' . $this->hint . ')';
        return get_class($this) . ": [{$this->code}]: {$this->message}$hint\n";
    }
}
