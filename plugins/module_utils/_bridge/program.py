# Copyright (c) 2026, SecSign Nextcloud collection contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bridge: the one fixed PHP program that runs inside a Nextcloud. GENERATED from bridge/src by tools/bridge.py.

It is started with ``php -r LOADER``. Standard input has the length of the program, the program, one line of JSON
(the request), and the bytes that the request announces. A value of a user is never part of the program.

It answers with lines on standard output that begin with the request's ``mark``, each followed by one JSON object.
Everything else on standard output (notices, warnings of an app) is ignored.

The program is written for PHP 7.2 to 8.5 and calls Nextcloud's public interfaces (namespace OCP). Where a release
has none for a purpose, a comment names the internal interface that is used instead.
"""

from __future__ import annotations

# Reads exactly the program, so that the request and its payload remain on standard input.
LOADER = "eval(stream_get_contents(STDIN, (int) fgets(STDIN)));"

# The line of PROGRAM with which each source begins.
SOURCES = (
    (1, "start.php"),
    (145, "app_files.php"),
    (276, "app_folder.php"),
    (444, "main.php"),
    (650, "running_as.php"),
    (919, "saml.php"),
    (1053, "state.php"),
    (1322, "upgrade.php"),
    (1444, "user_changes.php"),
    (1609, "users.php"),
)

PROGRAM = r"""
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * How it answers, and how Nextcloud is started.
 */

namespace SecSign\Bridge;

final class Failure extends \Exception {
    public $kind;
    /** @var array<string, string> what else the message names */
    public $facts;
    public function __construct(string $kind, string $detail = '', array $facts = []) {
        parent::__construct($detail);
        $this->kind = $kind;
        $this->facts = $facts;
    }
}

/** What the shutdown handler has to know when Nextcloud ends the process by itself. */
final class Run {
    public static $mark = '';
    public static $phase = 'start';
    public static $root = '';
    public static $answered = false;
    public static $state = [];
    public static $silent = [];
    public static $providers = [];
    public static $id_stores = [];
    public static $printed = '';
}

function say(array $record): void {
    $json = json_encode($record, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE);
    // fwrite passes the output buffers by, and a pipe may take less than all of it
    $line = "\n" . Run::$mark . $json . "\n";
    for ($written = 0; $written < strlen($line); $written += $n) {
        $n = fwrite(STDOUT, substr($line, $written));
        if (!$n) {
            return;
        }
    }
}

function answer(array $record): void {
    Run::$answered = true;
    say(['type' => 'answer'] + $record);
}

function fail(string $kind, string $detail, ?int $line = null, array $facts = []): void {
    Run::$answered = true;
    $detail = trim(preg_replace('/\s+/', ' ', strip_tags($detail)));
    $detail = mb_strimwidth_safe($detail, 300);
    say(['type' => 'failure', 'kind' => $kind, 'detail' => $detail, 'php' => PHP_VERSION, 'line' => $line,
        'facts' => (object) $facts]);
}

function mb_strimwidth_safe(string $text, int $limit): string {
    if (strlen($text) <= $limit) {
        return $text;
    }
    // mbstring may be missing: cut at a character's start
    while ($limit > 0 && (ord($text[$limit]) & 0xC0) === 0x80) {
        $limit--;
    }
    return substr($text, 0, $limit) . '...';
}

function service(string $class) {
    // Server::get came with Nextcloud 20
    return method_exists(\OC::$server, 'get') ? \OC::$server->get($class) : \OC::$server->query($class);
}

/** All at once: row by row costs several times as much in Nextcloud's layers. Whoever asks for many asks page by page. */
function rows(string $sql, array $parameters = []): array {
    $result = service(\OCP\IDBConnection::class)->executeQuery($sql, $parameters);
    $rows = $result->fetchAll(\PDO::FETCH_ASSOC);
    $result->closeCursor();
    return $rows;
}

/** For IN (...): an empty list finds nothing. */
function placeholders(array $values): string {
    return $values ? implode(',', array_fill(0, count($values), '?')) : 'NULL';
}


function find_root(array $candidates): string {
    foreach ($candidates as $candidate) {
        if (is_file("$candidate/version.php") && is_file("$candidate/lib/base.php")) {
            return rtrim($candidate, '/');
        }
    }
    throw new Failure('not_nextcloud', implode(', ', $candidates));
}

function config_file(string $root): string {
    $directory = getenv('NEXTCLOUD_CONFIG_DIR');
    return ($directory ?: "$root/config") . '/config.php';
}

function boot(string $root, ?string $run_as): void {
    $config = config_file($root);
    become_account($config, $run_as);
    if (is_dir(dirname($config)) && !is_executable(dirname($config))) {
        throw new Failure('config_unreadable', $config);
    }
    // Nextcloud would create the missing file at start; this program must not leave traces
    if (!is_file($config)) {
        throw new Failure('not_installed', $root);
    }
    if (!is_readable($config)) {
        throw new Failure('config_unreadable', $config);
    }
    // Nextcloud empties the file before it writes it anew, and holds a lock for that time
    $file = fopen($config, 'r');
    flock($file, LOCK_SH);
    $opening = (string) fread($file, 2);
    fclose($file);
    if ($opening === '') {
        throw new Failure('not_installed', $root);
    }
    // occ refuses this; here, where output is held back, Nextcloud itself does not see it
    if ($opening !== '<?') {
        throw new Failure('config_broken', 'there is text before the opening tag of PHP');
    }
    chdir($root);
    define('OC_CONSOLE', 1);
    $_SERVER['argv'] = ['occ'];
    $_SERVER['argc'] = 1;
    $_SERVER['SCRIPT_FILENAME'] = "$root/occ";

    Run::$phase = 'php_version';
    require "$root/lib/versioncheck.php";
    Run::$phase = 'boot';
    require_once "$root/lib/base.php";
    @set_time_limit(0);
    Run::$phase = 'booted';
    if (!service(\OCP\IConfig::class)->getSystemValue('installed', false)) {
        throw new Failure('not_installed', $root);
    }
}

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

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * The operations, and what is said when the process ends without an answer.
 */

namespace SecSign\Bridge;

function read(array $request): array {
    $maintenance = (bool) system_value('maintenance', false);
    $state = ['server' => read_server()];
    $unfinished = own_upgrade();
    if ($unfinished !== null) {
        lock(LOCK_SH); // let go at once: only to see whether it still goes on
    }
    if ($maintenance) {
        throw new Failure(left_by($unfinished) ? 'upgrade_interrupted' : 'maintenance', Run::$root);
    }
    $state['unfinished'] = $unfinished !== null;
    $state['apps'] = read_apps($request['apps'], $request['digests'], $request['packages']);
    $state['settings'] = read_settings($request['settings']);
    $state['policy'] = read_policy();
    $state['groups'] = read_groups($request['groups']);
    $state['enrolled'] = read_enrolled();
    $state['now'] = time();
    $state['uids'] = read_uids($request['names']);
    $state['members'] = read_members($request['members']);
    $state['verdicts'] = read_verdicts($request['verdicts']);
    Run::$id_stores = $request['id_stores'];
    if ($request['users']) {
        send_users(all_users(), null);
    } elseif ($request['some_users']) {
        $these = these_users($request['some_users']);
        send_users($these, array_column($these, 0));
    }
    // the backends that gave no answer where the rest could go on without them
    $state['silent'] = (object) Run::$silent;
    $state['saml'] = $request['saml'] === null ? null : read_saml($request['saml']);
    // an app that waits for its upgrade is not loaded by Nextcloud either
    $state['providers'] = null;
    if ($request['providers'] && !$state['server']['pending_upgrades']) {
        // last, since a provider with a fatal error ends the process: then what is known so far is the answer
        Run::$state = $state;
        $state['providers'] = read_providers();
    }
    return $state;
}


/** The authorities that an app trusts: a list of its own, or Nextcloud's. */
function trusted_by(array $trust): ?string {
    if ($trust['ca_bundle'] !== null) {
        return app_path($trust['app']) . '/' . $trust['ca_bundle'];
    }
    $bundle = service(\OCP\ICertificateManager::class)->getAbsoluteBundlePath();
    return is_file($bundle) ? $bundle : null;
}

/** One request that neither creates a session nor reaches anybody's phone; only an ID server answers it in its form. */
function ask_id_server(array $request, ?string $trusted): array {
    $ssl = ['verify_peer' => true, 'verify_peer_name' => true] + ($trusted === null ? [] : ['cafile' => $trusted]);
    $bundle = null;
    if ($request['ca'] !== null) {
        $bundle = tempnam(sys_get_temp_dir(), 'ca');
        file_put_contents($bundle, $request['ca']);
        $ssl['cafile'] = $bundle;
    }
    $body = http_build_query(['request' => 'ReqGetAuthSessionState', 'apimethod' => 'ReqGetAuthSessionState',
        'secsignid' => 'nextcloud-connection-check', 'authsessionid' => '0', 'requestid' => '0']);
    $context = stream_context_create(['ssl' => $ssl, 'http' => [
        'method' => 'POST', 'content' => $body, 'timeout' => $request['timeout'], 'ignore_errors' => true,
        'follow_location' => 0, 'header' => "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n",
    ]]);
    // the first warning is the cause, what follows only says that nothing came
    $warnings = [];
    set_error_handler(static function ($level, $message) use (&$warnings) {
        $warnings[] = preg_replace('/^.*?(failed to open stream: |error messages?:\s*|\(\): )/is', '', $message);
        return true;
    });
    $text = file_get_contents($request['url'], false, $context, 0, 65536);
    restore_error_handler();
    if ($bundle !== null) {
        unlink($bundle);
    }
    if ($text === false) {
        return ['answers' => false, 'detail' => trim(preg_replace('/\s+/', ' ', $warnings[0] ?? 'no answer'))];
    }
    parse_str(trim($text), $fields);
    $speaks = isset($fields['error']) || isset($fields['authsessionstate']);
    $detail = $speaks ? '' : 'it answers, but not in the protocol of a SecSign ID server';
    return ['answers' => $speaks, 'detail' => $detail];
}


function run_occ(array $request): array {
    become_account(config_file(Run::$root), $request['run_as']);
    return occ_process($request, $request['argv'], $request['stdin']);
}


function main(): void {
    $request = json_decode((string) fgets(STDIN), true);
    Run::$mark = $request['mark'];
    set_error_handler(static function () {
        return true; // notices are not answers; Nextcloud installs its own handler at start
    });
    register_shutdown_function(static function () {
        if (!Run::$answered) {
            explain_the_end();
        }
    });
    ob_start(static function ($text) {
        Run::$printed = substr(Run::$printed . $text, 0, 4096);
        return '';
    }, 1024);
    try {
        if ($request['op'] === 'ask_id_server' && $request['trust'] === null) {
            answer(ask_id_server($request, null));
            return;
        }
        Run::$root = find_root($request['roots']);
        if ($request['op'] === 'occ') {
            answer(run_occ($request));
            return;
        }
        boot(Run::$root, $request['run_as']);
        if ($request['op'] === 'ask_id_server') {
            answer(ask_id_server($request, trusted_by($request['trust'])));
            return;
        }
        $operations = ['read', 'place_app', 'keep_app', 'revert_app', 'remove_app', 'set_members', 'assign_ids',
            'unlock_user', 'write_log', 'make_backup_codes', 'pack_app', 'write_saml',
            'upgrade', 'finish_upgrade', 'end_upgrade'];
        if (!in_array($request['op'], $operations, true)) {
            throw new Failure('bridge', 'unknown operation');
        }
        answer((__NAMESPACE__ . '\\' . $request['op'])($request));
    } catch (Failure $e) {
        fail($e->kind, $e->getMessage(), null, $e->facts);
    } catch (\Throwable $e) {
        fail(kind_of($e), get_class($e) . ': ' . $e->getMessage(), line_of($e));
    }
}

/** The line of this program from which an exception came; null where it came from nowhere in it. */
function line_of(\Throwable $e): ?int {
    foreach (array_merge([['file' => $e->getFile(), 'line' => $e->getLine()]], $e->getTrace()) as $frame) {
        if (is_of_the_bridge($frame['file'] ?? '')) {
            return $frame['line'];
        }
    }
    return null;
}

/** The program is not in a file: PHP calls what it was given that way. */
function is_of_the_bridge(string $file): bool {
    return substr($file, -9) === "()'d code";
}

function kind_of(\Throwable $e): string {
    for ($cause = $e; $cause !== null; $cause = $cause->getPrevious()) {
        $message = $cause->getMessage();
        if (preg_match('/disk is full|no space left|enough space for writing/i', $message)) {
            return 'disk_full';
        }
        if (
            $cause instanceof \PDOException || strpos(get_class($cause), 'Doctrine\\DBAL\\') === 0
            || strpos($message, 'SQLSTATE') !== false
            || strpos($message, 'Failed to connect to the database') !== false
        ) {
            return 'database';
        }
        if (stripos($message, 'memcache') !== false) {
            return 'cache';
        }
        if (basename($cause->getFile()) === 'config.php' || stripos($message, 'leading content') !== false) {
            return 'config_broken';
        }
    }
    return Run::$phase === 'boot' ? 'boot' : 'bridge';
}

/** Nextcloud or PHP ended the process before there was an answer: say why, from what is known. */
function explain_the_end(): void {
    // what is left in a buffer goes to the one below it, and from the last into Run::$printed
    while (ob_get_level() > 0) {
        ob_end_flush();
    }
    $error = error_get_last();
    $fatal = $error !== null && in_array($error['type'], [E_ERROR, E_PARSE, E_CORE_ERROR, E_COMPILE_ERROR], true);
    if (Run::$phase === 'php_version') {
        fail('php_version', str_replace('<br/>', ' ', Run::$printed));
    } elseif ($fatal && strpos(Run::$phase, 'provider:') === 0) {
        answer(['providers' => providers_after_the_end($error['message'])] + Run::$state);
    } elseif ($fatal) {
        $line = is_of_the_bridge($error['file']) ? $error['line'] : null;
        $kind = $line === null ? 'boot' : 'bridge';
        fail(strpos($error['message'], 'memory size') !== false ? 'memory' : $kind, $error['message'], $line);
    } elseif (Run::$phase === 'boot' && !is_writable(config_file(Run::$root))) {
        fail('config_not_writable', config_file(Run::$root));
    } else {
        fail('boot', Run::$printed);
    }
}

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

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * What the app user_saml keeps.
 */

namespace SecSign\Bridge;

/** A private key is returned as its sum only: enough to see whether it is the wanted one. */
function without_key(array $settings): array {
    if (($settings['sp-privateKey'] ?? '') !== '') {
        $settings['sp-privateKey'] = 'sha256:' . hash('sha256', preg_replace('/\s+/', '', $settings['sp-privateKey']));
    }
    return $settings;
}

function pem(string $text): string {
    $body = preg_replace('/-----[^-]*-----|\s+/', '', $text);
    return "-----BEGIN CERTIFICATE-----\n" . chunk_split($body, 64, "\n") . "-----END CERTIFICATE-----\n";
}

/** What a certificate says; null if it is none. */
function certificate_facts(string $text): ?array {
    $certificate = @openssl_x509_read(pem($text));
    $facts = $certificate ? openssl_x509_parse($certificate) : false;
    if (!$facts) {
        return null;
    }
    $key = openssl_pkey_get_details(openssl_pkey_get_public($certificate));
    return [
        'subject' => (string) preg_replace('#^/#', '', $facts['name']),
        'not_before' => $facts['validFrom_time_t'],
        'not_after' => $facts['validTo_time_t'],
        'sha256' => openssl_x509_fingerprint($certificate, 'sha256'),
        'rsa_bits' => ($key['type'] ?? null) === OPENSSL_KEYTYPE_RSA ? $key['bits'] : null,
    ];
}

/**
 * Identity providers, certificates (of theirs and those asked about, each under the sum of its text), and the own
 * addresses.
 */
function read_saml(array $asked): array {
    $found = [
        'providers' => new \stdClass(), 'keys' => null, 'certificates' => new \stdClass(), 'addresses' => null,
        'pairs' => [],
    ];
    if (service(\OCP\IDBConnection::class)->tableExists('user_saml_configurations')) {
        foreach (rows('SELECT id, configuration FROM *PREFIX*user_saml_configurations ORDER BY id') as $row) {
            $settings = json_decode((string) $row['configuration'], true) ?: [];
            foreach (['idp-x509cert', 'sp-x509cert'] as $key) {
                $asked['certificates'][] = $settings[$key] ?? '';
            }
            // an empty list would become [] on the way
            $found['providers']->{$row['id']} = (object) without_key($settings);
        }
    }
    foreach (array_filter($asked['certificates'], 'strlen') as $text) {
        $found['certificates']->{hash('sha256', $text)} = certificate_facts($text);
    }
    foreach ($asked['pairs'] as list($certificate, $key)) {
        $read = @openssl_pkey_get_private($key);
        $fits = $read !== false && @openssl_x509_check_private_key(pem($certificate), $read);
        $found['pairs'][] = $read === false ? 'unreadable' : ($fits ? 'fits' : 'other');
    }
    if (in_array('user_saml', enabled_apps(), true) && app_path('user_saml') !== null) {
        load_app('user_saml');
        $class = 'OCA\User_SAML\SAMLSettings';
        $is_known = class_exists($class) && defined("$class::IDP_CONFIG_KEYS");
        $found['keys'] = $is_known ? constant("$class::IDP_CONFIG_KEYS") : [];
        $urls = service(\OCP\IURLGenerator::class);
        $routes = [
            'entity_id' => 'getMetadata', 'acs_url' => 'assertionConsumerService', 'slo_url' => 'singleLogoutService',
        ];
        foreach ($routes as $name => $route) {
            $found['addresses'][$name] = $urls->linkToRouteAbsolute('user_saml.SAML.' . $route);
        }
    }
    return $found;
}

/** Through the app's own class, as its occ commands do, but with values that no argument list shows. */
function write_saml_providers(array $changes): void {
    $class = 'OCA\User_SAML\SAMLSettings';
    foreach ($changes as $id => $values) {
        if ($values === null) {
            service($class)->delete((int) $id);
            continue;
        }
        $settings = service($class)->get((int) $id);
        foreach ($values as $key => $value) {
            if ($value === null) {
                unset($settings[$key]);
            } else {
                $settings[$key] = $value;
            }
        }
        service($class)->set((int) $id, $settings);
    }
}

function write_saml_settings(array $values): void {
    $config = service(\OCP\IConfig::class);
    foreach ($values as $key => $value) {
        if ($value === null) {
            $config->deleteAppValue('user_saml', $key);
            continue;
        }
        try {
            $config->setAppValue('user_saml', $key, $value);
        } catch (\Throwable $e) {
            // stored with a type, by occ config:app:set --type
            $config->deleteAppValue('user_saml', $key);
            $config->setAppValue('user_saml', $key, $value);
        }
    }
}

/** SAML is switched on last and off first: nobody is sent to an identity provider that is not there. */
function write_saml(array $request): array {
    $settings = (array) $request['settings'];
    $off = array_key_exists('type', $settings) && (string) $settings['type'] === '';
    load_app('user_saml');
    if ($off) {
        write_saml_settings($settings);
    }
    write_saml_providers((array) $request['providers']);
    if (!$off) {
        write_saml_settings($settings);
    }
    return [];
}

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * What there is on the server, users apart.
 */

namespace SecSign\Bridge;

function system_value(string $key, $default = null) {
    return service(\OCP\IConfig::class)->getSystemValue($key, $default);
}

function apps(): \OCP\App\IAppManager {
    return service(\OCP\App\IAppManager::class);
}

function enabled_apps(): array {
    // getInstalledApps was renamed in 32
    return method_exists(apps(), 'getEnabledApps') ? apps()->getEnabledApps() : apps()->getInstalledApps();
}

function app_path(string $app): ?string {
    try {
        $path = apps()->getAppPath($app);
        return is_file("$path/appinfo/info.xml") ? $path : null;
    } catch (\Throwable $e) {
        return null;
    }
}

function pending_upgrades(): array {
    $pending = [];
    if (!\OCP\Util::needUpgrade()) {
        return $pending;
    }
    if (version_compare(implode('.', \OCP\Util::getVersion()), (string) system_value('version', '0'), '>')) {
        $pending[] = 'core';
    }
    $installed = [];
    foreach (rows("SELECT appid, configvalue FROM *PREFIX*appconfig WHERE configkey = 'installed_version'") as $row) {
        $installed[$row['appid']] = $row['configvalue'];
    }
    foreach (enabled_apps() as $app) {
        $path = app_path($app);
        $info = $path === null ? null : apps()->getAppInfo($app);
        if ($info && isset($installed[$app]) && version_compare($info['version'], $installed[$app], '!=')) {
            $pending[] = $app;
        }
    }
    return $pending ?: ['core'];
}

function app_folders(): array {
    $folders = [];
    foreach (system_value('apps_paths', []) ?: [] as $entry) {
        if (!empty($entry['path'])) {
            $writable = !empty($entry['writable']) && is_writable($entry['path']);
            $folders[] = ['path' => $entry['path'], 'writable' => $writable];
        }
    }
    // Nextcloud's own default
    return $folders ?: [['path' => Run::$root . '/apps', 'writable' => is_writable(Run::$root . '/apps')]];
}

/** Of these folders those on a disk without a megabyte to spare: an older release that writes config.php anew there leaves it empty. */
function full_disks(string ...$folders): array {
    return array_values(array_filter(array_unique($folders), static function ($folder) {
        $free = function_exists('disk_free_space') ? @disk_free_space($folder) : false;
        return is_float($free) && $free < 1 << 20;
    }));
}

function read_server(): array {
    $config = config_file(Run::$root);
    $release = (static function () {
        require Run::$root . '/version.php';
        return ['version' => implode('.', $OC_Version), 'release' => $OC_VersionString];
    })();
    return $release + [
        'installed_version' => (string) system_value('version', ''),
        'root' => Run::$root,
        'config' => $config,
        'owner' => fileowner($config),
        'php' => PHP_VERSION,
        'php_extensions' => array_map('strtolower', get_loaded_extensions()),
        'database' => (string) system_value('dbtype', ''),
        'maintenance' => (bool) system_value('maintenance', false),
        'config_writable' => is_writable($config) && !system_value('config_is_read_only', false),
        'pending_upgrades' => pending_upgrades(),
        'app_folders' => app_folders(),
        'full' => full_disks(dirname($config), (string) system_value('datadirectory', Run::$root . '/data')),
        'url' => (string) system_value('overwrite.cli.url', ''),
    ];
}

/** The lines of an app's info.xml that decide whether it fits, in Nextcloud's own parsing. */
function app_facts(string $app): array {
    $facts = ['path' => app_path($app), 'version' => null];
    if ($facts['path'] !== null) {
        $xml = file_get_contents($facts['path'] . '/appinfo/info.xml');
        $facts['info'] = base64_encode($xml);
        $info = apps()->getAppInfo($app);
        $facts['version'] = is_array($info) ? (string) $info['version'] : null;
    }
    return $facts;
}

/** $packages: app => version and digest of the package with which files of that version are compared. */
function read_apps(array $wanted, array $digests, array $packages): array {
    $found = [];
    foreach ($wanted as $app) {
        $facts = app_facts($app) + ['enabled' => 'no', 'installed_version' => null, 'digest' => null, 'code' => null];
        $facts['closed'] = closed_home($app);
        if (in_array($app, $digests, true) && $facts['path'] !== null) {
            // a package's sum leaves these two out
            $facts['digest'] = folder_digest($facts['path'], ['.git', 'node_modules'], ENTRIES_MAX, BYTES_MAX);
        }
        if ($facts['version'] !== null && $facts['version'] === ($packages[$app]['version'] ?? null)) {
            $facts['code'] = compare_folder($facts['path'], $packages[$app]['digest']);
            $facts['closed'] = $facts['closed'] ?? $facts['code']['closed'];
        }
        $found[$app] = $facts;
        foreach (app_folders() as $folder) {
            if (is_dir($folder['path'] . "/.secsign-old-$app") || is_dir($folder['path'] . "/.secsign-new-$app")) {
                $found[$app]['interrupted'] = true;
            }
        }
    }
    $sql = 'SELECT appid, configkey, configvalue FROM *PREFIX*appconfig WHERE configkey IN (?, ?) AND appid IN ('
        . placeholders($wanted) . ')';
    foreach (rows($sql, array_merge(['enabled', 'installed_version'], $wanted)) as $row) {
        $found[$row['appid']][$row['configkey']] = $row['configvalue'];
    }
    return $found;
}

function read_settings(array $wanted): array {
    $found = [];
    foreach ($wanted as $app) {
        $found[$app] = new \stdClass(); // one each: array_fill_keys would give all the same object
    }
    $sql = 'SELECT appid, configkey, configvalue FROM *PREFIX*appconfig WHERE appid IN (' . placeholders($wanted) . ')';
    foreach (rows($sql, $wanted) as $row) {
        if (!in_array($row['configkey'], ['enabled', 'installed_version', 'types'], true)) {
            $found[$row['appid']]->{$row['configkey']} = (string) $row['configvalue'];
        }
    }
    return $found;
}

function read_policy(): array {
    return [
        'enforced' => system_value('twofactor_enforced'),
        'groups' => system_value('twofactor_enforced_groups'),
        'excluded_groups' => system_value('twofactor_enforced_excluded_groups'),
    ];
}

/** Group id => whether it exists; null where a backend that might know it does not answer. */
function read_groups(array $wanted): \stdClass {
    $found = new \stdClass();
    foreach ($wanted as $gid) {
        $known = false;
        foreach (group_backends() as $backend) {
            $there = ask_backend($backend, static function () use ($backend, $gid) {
                return $backend->groupExists((string) $gid);
            });
            if ($there) {
                $known = true;
                break;
            }
            $known = $there === null ? null : $known;
        }
        $found->{$gid} = $known;
    }
    return $found;
}

/** Provider id => how many users have it enabled. */
function read_enrolled(): \stdClass {
    $found = new \stdClass();
    $sql = 'SELECT provider_id, COUNT(*) AS users FROM *PREFIX*twofactor_providers WHERE enabled = 1'
        . ' GROUP BY provider_id';
    foreach (rows($sql) as $row) {
        $found->{$row['provider_id']} = (int) $row['users'];
    }
    return $found;
}

function load_app(string $app): void {
    if (method_exists(apps(), 'loadApp')) {
        if (!apps()->isAppLoaded($app)) {
            apps()->loadApp($app);
        }
    } elseif (!\OC_App::isAppLoaded($app)) { // before 27 only the internal class loads one app
        \OC_App::loadApp($app);
    }
}

/** @return array of [app, class] for every provider that an enabled app declares */
function declared_providers(): array {
    $declared = [];
    foreach (enabled_apps() as $app) {
        $info = app_path($app) === null ? null : apps()->getAppInfo($app);
        foreach ((array) ($info['two-factor-providers'] ?? []) as $class) {
            $declared[] = [$app, $class];
        }
    }
    // since 22 an app may register its provider in code; only the internal coordinator knows those
    if (class_exists(\OC\AppFramework\Bootstrap\Coordinator::class)) {
        $context = service(\OC\AppFramework\Bootstrap\Coordinator::class)->getRegistrationContext();
        if ($context !== null && method_exists($context, 'getTwoFactorProviders')) {
            foreach ($context->getTwoFactorProviders() as $registration) {
                $declared[] = [$registration->getAppId(), $registration->getService()];
            }
        }
    }
    return $declared;
}

/** Loads each provider as Nextcloud does at a login, one by one, so that a broken one is named. */
function read_providers(): array {
    $limits = [];
    foreach (rows("SELECT appid, configvalue FROM *PREFIX*appconfig WHERE configkey = 'enabled'") as $row) {
        $limits[$row['appid']] = json_decode((string) $row['configvalue'], true);
    }
    foreach (declared_providers() as list($app, $class)) {
        Run::$providers[] = ['app' => $app, 'class' => $class, 'id' => null, 'loads' => false, 'error' => null,
            'groups' => array_map('strval', (array) ($limits[$app] ?? []))];
    }
    foreach (Run::$providers as &$entry) {
        list('app' => $app, 'class' => $class) = $entry;
        Run::$phase = "provider:$app";
        try {
            $facts = Run::$state['apps'][$app] ?? [];
            isset($facts['code']) && refuse_endless_files($facts['path'], $facts['code']);
            load_app($app);
            $provider = service($class);
            $space = 'OCP\\Authentication\\TwoFactorAuth\\';
            $entry = [
                'id' => $provider->getId(),
                'loads' => true,
                'set_up_at_login' => is_a($provider, $space . 'IActivatableAtLogin'),
                'enabled_by_admin' => is_a($provider, $space . 'IActivatableByAdmin'),
                'disabled_by_admin' => is_a($provider, $space . 'IDeactivatableByAdmin'),
            ] + $entry;
        } catch (\Throwable $e) {
            $entry['error'] = get_class($e) . ': ' . mb_strimwidth_safe($e->getMessage(), 200);
        }
    }
    Run::$phase = 'booted';
    return Run::$providers;
}

/** A provider with a fatal error has ended the process: it is named, and those after it could not be tried. */
function providers_after_the_end(string $message): array {
    $guilty = null;
    foreach (Run::$providers as &$entry) {
        if (!$entry['loads'] && $entry['error'] === null) {
            $entry['error'] = $guilty === null
                ? mb_strimwidth_safe(preg_replace('/\s+/', ' ', $message), 200)
                : "not tried, since the one of $guilty ends PHP";
            $guilty = $guilty ?? $entry['app'];
        }
    }
    return Run::$providers;
}

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * Occ as a child process, and an ``occ upgrade`` that a later run can distinguish from an administrator's.
 *
 * An upgrade that is killed leaves Nextcloud in maintenance mode, which an administrator may have wanted as well. So
 * before it begins, it is written down in the app config of the collection, and crossed out after its end. Who
 * upgrades, or changes the code of an app, holds a lock; the occ that was started inherits it, and holds it even when
 * whoever started it has died.
 */

namespace SecSign\Bridge;

/** For a command that Nextcloud must carry out in a process of its own. */
function occ_process(array $request, array $argv, string $stdin): array {
    putenv('COLUMNS=1000'); // occ breaks long messages in mid-word
    $command = array_merge([PHP_BINARY], $request['php_args'], [Run::$root . '/occ'], $argv);
    // a list of arguments reaches the program without a shell since PHP 7.4; before, each is quoted
    $command = PHP_VERSION_ID >= 70400 ? $command : implode(' ', array_map('escapeshellarg', $command));
    $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w'], ['pipe', 'w']], $pipes, Run::$root);
    fwrite($pipes[0], $stdin);
    fclose($pipes[0]);
    $printed = [1 => '', 2 => ''];
    for ($open = [1 => $pipes[1], 2 => $pipes[2]]; $open;) {
        $ready = $open;
        $none = null;
        stream_select($ready, $none, $none, null);
        foreach ($ready as $stream => $pipe) {
            $printed[$stream] .= $text = (string) fread($pipe, 65536);
            if (strlen($printed[1]) + strlen($printed[2]) > $request['max_output']) {
                proc_terminate($process, 9);
                $beginning = trim(substr($printed[$stream], 0, 200));
                throw new Failure('too_much_output', $beginning, ['limit' => $request['max_output'] >> 20]);
            }
            if ($text === '' && feof($pipe)) {
                unset($open[$stream]);
            }
        }
    }
    return ['argv' => $argv, 'rc' => proc_close($process), 'stdout' => $printed[1], 'stderr' => $printed[2]];
}

/** A lock on a file that nobody ever writes; it ends with the last process that has it open. */
function lock(int $kind) {
    $file = fopen(Run::$root . '/version.php', 'r');
    if (!flock($file, $kind | LOCK_NB, $held) && $held) {
        throw new Failure('busy', Run::$root);
    }
    return $file; // where the file system knows no locks, there is none
}

/** What was written down before an upgrade began and is not crossed out yet. */
function own_upgrade(): ?array {
    $sql = "SELECT configvalue FROM *PREFIX*appconfig WHERE appid = 'secsign_nextcloud' AND configkey = 'upgrade'";
    foreach (rows($sql) as $row) {
        $kept = json_decode((string) $row['configvalue'], true);
        return is_array($kept) ? $kept : null;
    }
    return null;
}

/** Whether it is that upgrade to which the server owes its maintenance mode: it logs everything while it runs, and nothing else waits. */
function left_by(?array $kept): bool {
    if ($kept === null || !system_value('maintenance', false)) {
        return false;
    }
    $waiting = pending_upgrades();
    return !array_diff($waiting, array_keys($kept['apps'])) && ($waiting || (int) system_value('loglevel', 2) === 0);
}

/** $request['apps']: app => the value of its key 'enabled', to be put back where an upgrade that fails switches it off. */
function upgrade(array $request): array {
    $lock = lock(LOCK_EX);
    if (system_value('maintenance', false)) {
        throw new Failure('maintenance', Run::$root);
    }
    $kept = json_encode(['apps' => $request['apps'], 'loglevel' => system_value('loglevel')]);
    service(\OCP\IConfig::class)->setAppValue('secsign_nextcloud', 'upgrade', $kept);
    $done = occ_process($request, ['upgrade', '--no-interaction', '--no-warnings'], '');
    if ($done['rc'] === 0) {
        service(\OCP\IConfig::class)->deleteAppValue('secsign_nextcloud', 'upgrade');
    }
    return $done;
}

/** Takes up an upgrade that an earlier run began and did not end. */
function finish_upgrade(array $request): array {
    $lock = lock(LOCK_EX);
    $kept = own_upgrade();
    if (!left_by($kept)) {
        throw new Failure('maintenance', Run::$root);
    }
    $done = pending_upgrades()
        ? occ_process($request, ['upgrade', '--no-interaction', '--no-warnings'], '')
        : null;
    $failed = $done !== null && $done['rc'] !== 0;
    $over = after_upgrade($request, $kept, $failed);
    return $failed ? $done : $over;
}

/** Nothing is to be upgraded any more, or not now: back to normal operation. */
function end_upgrade(array $request): array {
    $lock = lock(LOCK_EX);
    return after_upgrade($request, own_upgrade(), true);
}

function after_upgrade(array $request, ?array $kept, bool $failed): array {
    $content = ['apps' => ['secsign_nextcloud' => ['upgrade' => null]]];
    foreach ($kept !== null && $failed ? $kept['apps'] : [] as $app => $enabled) {
        $content['apps'][$app] = ['enabled' => $enabled];
    }
    if ($kept !== null && system_value('maintenance', false)) {
        $content['system']['maintenance'] = false;
    }
    if ($kept !== null && (int) system_value('loglevel', 2) === 0) {
        $content['system']['loglevel'] = $kept['loglevel'];
    }
    $argv = ['config:import', '--no-interaction', '--no-warnings'];
    return occ_process($request, $argv, json_encode($content));
}

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * Groups that the collection fills, SecSign IDs, and the release of one user.
 */

namespace SecSign\Bridge;

/** Runs it in one transaction: a failure in the middle leaves nothing of it. */
function in_one_transaction(callable $work) {
    $database = service(\OCP\IDBConnection::class);
    $database->beginTransaction();
    try {
        $result = $work($database);
        $database->commit();
        return $result;
    } catch (\Throwable $e) {
        $database->rollBack();
        throw $e;
    }
}

function execute(string $sql, array $parameters): int {
    $database = service(\OCP\IDBConnection::class);
    // executeUpdate was renamed in 21
    return method_exists($database, 'executeStatement')
        ? $database->executeStatement($sql, $parameters)
        : $database->executeUpdate($sql, $parameters);
}

/** Gives a group exactly these members; null takes the group away. All of it or nothing. */
function set_members(array $request): array {
    load_user_backends();
    in_one_transaction(static function () use ($request) {
        change_members($request);
    });
    return [];
}

function change_members(array $request): void {
    $groups = service(\OCP\IGroupManager::class);
    $group = $groups->get($request['group']);
    if ($request['members'] === null) {
        if ($group !== null) {
            $group->delete();
        }
        return;
    }
    $group = $group ?? $groups->createGroup($request['group']);
    $there = array_flip(((array) read_members([$request['group']]))[$request['group']] ?? []);
    $wanted = array_flip($request['members']);
    foreach (array_keys(array_diff_key($wanted, $there)) as $uid) {
        $user = service(\OCP\IUserManager::class)->get((string) $uid);
        if ($user !== null) {
            $group->addUser($user);
        }
    }
    foreach (array_keys(array_diff_key($there, $wanted)) as $uid) {
        $user = service(\OCP\IUserManager::class)->get((string) $uid);
        if ($user !== null) {
            $group->removeUser($user);
        }
    }
}

/**
 * Assigns and takes away SecSign IDs as the app's own page does: its table, the registry of provider states, and,
 * where an ID changed, the mark that it was never used.
 */
function assign_ids(array $request): array {
    $app = $request['app'];
    $table = id_table($request['store']);
    in_one_transaction(static function () use ($app, $table, $request) {
        $there = existing("SELECT user_id AS uid FROM *PREFIX*$table", []);
        $registered = existing('SELECT uid FROM *PREFIX*twofactor_providers WHERE provider_id = ?', [$app]);
        $sql = "SELECT userid AS uid FROM *PREFIX*preferences WHERE appid = ? AND configkey = 'logged_in'";
        $marked = existing($sql, [$app]);
        foreach ($request['rows'] as list($uid, $id, $enabled, $changed)) {
            $known = isset($there[$uid]);
            $sql = $known
                ? "UPDATE *PREFIX*$table SET secsignid = ?, enabled = ? WHERE user_id = ?"
                : "INSERT INTO *PREFIX*$table (secsignid, enabled, user_id) VALUES (?, ?, ?)";
            execute($sql, [$id, (int) $enabled, $uid]);
            register_state($app, $uid, $enabled, isset($registered[$uid]));
            if ($changed && ($known || isset($marked[$uid]))) {
                mark_unused($app, $uid, isset($marked[$uid]));
            }
        }
        foreach ($request['removed'] as $uid) {
            $sql = $request['store']['keeps_empty_rows']
                ? "UPDATE *PREFIX*$table SET secsignid = '', enabled = 0 WHERE user_id = ?"
                : "DELETE FROM *PREFIX*$table WHERE user_id = ?";
            execute($sql, [$uid]);
            register_state($app, $uid, false, isset($registered[$uid]));
            mark_unused($app, $uid, isset($marked[$uid]));
        }
    });
    return [];
}

/** The table of SecSign IDs that the registry of provider apps names; a part of SQL, so nothing but a name. */
function id_table(array $store): string {
    if (preg_match('/^[a-z][a-z0-9_]{0,62}\z/', $store['table']) !== 1) {
        throw new Failure('bridge', 'not the name of a table: ' . $store['table']);
    }
    return $store['table'];
}

function existing(string $sql, array $parameters): array {
    $found = [];
    foreach (rows($sql, $parameters) as $row) {
        $found[$row['uid']] = true;
    }
    return $found;
}

function register_state(string $provider, string $uid, bool $enabled, bool $known): void {
    $sql = $known
        ? 'UPDATE *PREFIX*twofactor_providers SET enabled = ? WHERE provider_id = ? AND uid = ?'
        : 'INSERT INTO *PREFIX*twofactor_providers (enabled, provider_id, uid) VALUES (?, ?, ?)';
    execute($sql, [(int) $enabled, $provider, $uid]);
}

function mark_unused(string $app, string $uid, bool $known): void {
    $sql = $known
        ? "UPDATE *PREFIX*preferences SET configvalue = '0' WHERE appid = ? AND configkey = 'logged_in' AND userid = ?"
        : "INSERT INTO *PREFIX*preferences (configvalue, appid, configkey, userid) VALUES ('0', ?, 'logged_in', ?)";
    execute($sql, [$app, $uid]);
}

/** Switches a provider off for one user, past its code, so that a broken or missing app does not matter. */
function unlock_user(array $request): array {
    in_one_transaction(static function () use ($request) {
        $sql = 'UPDATE *PREFIX*twofactor_providers SET enabled = 0 WHERE provider_id = ? AND uid = ?';
        execute($sql, [$request['provider'], $request['user']]);
        foreach ($request['id_stores'] as $app => $store) {
            $table = id_table($store);
            if ($app === $request['provider'] && service(\OCP\IDBConnection::class)->tableExists($table)) {
                execute("UPDATE *PREFIX*$table SET enabled = 0 WHERE user_id = ?", [$request['user']]);
            }
        }
    });
    return [];
}

/** A line in Nextcloud's own log, above its default level. */
function write_log(array $request): array {
    $psr = \Psr\Log\LoggerInterface::class;
    $logger = service(interface_exists($psr) ? $psr : \OCP\ILogger::class);
    $logger->warning($request['message'], ['app' => 'secsign_nextcloud']);
    return [];
}

/** Makes a set of backup codes with the service of Nextcloud's own app; the old ones end. */
function make_backup_codes(array $request): array {
    load_user_backends();
    load_app('twofactor_backupcodes');
    $user = service(\OCP\IUserManager::class)->get($request['user']);
    if ($user === null) {
        throw new Failure('unknown_users', $request['user']);
    }
    return ['codes' => service(\OCA\TwoFactorBackupCodes\Service\BackupCodeStorage::class)->createCodes($user)];
}

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * The users of all user backends, read in bulk and returned as a stream.
 */

namespace SecSign\Bridge;

function load_user_backends(): void {
    // LDAP, SAML and others register their backends when their apps load
    method_exists(apps(), 'loadApps') ? apps()->loadApps(['authentication']) : \OC_App::loadApps(['authentication']);
}

/**
 * A directory that is down must not keep anybody from being released: what it would have said is left out, and its
 * name kept.
 */
function ask_backend($backend, callable $ask) {
    try {
        return $ask();
    } catch (\Throwable $e) {
        Run::$silent[backend_name($backend)] = $e->getMessage();
        return null;
    }
}

function backend_name($backend): string {
    return method_exists($backend, 'getBackendName') ? $backend->getBackendName() : get_class($backend);
}

/** SAML and the like return here that they know no passwords. */
function knows_passwords($backend): bool {
    return !method_exists($backend, 'implementsActions')
        || $backend->implementsActions(\OC\User\Backend::CHECK_PASSWORD);
}

/** Nextcloud's own first: it always answers. */
function own_first(array $backends, string $own): array {
    usort($backends, static function ($one, $other) use ($own) {
        return (int) ($other instanceof $own) - (int) ($one instanceof $own);
    });
    return $backends;
}

function user_backends(): array {
    load_user_backends();
    return own_first(service(\OCP\IUserManager::class)->getBackends(), \OC\User\Database::class);
}

function group_backends(): array {
    load_user_backends();
    return own_first(service(\OCP\IGroupManager::class)->getBackends(), \OC\Group\Database::class);
}

/** Whether the database keeps a password for somebody. Not compared with '', which is NULL to Oracle. */
const HAS_PASSWORD = 'CASE WHEN LENGTH(password) > 0 THEN 1 ELSE 0 END AS has_password';

/**
 * All users, each once, in the order in which Nextcloud asks its backends: user id, name of the backend, whether the
 * backend knows passwords, whether the database keeps one for the user.
 */
function all_users(): \Generator {
    load_user_backends();
    $others = [];
    foreach (service(\OCP\IUserManager::class)->getBackends() as $backend) {
        if ($backend instanceof \OC\User\Database) {
            $last = '';
            $sql = 'SELECT uid, ' . HAS_PASSWORD . ' FROM *PREFIX*users WHERE uid > ? ORDER BY uid LIMIT 1000';
            while ($page = rows($sql, [$last])) {
                foreach ($page as $row) {
                    yield [$last = (string) $row['uid'], 'Database', true, (bool) (int) $row['has_password']];
                }
            }
            continue;
        }
        try {
            for ($offset = 0; $page = $backend->getUsers('', 1000, $offset); $offset += 1000) {
                foreach ($page as $uid) {
                    $others[] = [(string) $uid, backend_name($backend), knows_passwords($backend)];
                }
                if (count($page) < 1000) {
                    break;
                }
            }
        } catch (\Throwable $e) {
            throw new Failure('user_backend', backend_name($backend) . ': ' . $e->getMessage());
        }
    }
    $known = [];
    foreach (database_users(array_column($others, 0)) as $uid) {
        $known[$uid] = true;
    }
    foreach ($others as list($uid, $name, $password)) {
        if (!isset($known[$uid])) {
            $known[$uid] = true;
            yield [$uid, $name, $password, false];
        }
    }
}

/** Which of these ids the database backend knows too: they were returned already. */
function database_users(array $uids): \Generator {
    foreach (array_chunk($uids, 500) as $chunk) {
        foreach (rows('SELECT uid FROM *PREFIX*users WHERE uid IN (' . placeholders($chunk) . ')', $chunk) as $row) {
            yield $row['uid'];
        }
    }
}

/** The same of these names only, those that are known. */
function these_users(array $names): array {
    return array_values(array_filter(find_users($names)));
}

/**
 * A name is a user id or, as at the login, a mail address that one account has. Name => what all_users() returns of the
 * user; false where there is none, null where a backend that might know does not answer.
 */
function find_users(array $names): array {
    $found = array_fill_keys($names, false);
    foreach (array_chunk($names, 500) as $chunk) {
        $sql = 'SELECT uid, uid_lower, ' . HAS_PASSWORD . ' FROM *PREFIX*users WHERE uid_lower IN';
        $given = array_combine(array_map(__NAMESPACE__ . '\\lower_case', $chunk), $chunk);
        foreach (rows($sql . ' (' . placeholders($chunk) . ')', array_keys($given)) as $row) {
            $user = [(string) $row['uid'], 'Database', true, (bool) (int) $row['has_password']];
            $found[$given[$row['uid_lower']]] = $user;
        }
    }
    foreach ($found as $name => $user) {
        $found[$name] = $user ?: from_other_backends((string) $name);
    }
    $addresses = array_filter(array_map('strval', array_keys($found, false, true)), static function ($name) {
        return strpos($name, '@') !== false;
    });
    foreach (array_chunk($addresses, 500) as $chunk) {
        $sql = "SELECT userid, LOWER(configvalue) AS mail FROM *PREFIX*preferences WHERE appid = 'settings'"
            . " AND configkey = 'email' AND LOWER(configvalue) IN (" . placeholders($chunk) . ')';
        $owners = [];
        foreach (rows($sql, array_map(__NAMESPACE__ . '\\lower_case', $chunk)) as $row) {
            $owners[$row['mail']][] = (string) $row['userid'];
        }
        foreach ($chunk as $address) {
            $uids = $owners[lower_case($address)] ?? [];
            if (count($uids) > 1) {
                throw new Failure('shared_address', $address . ' (' . implode(', ', array_slice($uids, 0, 20)) . ')');
            }
            if ($uids) {
                $found[$address] = find_users($uids)[$uids[0]];
            }
        }
    }
    return $found;
}

function lower_case(string $text): string {
    return function_exists('mb_strtolower') ? mb_strtolower($text, 'UTF-8') : strtolower($text);
}

/** Whom other backends than the database know by this id. */
function from_other_backends(string $uid) {
    $silent = false;
    foreach (user_backends() as $backend) {
        if ($backend instanceof \OC\User\Database) {
            continue;
        }
        $there = ask_backend($backend, static function () use ($backend, $uid) {
            return $backend->userExists($uid);
        });
        if ($there) {
            return [$uid, backend_name($backend), knows_passwords($backend), false];
        }
        $silent = $silent || $there === null;
    }
    return $silent ? null : false;
}

/** Memberships that only other group backends than the database know: user id => list of groups. */
function foreign_memberships(?array $uids): array {
    $groups = [];
    foreach (group_backends() as $backend) {
        if ($backend instanceof \OC\Group\Database) {
            continue;
        }
        foreach ($uids ?? [] as $uid) {
            $of_one = ask_backend($backend, static function () use ($backend, $uid) {
                return $backend->getUserGroups((string) $uid);
            });
            foreach ($of_one ?? [] as $gid) {
                $groups[$uid][] = (string) $gid;
            }
        }
        if ($uids !== null) {
            continue;
        }
        try {
            foreach ($backend->getGroups() as $gid) {
                foreach ($backend->usersInGroup($gid) as $uid) {
                    $groups[$uid][] = (string) $gid;
                }
            }
        } catch (\Throwable $e) {
            throw new Failure('user_backend', backend_name($backend) . ': ' . $e->getMessage());
        }
    }
    return $groups;
}

/** @param ?array $uids whose groups to ask for, null: everybody's */
function send_users(iterable $users, ?array $uids): void {
    $foreign = foreign_memberships($uids);
    $disabled = disabled_users($uids);
    $chunk = [];
    foreach ($users as $user) {
        if (count($chunk) === 500 || ($chunk && $uids === null && end($chunk)[1] !== $user[1])) {
            send_chunk($chunk, $foreign, $disabled, $uids === null);
            $chunk = [];
        }
        $chunk[$user[0]] = $user;
    }
    if ($chunk) {
        send_chunk($chunk, $foreign, $disabled, $uids === null);
    }
}

/** @param bool $everybody whether those of the database come without gaps, in the order of their ids */
function send_chunk(array $chunk, array $foreign, array $disabled, bool $everybody): void {
    static $by_range = true;
    $uids = array_map('strval', array_keys($chunk));
    if ($by_range && $everybody && reset($chunk)[1] === 'Database') {
        try {
            // MariaDB takes half the time for it: 500 ids are 500 ranges to plan
            $range = '(SELECT uid FROM *PREFIX*users WHERE uid >= ? AND uid <= ?)';
            send_rows($chunk, $foreign, $disabled, $range, [$uids[0], end($uids)]);
            return;
        } catch (\Throwable $e) {
            // where tables differ in collation, MySQL compares no columns
            $by_range = false;
        }
    }
    send_rows($chunk, $foreign, $disabled, '(' . placeholders($uids) . ')', $uids);
}

/** User id => true. They are few: asking for them at once spares the database to look for each of the others. */
function disabled_users(?array $uids): array {
    // LIKE, since Oracle compares no CLOB with =; what it finds too much by letter case is left out below
    $sql = "SELECT userid, configvalue FROM *PREFIX*preferences WHERE appid = 'core' AND configkey = 'enabled'"
        . " AND configvalue LIKE 'false'";
    $found = [];
    foreach ($uids === null ? [[]] : array_chunk($uids, 500) as $chunk) {
        foreach (rows($chunk ? "$sql AND userid IN (" . placeholders($chunk) . ')' : $sql, $chunk) as $row) {
            if ($row['configvalue'] === 'false') {
                $found[$row['userid']] = true;
            }
        }
    }
    return $found;
}

/** Nextcloud looks through all tables for this, so each is asked for once. */
function has_table(string $table): bool {
    static $found = [];
    return $found[$table] = $found[$table] ?? service(\OCP\IDBConnection::class)->tableExists($table);
}

/**
 * One query a table for 500 users at a time: memory stays flat however many there are. $in with its parameters finds
 * them.
 */
function send_rows(array $chunk, array $foreign, array $disabled, string $in, array $parameters): void {
    $users = [];
    foreach ($chunk as $uid => list(, $backend, $password, $local)) {
        $users[$uid] = [
            'uid' => (string) $uid, 'backend' => $backend, 'password_login' => $password, 'local_password' => $local,
            'enabled' => !isset($disabled[$uid]), 'admin' => false, 'groups' => $foreign[$uid] ?? [],
            'providers' => new \stdClass(), 'backup_codes' => null, 'secsign_ids' => [], 'last_login' => null,
        ];
    }
    // a database that ignores case, or a user added this moment, may answer for somebody else
    $found = static function (string $sql) use ($in, $parameters, $chunk): array {
        return array_filter(rows(sprintf($sql, $in), $parameters), static function ($row) use ($chunk) {
            return isset($chunk[$row['uid']]);
        });
    };
    foreach ($found('SELECT uid, gid FROM *PREFIX*group_user WHERE uid IN %s') as $row) {
        $users[$row['uid']]['groups'][] = (string) $row['gid'];
    }
    $sql = "SELECT userid AS uid, configvalue FROM *PREFIX*preferences WHERE userid IN %s AND appid = 'login'"
        . " AND configkey = 'lastLogin'";
    foreach ($found($sql) as $row) {
        $users[$row['uid']]['last_login'] = (int) $row['configvalue'];
    }
    foreach ($found('SELECT uid, provider_id, enabled FROM *PREFIX*twofactor_providers WHERE uid IN %s') as $row) {
        $users[$row['uid']]['providers']->{$row['provider_id']} = (bool) (int) $row['enabled'];
    }
    if (has_table('twofactor_backupcodes')) {
        $sql = 'SELECT user_id AS uid, SUM(CASE WHEN used = 0 THEN 1 ELSE 0 END) AS left_over'
            . ' FROM *PREFIX*twofactor_backupcodes WHERE user_id IN %s GROUP BY user_id';
        foreach ($found($sql) as $row) {
            $users[$row['uid']]['backup_codes'] = (int) $row['left_over'];
        }
    }
    foreach (Run::$id_stores as $app => $store) {
        $table = id_table($store);
        if (has_table($table)) {
            $sql = "SELECT user_id AS uid, secsignid, enabled FROM *PREFIX*$table WHERE user_id IN %s";
            foreach ($found($sql) as $row) {
                $id = ['app' => $app, 'id' => $row['secsignid'], 'enabled' => (bool) (int) $row['enabled']];
                $users[$row['uid']]['secsign_ids'][] = $id;
            }
        }
    }
    foreach ($users as &$user) {
        $user['admin'] = in_array('admin', $user['groups'], true);
    }
    say(['type' => 'users', 'rows' => array_values($users)]);
}

/** Name => user id; false where there is no such user, null where a backend that might know does not answer. */
function read_uids(array $names): \stdClass {
    return (object) array_map(static function ($user) {
        return $user ? $user[0] : $user;
    }, find_users($names));
}

/** Group id => ids of its members, from all group backends that answer; null for a group that does not exist. */
function read_members(array $gids): \stdClass {
    $found = new \stdClass();
    foreach ($gids as $gid) {
        $members = null;
        foreach (group_backends() as $backend) {
            if ($backend instanceof \OC\Group\Database) {
                if (!$backend->groupExists($gid)) {
                    continue;
                }
                $members = [];
                foreach (rows('SELECT uid FROM *PREFIX*group_user WHERE gid = ?', [$gid]) as $row) {
                    $members[] = (string) $row['uid'];
                }
                continue;
            }
            $more = ask_backend($backend, static function () use ($backend, $gid) {
                return $backend->groupExists($gid) ? array_map('strval', $backend->usersInGroup($gid)) : null;
            });
            $members = $more === null ? $members : array_merge($members ?? [], $more);
        }
        $found->{$gid} = $members === null ? null : array_values(array_unique($members));
    }
    return $found;
}

/** Nextcloud's own word on who must use a second factor. Its class is internal; no public one answers this. */
function read_verdicts(array $uids): \stdClass {
    $found = new \stdClass();
    $policy = service(\OC\Authentication\TwoFactorAuth\MandatoryTwoFactor::class);
    foreach ($uids as $uid) {
        $user = service(\OCP\IUserManager::class)->get((string) $uid);
        $found->{$uid} = $user === null ? null : $policy->isEnforcedFor($user);
    }
    return $found;
}

main();
"""


def source_line(line: int) -> str:
    """The place in bridge/src that is line ``line`` of PROGRAM, as FILE:LINE."""
    first, name = max(entry for entry in SOURCES if entry[0] <= line)
    return f"bridge/src/{name}:{line - first + 1}"
