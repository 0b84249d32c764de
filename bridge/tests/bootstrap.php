<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

// Loads the bridge as it is in bridge/src, and stand-ins for what it uses of Nextcloud.

require __DIR__ . '/nextcloud.php';
spl_autoload_register(static function (string $class): void {
    $file = __DIR__ . '/' . substr($class, strlen('SecSign\\Bridge\\Tests\\')) . '.php';
    if (strpos($class, 'SecSign\\Bridge\\Tests\\') === 0 && is_file($file)) {
        require $file;
    }
});
foreach (glob(dirname(__DIR__) . '/src/*.php') as $source) {
    require $source;
}
