<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP;

use Closure;

interface IContainer
{
    public function resolve($name);

    public function query(string $name, bool $autoload = true);

    public function registerParameter($name, $value);

    public function registerService($name, Closure $closure, $shared = true);

    public function registerAlias($alias, $target);
}
