<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * The files of an app, compared with a package. Nothing that lies in the folder can make this wait or fill the memory.
 */

namespace SecSign\Bridge;

/** Names and bytes that are read of an app's folder; a package with more is refused. */
const ENTRIES_MAX = 50000;
const BYTES_MAX = 500 << 20;
/** The same for the app in this collection, which is small. */
const BUNDLED_ENTRIES_MAX = 2000;
const BUNDLED_BYTES_MAX = 32 << 20;
/** A signature of an operator's own, see docs/app.md: data, and no package of the collection has one. */
const SIGNATURE = 'appinfo/signature.json';

/**
 * Path below the folder => what it is: file, dir, link ... No link is followed, and nothing but folders is opened.
 *
 * @param array $left_out names at the top that are passed over
 */
function entries_of(string $folder, array $left_out = [], string $below = ''): \Generator {
    $open = @opendir("$folder/$below");
    if ($open === false) {
        yield rtrim($below, '/') => 'unreadable';
        return;
    }
    while (($name = readdir($open)) !== false) {
        if ($name === '.' || $name === '..' || in_array($name, $left_out, true)) {
            continue;
        }
        $kind = (string) @filetype("$folder/$below$name");
        yield $below . $name => $kind;
        if ($kind === 'dir') {
            yield from entries_of($folder, [], "$below$name/");
        }
    }
    closedir($open);
}

/** Adds a file to a sum, after its size and name if it has one. Null: no plain file, unreadable or too large. */
function add_to_sum($sum, string $full, int $bytes_max, ?string $name = null): ?int {
    // n: a pipe that took the file's place does not make it wait
    $file = @fopen($full, 'rbn');
    $about = $file === false ? false : fstat($file);
    if ($about === false || ($about['mode'] & 0170000) !== 0100000 || $about['size'] > $bytes_max) {
        return null;
    }
    if ($name !== null) {
        hash_update($sum, strlen($name) . ':' . $about['size'] . ':' . $name);
    }
    $read = hash_update_stream($sum, $file, $about['size']);
    fclose($file);
    return $read === $about['size'] ? $read : null;
}

/** The sum that the module makes of a package, over paths and contents. Null: something is no part of any package. */
function folder_digest(string $path, array $left_out, int $entries_max, int $bytes_max, array $but = []): ?string {
    $names = [];
    foreach (entries_of($path, $left_out) as $name => $kind) {
        if (--$entries_max < 0 || !in_array($kind, ['file', 'dir'], true)) {
            return null;
        }
        if ($kind === 'file' && !in_array($name, $but, true)) {
            $names[] = $name;
        }
    }
    sort($names, SORT_STRING);
    $sum = hash_init('sha256');
    foreach ($names as $name) {
        $size = add_to_sum($sum, "$path/$name", $bytes_max, $name);
        if ($size === null) {
            return null;
        }
        $bytes_max -= $size;
    }
    return hash_final($sum);
}

/** Whether the folder holds what the package of that digest holds. If not: what it holds, file by file. */
function compare_folder(string $path, string $digest): array {
    $unchanged = folder_digest($path, [], BUNDLED_ENTRIES_MAX, BUNDLED_BYTES_MAX) === $digest;
    if (!$unchanged && @filetype("$path/" . SIGNATURE) === 'file') {
        $unchanged = folder_digest($path, [], BUNDLED_ENTRIES_MAX, BUNDLED_BYTES_MAX, [SIGNATURE]) === $digest;
    }
    if ($unchanged) {
        return ['unchanged' => true, 'files' => [], 'complete' => true, 'closed' => null];
    }
    return ['unchanged' => false] + file_sums($path);
}

/** Path and SHA-256 of each file, or why there is no sum; and a folder that could not be removed with the app. */
function file_sums(string $path): array {
    $found = ['files' => [], 'complete' => true, 'closed' => null];
    $entries_max = BUNDLED_ENTRIES_MAX;
    $bytes_max = BUNDLED_BYTES_MAX;
    foreach (entries_of($path) as $name => $kind) {
        if (--$entries_max < 0) {
            $found['complete'] = false;
            break;
        }
        if ($kind === 'dir') {
            $found['closed'] = $found['closed'] ?? (is_writable("$path/$name") ? null : "$path/$name");
            continue;
        }
        $word = ['link' => 'a link', 'unreadable' => 'unreadable'][$kind] ?? 'not a plain file';
        if ($kind === 'file') {
            $sum = hash_init('sha256');
            $size = add_to_sum($sum, "$path/$name", $bytes_max);
            $bytes_max -= (int) $size;
            $word = is_readable("$path/$name") ? 'too large' : 'unreadable';
            $word = $size === null ? $word : hash_final($sum);
        }
        $found['files'][] = [$name, $word];
    }
    return $found;
}

/** PHP would wait for ever for such a file of changed code, or run out of memory, as soon as Nextcloud loads it. */
function refuse_endless_files(string $path, array $code): void {
    foreach ($code['files'] as list($name)) {
        $file = "$path/$name";
        $is_code = substr($name, -4) === '.php' && file_exists($file);
        if ($is_code && (!is_file($file) || filesize($file) > BUNDLED_BYTES_MAX)) {
            throw new Failure('app_broken', "$name is not a plain file or too large");
        }
    }
}
