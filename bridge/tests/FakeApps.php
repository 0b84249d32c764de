<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace SecSign\Bridge\Tests;

/** The app manager of a release from 32 on. */
final class FakeApps implements \OCP\App\IAppManager {
    /** @var array<string, string> app id => folder */
    public array $paths = [];
    /** @var array<string, array> app id => what its info.xml says */
    public array $info = [];
    /** @var string[] */
    public array $enabled = [];
    /** @var string[] what was loaded: apps, and kinds of apps */
    public array $loaded = [];

    public function getAppPath(string $app): string {
        return $this->paths[$app] ?? throw new \RuntimeException("there is no app $app");
    }

    public function getAppInfo(string $app): ?array {
        return $this->info[$app] ?? null;
    }

    public function getEnabledApps(): array {
        return $this->enabled;
    }

    public function isInstalled(string $app): bool {
        return in_array($app, $this->enabled, true);
    }

    public function loadApps(array $types): bool {
        $this->loaded = array_merge($this->loaded, $types);
        return true;
    }

    public function isAppLoaded(string $app): bool {
        return in_array($app, $this->loaded, true);
    }

    public function loadApp(string $app): void {
        $this->loaded[] = $app;
    }
}
