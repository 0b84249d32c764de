<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * The folder of an app, changed by rename.
 */

namespace SecSign\Bridge;

function remove_tree(string $path): void {
    if (is_link($path) || !is_dir($path)) {
        // whatever it is, a pipe as well
        (is_link($path) || file_exists($path)) && unlink($path);
        return;
    }
    foreach (array_diff(scandir($path) ?: [], ['.', '..']) as $name) {
        remove_tree("$path/$name");
    }
    rmdir($path);
}

/** Where the app's folder is, or is to be; null where there is no place for it. */
function home_of(string $app, array $folders): ?string {
    $path = app_path($app);
    foreach ($folders as $folder) {
        // a previous run may have been killed between its two renames
        if ($path === null && is_dir($folder['path'] . "/.secsign-old-$app")) {
            $path = $folder['path'] . "/$app";
        }
    }
    foreach ($path === null ? $folders : [] as $folder) {
        if ($folder['writable']) {
            return $folder['path'] . "/$app";
        }
    }
    return $path;
}

/** The folder that would have to be writable for the app to come or go; null where it is. */
function closed_home(string $app): ?string {
    $folders = app_folders();
    $path = home_of($app, $folders);
    if ($path === null) {
        return implode(', ', array_column($folders, 'path'));
    }
    foreach ([dirname($path), $path] as $folder) {
        // of an app's own folder that belongs to somebody else only the name could be changed
        if (is_dir($folder) && !is_writable($folder)) {
            return $folder;
        }
    }
    return null;
}

/** Only one run at a time changes an app; the lock is held as long as the caller keeps what this returns. */
function place_of(string $app): array {
    $lock = lock(LOCK_EX);
    $closed = closed_home($app);
    if ($closed !== null) {
        throw new Failure('apps_not_writable', $closed);
    }
    $path = home_of($app, app_folders());
    $parent = dirname($path);
    return [$path, "$parent/.secsign-new-$app", "$parent/.secsign-old-$app", $lock];
}

/** Writes the new version beside the old one and swaps them by rename; the old one stays until the keep or revert. */
function place_app(array $request): array {
    list($path, $new, $old, $lock) = place_of($request['app']);
    remove_tree($new);
    if (is_dir($old)) {
        // an earlier run did not come to its end: what it put in place was never proven, what it took away was
        is_dir($path) && rename($path, $new);
        remove_tree($new);
        rename($old, $path);
    }
    foreach ($request['files'] as $file) {
        $target = "$new/" . $file['path'];
        if (!is_dir(dirname($target)) && !mkdir(dirname($target), 0755, true)) {
            throw new Failure('write_failed', $target);
        }
        $data = $file['size'] > 0 ? stream_get_contents(STDIN, $file['size']) : '';
        if (strlen($data) !== $file['size'] || file_put_contents($target, $data) !== $file['size']) {
            remove_tree($new);
            throw new Failure('write_failed', $target);
        }
        chmod($target, $file['mode']);
    }
    if (is_dir($path) && !rename($path, $old)) {
        throw new Failure('write_failed', $path);
    }
    if (!rename($new, $path)) {
        is_dir($old) && rename($old, $path);
        throw new Failure('write_failed', $path);
    }
    return ['path' => $path];
}

function keep_app(array $request): array {
    list(, $new, $old, $lock) = place_of($request['app']);
    remove_tree($new);
    // renamed first, so that what is called old is always whole
    is_dir($old) && rename($old, $new);
    remove_tree($new);
    return [];
}

function revert_app(array $request): array {
    list($path, $new, $old, $lock) = place_of($request['app']);
    remove_tree($new);
    if (is_dir($old) || $request['was_absent']) {
        remove_tree($path);
        is_dir($old) && rename($old, $path);
    }
    $version = $request['installed_version'];
    if ($version !== null) {
        // an interrupted run may have upgraded the database already
        $there = is_file("$path/appinfo/info.xml") ? file_get_contents("$path/appinfo/info.xml") : '';
        if (preg_match('#<version>\s*([^<\s]+)#', $there, $found) && version_compare($version, $found[1], '>')) {
            $version = $found[1];
        }
        service(\OCP\IConfig::class)->setAppValue($request['app'], 'installed_version', $version);
    }
    return [];
}

/** The code of an app, file by file, so that it can be put back one day. Of changed code at most 'bytes_max'. */
function pack_app(array $request): array {
    $path = (string) app_path($request['app']);
    $bytes_max = $request['bytes_max'] ?? PHP_INT_MAX;
    foreach (entries_of($path) as $name => $kind) {
        if ($kind === 'file' && is_readable("$path/$name") && filesize("$path/$name") <= $bytes_max) {
            $data = file_get_contents("$path/$name");
            $bytes_max -= strlen($data);
            $mode = fileperms("$path/$name") & 0777;
            say(['type' => 'part', 'rows' => [['path' => $name, 'mode' => $mode, 'hex' => bin2hex($data)]]]);
        }
    }
    return [];
}

/**
 * For an app that is not enabled: occ app:remove of releases up to 31 does not know such an app, and every release's
 * looks for the folder only in the first of apps_paths that is marked writable, and passes over what it could not
 * delete.
 */
function remove_app(array $request): array {
    $app = $request['app'];
    if (apps()->isInstalled($app)) {
        return [];
    }
    $homes = array_map('dirname', array_filter([app_path($app)]));
    foreach (app_folders() as $folder) {
        // without its info.xml it is no app to Nextcloud, and still in the way
        is_dir($folder['path'] . "/$app") && $homes[] = $folder['path'];
    }
    $lock = lock(LOCK_EX);
    foreach (array_unique($homes) as $home) {
        if (!is_writable($home)) {
            throw new Failure('apps_not_writable', $home);
        }
        remove_tree("$home/.secsign-new-$app");
        remove_tree("$home/.secsign-old-$app");
        remove_tree("$home/$app");
    }
    return [];
}
