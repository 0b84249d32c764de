<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

// What monitoring asks for: JSON about the instance, answered without logging in.

try {
    require_once __DIR__ . '/lib/versioncheck.php';
    require_once __DIR__ . '/lib/base.php';

    header('Access-Control-Allow-Origin: *');
    header('Content-Type: application/json');

    $system = OC::$server->query(OCP\IConfig::class);
    echo json_encode([
        'installed' => $system->getSystemValueBool('installed'),
        'maintenance' => $system->getSystemValueBool('maintenance'),
        'needsDbUpgrade' => OCP\Util::needUpgrade(),
        'version' => implode('.', OCP\Util::getVersion()),
        'versionstring' => OC_Util::getVersionString(),
        'edition' => '',
        'productname' => 'Nextcloud',
        'extendedSupport' => false,
    ]);
} catch (Throwable $failure) {
    http_response_code(500);
    echo $failure->getMessage();
}
