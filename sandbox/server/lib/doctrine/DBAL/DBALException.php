<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace Doctrine\DBAL;

/** The name of the class before release 21. */
class DBALException extends \Exception
{
}
