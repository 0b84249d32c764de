<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\AppFramework\Bootstrap;

interface IRegistrationContext
{
    public function registerService(string $name, callable $factory, bool $shared = true): void;

    public function registerServiceAlias(string $alias, string $target): void;

    public function registerParameter(string $name, $value): void;

    public function registerEventListener(string $event, string $listener, int $priority = 0): void;

    public function registerTwoFactorProvider(string $twoFactorProviderClass): void;
}
