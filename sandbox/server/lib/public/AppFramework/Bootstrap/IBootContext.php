<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\AppFramework\Bootstrap;

use OCP\AppFramework\IAppContainer;
use OCP\IServerContainer;

interface IBootContext
{
    public function getAppContainer(): IAppContainer;

    public function getServerContainer(): IServerContainer;

    public function injectFn(callable $fn);
}
