<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC;

/** The name of the class up to release 22. */
class HintException extends \OCP\HintException
{
}
