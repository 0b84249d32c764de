<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

// Loads the app's classes and Nextcloud's public interfaces: those of the release in NEXTCLOUD_ROOT, or the stubs.

$root = getenv('NEXTCLOUD_ROOT');
if ($root !== false && $root !== '') {
	require $root . '/3rdparty/autoload.php';
}
spl_autoload_register(static function (string $class) use ($root): void {
	$places = [
		'OCA\\TwoFactorSecSign\\Tests\\' => __DIR__ . '/',
		'OCA\\TwoFactorSecSign\\' => dirname(__DIR__) . '/lib/',
	];
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
	require __DIR__ . '/stubs/nextcloud.php';
}
