<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\App;

class AppManager32 extends AppManager27
{
    public function getEnabledApps(): array
    {
        return $this->getInstalledApps();
    }

    public function isEnabledForAnyone(string $appId): bool
    {
        return $this->isInstalled($appId);
    }

    public function isUpgradeRequired(string $appId): bool
    {
        return $this->needsUpgrade($appId);
    }

    public function getAppInstalledVersions(bool $onlyEnabled = false): array
    {
        $versions = $this->installedVersions();
        return $onlyEnabled ? array_intersect_key($versions, array_flip($this->getInstalledApps())) : $versions;
    }

    public function getAllAppsInAppsFolders(): array
    {
        return $this->inFolders();
    }
}
