<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\Exceptions;

class AppConfigTypeConflictException extends AppConfigException
{
}
