<?php
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
