<?php
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
