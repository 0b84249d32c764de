<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Console;

/** A caller's mistake (unknown command, option, missing argument): shown without a source line, unlike a failure. */
class ConsoleException extends \RuntimeException
{
}
