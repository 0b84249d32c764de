<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\App;

class AppManager27 extends AppManager
{
    public function loadApp(string $app): void
    {
        $this->load($app);
    }

    public function loadApps(array $types = []): bool
    {
        return $this->loadAll($types);
    }

    public function isAppLoaded(string $app): bool
    {
        return $this->isLoaded($app);
    }

    public function isType(string $app, array $types): bool
    {
        return $this->hasType($app, $types);
    }
}
