<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace Doctrine\DBAL\Exception;

class TableNotFoundException extends \Doctrine\DBAL\Exception
{
}
