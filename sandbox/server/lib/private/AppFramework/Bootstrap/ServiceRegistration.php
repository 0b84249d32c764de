<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\AppFramework\Bootstrap;

/** A class that an app registered for a purpose. */
final class ServiceRegistration
{
    /** @var string */
    private $app;
    /** @var string */
    private $class;

    public function __construct(string $app, string $class)
    {
        $this->app = $app;
        $this->class = $class;
    }

    public function getAppId(): string
    {
        return $this->app;
    }

    public function getService(): string
    {
        return $this->class;
    }
}
