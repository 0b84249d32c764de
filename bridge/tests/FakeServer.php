<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace SecSign\Bridge\Tests;

/** Nextcloud's container of services. */
final class FakeServer {
    private array $services;

    public function __construct(array $services) {
        $this->services = $services;
    }

    public function add(string $class, object $service): void {
        $this->services[$class] = $service;
    }

    public function get(string $class): object {
        return $this->services[$class] ?? throw new \LogicException("this test has no service $class");
    }
}
