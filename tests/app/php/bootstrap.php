<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

// The app's classes, and Nextcloud's public interfaces: those of the release in NEXTCLOUD_ROOT, or else as much as is needed here.

$root = getenv('NEXTCLOUD_ROOT');
if ($root !== false && $root !== '') {
	require $root . '/3rdparty/autoload.php';
}
spl_autoload_register(static function (string $class) use ($root): void {
	$app = dirname(__DIR__, 3) . '/nextcloud_app/twofactor_secsign/lib/';
	$places = ['OCA\\TwoFactorSecSign\\' => $app];
	if ($root !== false && $root !== '') {
		// some public classes of older releases are made of private ones
		$places += ['OCP\\' => $root . '/lib/public/', 'OC\\' => $root . '/lib/private/'];
		if (str_starts_with($class, 'OC_')) {
			require "$root/lib/private/legacy/$class.php";
		}
	}
	foreach ($places as $prefix => $folder) {
		$file = $folder . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
		if (str_starts_with($class, $prefix) && is_file($file)) {
			require $file;
		}
	}
});
if ($root === false || $root === '') {
	require __DIR__ . '/interfaces.php';
}
require __DIR__ . '/Fakes.php';
