<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace SecSign\Bridge\Tests;

use PHPUnit\Framework\TestCase;
use SecSign\Bridge\Failure;
use SecSign\Bridge\Run;

use function SecSign\Bridge\remove_tree;

/** A Nextcloud in an empty folder, with services that are stand-ins. */
abstract class BridgeTestCase extends TestCase {
    /** The folder of this test, which is the root of its Nextcloud, too. */
    protected string $root;
    protected FakeApps $apps;
    protected FakeConfig $config;
    protected FakeDatabase $database;
    private array $run;

    protected function setUp(): void {
        $this->run = get_class_vars(Run::class);
        $this->root = sys_get_temp_dir() . '/bridge-' . bin2hex(random_bytes(8));
        mkdir($this->root);
        $this->write('version.php', '<?php $OC_Version = [34, 0, 1, 2]; $OC_VersionString = "34.0.1";');
        Run::$root = $this->root;
        $this->apps = new FakeApps();
        $this->config = new FakeConfig();
        $this->database = new FakeDatabase();
        \OC::$server = new FakeServer([
            'OCP\App\IAppManager' => $this->apps,
            'OCP\IConfig' => $this->config,
            'OCP\IDBConnection' => $this->database,
        ]);
        \OCP\Util::$need_upgrade = false;
    }

    protected function tearDown(): void {
        foreach ($this->run as $name => $value) {
            Run::$$name = $value;
        }
        remove_tree($this->root);
    }

    /** Writes a file below the folder of this test and returns its path. */
    protected function write(string $name, string $content = ''): string {
        $path = "$this->root/$name";
        if (!is_dir(dirname($path))) {
            mkdir(dirname($path), 0755, true);
        }
        file_put_contents($path, $content);
        return $path;
    }

    /** Name => content of the files below this folder, hidden ones included. */
    protected function files(string $folder): array {
        $found = [];
        foreach (is_dir($folder) ? array_diff(scandir($folder), ['.', '..']) : [] as $name) {
            if (is_dir("$folder/$name") && !is_link("$folder/$name")) {
                foreach ($this->files("$folder/$name") as $below => $content) {
                    $found["$name/$below"] = $content;
                }
            } else {
                $found[$name] = (string) file_get_contents("$folder/$name");
            }
        }
        return $found;
    }

    /** Runs it with the error handler that the bridge installs: a warning of PHP is not an answer. */
    protected function quietly(callable $work) {
        set_error_handler(static function () {
            return true;
        });
        try {
            return $work();
        } finally {
            restore_error_handler();
        }
    }

    /** The kind and the detail of the failure with which this ends. */
    protected function failure(callable $work): array {
        try {
            $this->quietly($work);
        } catch (Failure $e) {
            return [$e->kind, $e->getMessage()];
        }
        self::fail('it does not fail');
    }

    /** The records that this code prints behind the mark, in a PHP process of its own. */
    protected function printed(string $code, string $stdin = ''): array {
        $bootstrap = var_export(__DIR__ . '/bootstrap.php', true);
        $start = "namespace SecSign\\Bridge; require $bootstrap; Run::\$mark = '@mark '; ";
        $command = [PHP_BINARY, '-d', 'log_errors=0', '-r', $start . $code];
        $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w'], STDERR], $pipes);
        fwrite($pipes[0], $stdin);
        fclose($pipes[0]);
        $text = stream_get_contents($pipes[1]);
        proc_close($process);
        $lines = array_filter(explode("\n", $text), static fn (string $line): bool => strpos($line, '@mark ') === 0);
        return array_map(static fn (string $line): array => json_decode(substr($line, 6), true), array_values($lines));
    }
}
