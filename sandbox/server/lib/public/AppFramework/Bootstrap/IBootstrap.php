<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP\AppFramework\Bootstrap;

interface IBootstrap
{
    public function register(IRegistrationContext $context): void;

    public function boot(IBootContext $context): void;
}
