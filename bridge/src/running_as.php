<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * The account that this process runs as, decided before anything of the Nextcloud is loaded.
 *
 * Started as root, behind a prefix for one, the process hands itself over to the account that the operator names, or
 * to the owner of config/config.php where nobody else can have put that file there. It stays root only where root owns
 * all of the code and nobody else can write to it. plugins/module_utils/_server/account.py has the same rule in Python.
 */

namespace SecSign\Bridge;

/** The way along a path, name by name: a link is followed only if its owner is that of its target, or only root can set it. */
final class Walk {
    private const MOST_LINKS = 40;
    /** @var array<int, array{0: string, 1: array}> path and lstat of each folder, from / on */
    public $folders;
    /** @var array<int, array{0: string, 1: array}> folders in which there was a link */
    public $passed = [];
    private $links = 0;

    public function __construct() {
        $this->folders = [['/', lstat('/')]];
    }

    public function folder(): array {
        return $this->folders[count($this->folders) - 1];
    }

    /** @throws Failure where a link is not trusted; false where there is no such folder */
    public function enter(string $path): bool {
        if ($path !== '' && $path[0] === '/') {
            $this->folders = array_slice($this->folders, 0, 1);
        }
        foreach (explode('/', $path) as $name) {
            if ($name === '..') {
                $this->folders = array_slice($this->folders, 0, max(1, count($this->folders) - 1));
            } elseif ($name !== '' && $name !== '.') {
                $place = $this->find($name);
                if ($place === null || !is_kind($place[1], 0040000)) {
                    return false;
                }
                if ($place[0] !== $this->folder()[0]) {
                    $this->folders[] = $place;
                }
            }
        }
        return true;
    }

    /** Path and lstat of what a name in this folder is, at the end of all links; null where it is nothing. */
    public function find(string $name): ?array {
        $parent = $this->folder();
        $path = rtrim($parent[0], '/') . "/$name";
        $found = @lstat($path);
        if ($found === false) {
            return null;
        }
        if (!is_kind($found, 0120000)) {
            return [$path, $found];
        }
        if (++$this->links > self::MOST_LINKS) {
            throw new Failure('untrusted_link', "$path leads to more than " . self::MOST_LINKS . ' links');
        }
        $this->passed[] = $parent;
        $trusted = $found['uid'] === 0 && only_root_writes($parent[1]);
        $target = rtrim((string) readlink($path), '/') ?: '/';
        $slash = strrpos($target, '/');
        $last = $slash === false ? $target : substr($target, $slash + 1);
        if ($slash !== false && !$this->enter(substr($target, 0, $slash) ?: '/')) {
            return null;
        }
        if (in_array($last, ['', '.', '..'], true)) {
            $this->enter($last);
            $place = $this->folder();
        } else {
            $place = $this->find($last);
        }
        if ($place !== null && !$trusted && $place[1]['uid'] !== $found['uid']) {
            throw new Failure('untrusted_link', "$path is a link of " . account_name($found['uid'])
                . " to {$place[0]}, which belongs to " . account_name($place[1]['uid']));
        }
        return $place;
    }
}

function is_kind(array $stat, int $kind): bool {
    return ($stat['mode'] & 0170000) === $kind;
}

function only_root_writes(array $stat): bool {
    return $stat['uid'] === 0 && ($stat['mode'] & 0022) === 0;
}

function account_name(int $uid): string {
    $account = posix_getpwuid($uid);
    return $account ? $account['name'] : "user ID $uid";
}

/** A user ID without a name is a member of no group. One that has the same number by chance is somebody else's. */
function account_group(int $uid): int {
    $account = posix_getpwuid($uid);
    return $account ? $account['gid'] : (posix_getgrgid($uid) ? 65534 : $uid);
}

/** Hands this process over where it is root, and sees that it then is the owner of config.php: nobody else may run occ. */
function become_account(string $config, ?string $run_as): void {
    if (!function_exists('posix_geteuid')) {
        throw new Failure('php_extension', 'posix');
    }
    clearstatcache();
    if (posix_geteuid() === 0) {
        $uid = $run_as === null ? owner_of_config($config) : uid_of($run_as);
        $uid === 0 ? check_that_only_root_writes($config) : hand_over($uid);
    }
    clearstatcache();
    $owner = @fileowner(is_file($config) ? $config : dirname($config));
    if ($owner === false || $owner === posix_geteuid()) {
        return;
    }
    if ($run_as !== null) {
        throw new Failure('run_as_not_owner', account_name($owner), ['run_as' => $run_as]);
    }
    throw new Failure('not_owner', account_name($owner));
}

function hand_over(int $uid): void {
    $account = posix_getpwuid($uid);
    $group = account_group($uid);
    $name = $account ? $account['name'] : (string) $uid;
    if (!posix_initgroups($name, $group) || !posix_setgid($group) || !posix_setuid($uid) || posix_geteuid() !== $uid) {
        throw new Failure('not_owner', account_name($uid));
    }
    putenv('HOME=' . ($account ? $account['dir'] : '/'));
}

function uid_of(string $run_as): int {
    $account = posix_getpwnam($run_as);
    if ($account) {
        return $account['uid'];
    }
    if (ctype_digit($run_as) && (int) $run_as < 4294967295) {
        return (int) $run_as;
    }
    throw new Failure('unknown_account', $run_as);
}

/** The owner of config.php, or of its folder where there is no such file. */
function owner_of_config(string $config): int {
    $walk = new Walk();
    if (!$walk->enter(dirname($config))) {
        throw new Failure('not_installed', Run::$root);
    }
    $folder = $walk->folder();
    $place = $walk->find('config.php');
    if ($place === null) {
        return $folder[1]['uid'];
    }
    if (!is_kind($place[1], 0100000)) {
        throw new Failure('untrusted_link', "{$place[0]} is not a regular file");
    }
    foreach ([$folder, $walk->folder()] as list($path, $stat)) {
        check_writers($path, $stat, $place);
    }
    // what was looked at by name has to be what is there, or somebody is swapping it
    $file = fopen($config, 'r');
    $opened = $file ? fstat($file) : false;
    if (!$opened || [$opened['dev'], $opened['ino']] !== [$place[1]['dev'], $place[1]['ino']]) {
        throw new Failure('untrusted_link', "$config was replaced at this moment");
    }
    return $place[1]['uid'];
}

/** Another account that may write to the folder of config.php could have moved any file of its owner there. */
function check_writers(string $folder, array $stat, array $config): void {
    $uid = $config[1]['uid'];
    if ($stat['uid'] === $uid) {
        return;
    }
    $writers = $stat['uid'] === 0 ? [] : [account_name($stat['uid'])];
    if ($stat['mode'] & 0020 && !in_array($stat['gid'], [0, account_group($uid)], true)) {
        $group = posix_getgrgid($stat['gid']);
        $writers[] = 'group ' . ($group ? $group['name'] : $stat['gid']);
    }
    if ($stat['mode'] & 0002) {
        $writers[] = 'everybody';
    }
    if ($writers) {
        $facts = ['path' => $config[0], 'owner' => account_name($uid), 'folder' => $folder];
        throw new Failure('untrusted_folder', '', $facts + ['writers' => implode(', ', $writers)]);
    }
}

/** For PHP that stays root: code, configuration and folders above are root's, and nobody else can write there. */
function check_that_only_root_writes(string $config): void {
    check_the_way_to(Run::$root);
    if (!is_file($config)) {
        return; // not installed: nothing of the tree is loaded
    }
    check_the_way_to($config);
    check_the_tree(dirname($config), null);
    $values = config_values(dirname($config));
    $data = realpath((string) ($values['datadirectory'] ?? Run::$root . '/data'));
    check_the_tree(Run::$root, $data ?: null);
    foreach ((array) ($values['apps_paths'] ?? []) as $entry) {
        if (is_array($entry) && is_string($entry['path'] ?? null) && file_exists($entry['path'])) {
            check_the_way_to($entry['path']);
            check_the_tree($entry['path'], $data ?: null);
        }
    }
}

function check_the_way_to(string $path): void {
    $walk = new Walk();
    $walk->enter(dirname($path));
    $place = $walk->find(basename($path));
    foreach (array_merge($walk->folders, $walk->passed, $place === null ? [] : [$place]) as list($name, $stat)) {
        // with the sticky bit, as in /tmp, nobody can replace what others have put there
        if ($stat['uid'] !== 0 || ($stat['mode'] & 0022 && !($stat['mode'] & 01000))) {
            throw new Failure('runs_as_root', $stat['uid'] !== 0 ? "$name belongs to " . account_name($stat['uid'])
                : "$name can be written to by others");
        }
    }
}

/** Every file and folder of a tree, without what is below $skip; the targets of links are looked at as well. */
function check_the_tree(string $top, ?string $skip): void {
    $seen = [];
    for ($ahead = [(string) realpath($top)]; $ahead;) {
        $path = array_pop($ahead);
        if ($path === $skip || isset($seen[$path])) {
            continue;
        }
        $seen[$path] = true;
        $stat = lstat($path);
        if ($stat === false) {
            continue;
        }
        if (is_kind($stat, 0120000)) {
            if (file_exists($path)) {
                check_the_way_to($path);
                $ahead[] = (string) realpath($path);
            }
        } elseif ($stat['uid'] !== 0) {
            throw new Failure('runs_as_root', "$path belongs to " . account_name($stat['uid']));
        } elseif ($stat['mode'] & 0022) {
            throw new Failure('runs_as_root', "$path can be written to by others");
        } elseif (is_kind($stat, 0040000)) {
            foreach (array_diff(scandir($path), ['.', '..']) as $name) {
                $ahead[] = "$path/$name";
            }
        }
    }
}

/** config.php and the files beside it, as Nextcloud reads them one after the other. */
function config_values(string $folder): array {
    $all = [];
    foreach (array_merge(["$folder/config.php"], glob("$folder/*.config.php") ?: []) as $file) {
        $all = array_merge($all, (static function (string $file): array {
            $CONFIG = [];
            include $file;
            return $CONFIG;
        })($file));
    }
    return $all;
}
