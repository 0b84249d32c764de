<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace SecSign\Bridge\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use SecSign\Bridge\Run;

use function SecSign\Bridge\is_of_the_bridge;
use function SecSign\Bridge\kind_of;
use function SecSign\Bridge\line_of;

final class MainTest extends BridgeTestCase {
    /** @dataProvider exceptions */
    #[DataProvider('exceptions')]
    public function testKindOfAnException(string $phase, \Throwable $e, string $kind): void {
        Run::$phase = $phase;
        self::assertSame($kind, kind_of($e));
    }

    public static function exceptions(): array {
        $cause = static function (string $message): \Throwable {
            return new \RuntimeException('it did not work', 0, new \Exception($message));
        };
        return [
            'a full disk' => ['booted', $cause('write failed: No space left on device'), 'disk_full'],
            'a full SQLite' => ['booted', new \PDOException('SQLSTATE[HY000]: database or disk is full'), 'disk_full'],
            'PDO' => ['booted', new \PDOException('gone away'), 'database'],
            'SQLSTATE in a cause' => ['booted', $cause('SQLSTATE[42S02]'), 'database'],
            'no connection' => ['boot', new \Exception('Failed to connect to the database: refused'), 'database'],
            'a cache' => ['boot', new \Exception('Memcache \OC\Memcache\APCu not available'), 'cache'],
            'a text before the tag' => ['boot', new \Exception('config.php has leading content'), 'config_broken'],
            'during the start' => ['boot', new \Error('Class not found'), 'boot'],
            'afterwards' => ['booted', new \Error('Class not found'), 'bridge'],
        ];
    }

    public function testAnErrorInConfigPhpItself(): void {
        $config = $this->write('config/config.php', '<?php throw new \Exception("anything");');
        try {
            require $config;
            self::fail('config.php does not throw');
        } catch (\Exception $e) {
            self::assertSame('config_broken', kind_of($e));
        }
    }

    public function testLineOfTheProgram(): void {
        self::assertNull(line_of(new \Exception('from a test')));
        $throw = static function (): void {
            throw new \Exception('from a file that the program calls');
        };
        foreach (["\n\nthrow new \\Exception('directly');" => 3, "\n\$throw();" => 2] as $program => $line) {
            try {
                eval($program);
                self::fail('the program does not throw');
            } catch (\Exception $e) {
                self::assertSame($line, line_of($e), $program);
            }
        }
    }

    public function testWhichFileIsTheProgram(): void {
        self::assertTrue(is_of_the_bridge("Command line code(1) : eval()'d code"));
        self::assertFalse(is_of_the_bridge('/var/www/nextcloud/lib/base.php'));
        self::assertFalse(is_of_the_bridge(''));
    }

    /** @dataProvider ends */
    #[DataProvider('ends')]
    public function testNextcloudEndsTheProcess(string $file, string $code, array $expected): void {
        $this->write('config/config.php', '<?php');
        $this->write('lib/versioncheck.php', '<?php');
        $this->write('lib/base.php', '<?php');
        $this->write($file, "<?php $code");
        $request = ['mark' => '@mark ', 'op' => 'read', 'roots' => [$this->root]];
        $found = $this->printed('main();', json_encode($request) . "\n");
        self::assertCount(1, $found);
        self::assertSame($expected, array_intersect_key($found[0], $expected));
    }

    public static function ends(): array {
        return [
            'during the start' => [
                'lib/base.php',
                "echo 'Please '; ob_start(); echo 'wait'; exit;",
                ['kind' => 'boot', 'detail' => 'Please wait'],
            ],
            'since it does not support this PHP' => [
                'lib/versioncheck.php',
                "echo 'This needs PHP 9<br/>at least.'; exit(1);",
                ['kind' => 'php_version', 'detail' => 'This needs PHP 9 at least.'],
            ],
            'with too little memory' => [
                'lib/base.php',
                "ini_set('memory_limit', '8M'); str_repeat('x', 1 << 30);",
                ['kind' => 'memory', 'line' => null],
            ],
            'with a parse error' => [
                'lib/base.php',
                'this is no PHP',
                ['kind' => 'boot', 'line' => null],
            ],
            'with an exception' => [
                'lib/base.php',
                "throw new \\RuntimeException('Failed to connect to the database');",
                ['kind' => 'database', 'detail' => 'RuntimeException: Failed to connect to the database'],
            ],
        ];
    }

    public function testAProviderEndsTheProcess(): void {
        $code = "ini_set('display_errors', '0'); register_shutdown_function(__NAMESPACE__ . '\\explain_the_end');"
            . " Run::\$phase = 'provider:one'; Run::\$state = ['now' => 3];"
            . " foreach (['one', 'two'] as \$app) {"
            . " Run::\$providers[] = ['app' => \$app, 'loads' => false, 'error' => null]; } no_such_function();";
        [$record] = $this->printed($code);
        self::assertSame(['answer', 3], [$record['type'], $record['now']]);
        self::assertStringContainsString('no_such_function', $record['providers'][0]['error']);
        self::assertStringContainsString('one', $record['providers'][1]['error']);
    }

    public function testAnOperationThatDoesNotExist(): void {
        foreach (['config/config.php', 'lib/versioncheck.php'] as $file) {
            $this->write($file, '<?php');
        }
        $services = '["OCP\IConfig" => new SecSign\Bridge\Tests\FakeConfig()]';
        $this->write('lib/base.php', "<?php OC::\$server = new SecSign\Bridge\Tests\FakeServer($services);");
        foreach (['boot', 'SecSign\Bridge\say', 'phpinfo', ''] as $operation) {
            $request = ['mark' => '@mark ', 'op' => $operation, 'roots' => [$this->root]];
            [$record] = $this->printed('main();', json_encode($request) . "\n");
            self::assertSame(['bridge', 'unknown operation'], [$record['kind'], $record['detail']]);
        }
    }

    public function testAConfigurationThatCannotBeWritten(): void {
        $config = $this->write('config/config.php', '<?php');
        chmod($config, 0444);
        $code = posix_geteuid() === 0 ? 'posix_setuid(65534); ' : ''; // root may write everything
        [$record] = $this->printed($code . "Run::\$root = '$this->root'; Run::\$phase = 'boot'; explain_the_end();");
        self::assertSame(['config_not_writable', $config], [$record['kind'], $record['detail']]);
    }
}
