<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace SecSign\Bridge\Tests;

/** Nextcloud's configuration: of the system and of apps. */
final class FakeConfig {
    public array $system = ['installed' => true];
    /** @var array<string, array<string, string>> */
    public array $apps = [];
    /** @var string[] keys that are stored with a type: a value in plain text is refused */
    public array $typed = [];

    public function getSystemValue(string $key, $default = '') {
        return $this->system[$key] ?? $default;
    }

    public function setAppValue(string $app, string $key, string $value): void {
        if (in_array($key, $this->typed, true)) {
            throw new \RuntimeException("$key has another type");
        }
        $this->apps[$app][$key] = $value;
    }

    public function deleteAppValue(string $app, string $key): void {
        unset($this->apps[$app][$key]);
        $this->typed = array_diff($this->typed, [$key]);
    }
}
