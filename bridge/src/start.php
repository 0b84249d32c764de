<?php
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
