<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

// What stands between `occ` and a command: is this PHP able to run it, is this the right user.

use OC\Sandbox\Release;

require_once __DIR__ . '/lib/versioncheck.php';

define('OC_CONSOLE', 1);

/**
 * The real occ writes a failed start to standard output, not to standard error: callers must cope.
 *
 * @param Throwable $failure
 * @return never
 */
function exceptionHandler($failure)
{
    echo 'An unhandled exception has been thrown:' . PHP_EOL;
    echo $failure;
    exit(1);
}

try {
    require_once __DIR__ . '/lib/base.php';

    set_exception_handler('exceptionHandler');

    if (!function_exists('posix_getuid')) {
        echo Release::behaviour('notice.posix') . PHP_EOL;
        exit(1);
    }

    $current = posix_getuid();
    $owner = fileowner(OC::$configDir . 'config.php');
    if ($current !== $owner) {
        $named = Release::behaviour('owner.named');
        $name = function ($uid) use ($named) {
            $account = $named ? posix_getpwuid((int) $uid) : false;
            return $account === false ? (string) $uid : $account['name'];
        };
        $as = $name($owner);
        echo 'Console has to be executed with the user that owns the file config/config.php' . PHP_EOL;
        echo ($named ? 'Current user: ' : 'Current user id: ') . $name($current) . PHP_EOL;
        echo ($named ? 'Owner of config.php: ' : 'Owner id of config.php: ') . $as . PHP_EOL;
        echo "Try adding 'sudo -u " . ($named ? $as . ' ' : '#' . $as)
            . "' to the beginning of the command (without the single quotes)" . PHP_EOL;
        echo "If running with 'docker exec' try adding the option '-u " . $as
            . "' to the docker command (without the single quotes)" . PHP_EOL;
        exit(1);
    }

    chdir(__DIR__);

    $arguments = $_SERVER['argv'];
    if (
        !(function_exists('pcntl_signal') && function_exists('pcntl_signal_dispatch'))
        && !in_array('--no-warnings', $arguments, true)
    ) {
        foreach (Release::behaviour('notice.pcntl') as $line) {
            echo $line . PHP_EOL;
        }
    }

    $application = new OC\Console\Application(OC::$server, OC::$SERVERROOT . '/occ');
    exit($application->start(array_slice($arguments, 1)));
} catch (Throwable $failure) {
    exceptionHandler($failure);
}
