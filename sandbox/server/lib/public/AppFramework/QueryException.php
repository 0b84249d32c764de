<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\AppFramework;

use Psr\Container\ContainerExceptionInterface;

/** The container cannot make what was asked for. */
class QueryException extends \Exception implements ContainerExceptionInterface
{
}
