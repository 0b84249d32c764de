<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace SecSign\Bridge\Tests;

use PHPUnit\Framework\Attributes\DataProvider;

use function SecSign\Bridge\end_upgrade;
use function SecSign\Bridge\finish_upgrade;
use function SecSign\Bridge\left_by;
use function SecSign\Bridge\lock;
use function SecSign\Bridge\occ_process;
use function SecSign\Bridge\own_upgrade;
use function SecSign\Bridge\upgrade;

final class UpgradeTest extends BridgeTestCase {
    private const UPGRADE = ['upgrade', '--no-interaction', '--no-warnings'];
    private const IMPORT = ['config:import', '--no-interaction', '--no-warnings'];

    /** An occ that notes its arguments and its standard input, and ends with this code. */
    private function occ(int $code = 0): void {
        $this->write('occ', '<?php file_put_contents(__DIR__ . "/calls", json_encode([array_slice($argv, 1),'
            . " json_decode(stream_get_contents(STDIN), true)]) . PHP_EOL, FILE_APPEND); echo 'done'; exit($code);");
    }

    /** What occ was called with: arguments and standard input. */
    private function calls(): array {
        $lines = is_file("$this->root/calls") ? file("$this->root/calls") : [];
        return array_map(static fn (string $line): array => json_decode($line, true), $lines);
    }

    private function noted(array $apps = ['one' => 'yes'], int $loglevel = 2): void {
        $kept = json_encode(['apps' => $apps, 'loglevel' => $loglevel]);
        $this->database->insert('appconfig', ['secsign_nextcloud', 'upgrade', $kept]);
    }

    private static function request(array $php_args = []): array {
        return ['php_args' => $php_args, 'max_output' => 1 << 20];
    }

    public function testOccGetsArgumentsAsTheyAre(): void {
        $this->write('occ', '<?php $stdin = stream_get_contents(STDIN);'
            . ' echo json_encode([array_slice($argv, 1), $stdin, getcwd(), ini_get("memory_limit")]);'
            . ' fwrite(STDERR, "warning"); exit(3);');
        $argv = ['user:list', "it's", '$(id) `id` "x" *', '', "two\nlines"];
        $done = occ_process(self::request(['-d', 'memory_limit=123M']), $argv, "to\nstdin");
        self::assertSame(['argv' => $argv, 'rc' => 3, 'stderr' => 'warning'], array_diff_key($done, ['stdout' => 0]));
        self::assertSame([$argv, "to\nstdin", realpath($this->root), '123M'], json_decode($done['stdout'], true));
    }

    public function testOccMayPrintMuchOnBothStreams(): void {
        $this->write('occ', '<?php for ($i = 0; $i < 40; $i++) {'
            . ' fwrite(STDERR, str_repeat("e", 9999)); echo str_repeat("o", 9999); }');
        $done = occ_process(self::request(), [], '');
        self::assertSame([0, 399960, 399960], [$done['rc'], strlen($done['stdout']), strlen($done['stderr'])]);
    }

    public function testTheLockIsHeldByOne(): void {
        $first = lock(LOCK_EX);
        foreach ([LOCK_EX, LOCK_SH] as $kind) {
            self::assertSame(['busy', $this->root], $this->failure(static function () use ($kind) {
                lock($kind);
            }));
        }
        fclose($first);
        $one = lock(LOCK_SH);
        $two = lock(LOCK_SH);
        self::assertNotSame($one, $two);
    }

    public function testOccThatPrintsTooMuchIsStopped(): void {
        $this->write('occ', '<?php while (true) { echo str_repeat(" ", 65536); }');
        [$kind] = $this->failure(function () {
            occ_process(['php_args' => [], 'max_output' => 3 << 20], [], '');
        });
        self::assertSame('too_much_output', $kind);
    }

    public function testOccInheritsTheLock(): void {
        $this->write('occ', '<?php $pid = trim(shell_exec("sleep 5 >/dev/null 2>&1 & echo $!"));'
            . ' file_put_contents(__DIR__ . "/pid", $pid);');
        $lock = lock(LOCK_EX);
        occ_process(self::request(), [], '');
        fclose($lock);
        $found = $this->quietly(function () {
            return $this->failure(static function () {
                lock(LOCK_EX);
            });
        });
        posix_kill((int) file_get_contents("$this->root/pid"), SIGKILL);
        self::assertSame(['busy', $this->root], $found);
    }

    public function testOwnUpgrade(): void {
        self::assertNull(own_upgrade());
        $this->database->insert('appconfig', ['secsign_nextcloud', 'other', '{}'], ['other', 'upgrade', '{}']);
        self::assertNull(own_upgrade());
        $this->noted();
        self::assertSame(['apps' => ['one' => 'yes'], 'loglevel' => 2], own_upgrade());
    }

    public function testAnOwnUpgradeThatCannotBeReadIsNone(): void {
        $this->database->insert('appconfig', ['secsign_nextcloud', 'upgrade', 'rubbish']);
        self::assertNull(own_upgrade());
    }

    /** @dataProvider states */
    #[DataProvider('states')]
    public function testWhoseMaintenanceModeItIs(?array $kept, array $system, array $pending, bool $own): void {
        $this->config->system += $system;
        \OCP\Util::$need_upgrade = $pending !== [];
        $this->config->system['version'] = in_array('core', $pending, true) ? '33.0.0.1' : '34.0.1.2';
        foreach (array_diff($pending, ['core']) as $app) {
            $this->write("apps/$app/appinfo/info.xml");
            $this->apps->enabled[] = $app;
            $this->apps->paths[$app] = "$this->root/apps/$app";
            $this->apps->info[$app] = ['version' => '2.0.0'];
            $this->database->insert('appconfig', [$app, 'installed_version', '1.0.0']);
        }
        self::assertSame($own, left_by($kept));
    }

    public static function states(): array {
        $kept = ['apps' => ['one' => 'yes'], 'loglevel' => 2];
        $on = ['maintenance' => true];
        return [
            'nothing was noted' => [null, $on, ['one'], false],
            'no maintenance mode' => [$kept, [], ['one'], false],
            'the app waits' => [$kept, $on, ['one'], true],
            'another app waits, too' => [$kept, $on, ['one', 'two'], false],
            'the core waits' => [$kept, $on, ['core'], false],
            'nothing waits, everything is logged' => [$kept, $on + ['loglevel' => 0], [], true],
            'nothing waits, an administrator wanted it' => [$kept, $on, [], false],
        ];
    }

    public function testAnUpgradeIsNotedUntilItSucceeds(): void {
        $this->occ();
        $request = ['apps' => ['one' => 'yes'], 'php_args' => [], 'max_output' => 1 << 20];
        self::assertSame(0, upgrade($request)['rc']);
        self::assertSame([[self::UPGRADE, null]], $this->calls());
        self::assertSame(['secsign_nextcloud' => []], $this->config->apps);
        $this->occ(1);
        $this->config->system['loglevel'] = 1;
        self::assertSame(1, upgrade($request)['rc']);
        $noted = json_decode($this->config->apps['secsign_nextcloud']['upgrade'], true);
        self::assertSame(['apps' => ['one' => 'yes'], 'loglevel' => 1], $noted);
    }

    public function testNoUpgradeInMaintenanceMode(): void {
        $this->config->system['maintenance'] = true;
        self::assertSame('maintenance', $this->failure(static function () {
            upgrade(['apps' => [], 'php_args' => [], 'max_output' => 1 << 20]);
        })[0]);
        self::assertSame([], $this->calls());
        self::assertSame([], $this->config->apps);
    }

    public function testAnInterruptedUpgradeIsFinished(): void {
        $this->occ();
        $this->noted();
        $this->config->system += ['maintenance' => true, 'loglevel' => 0];
        finish_upgrade(['php_args' => [], 'max_output' => 1 << 20]);
        self::assertSame([[self::IMPORT, [
            'apps' => ['secsign_nextcloud' => ['upgrade' => null]],
            'system' => ['maintenance' => false, 'loglevel' => 2],
        ]]], $this->calls());
    }

    public function testTheUpgradeOfAnAdministratorIsLeftAlone(): void {
        $this->config->system['maintenance'] = true;
        self::assertSame('maintenance', $this->failure(static function () {
            finish_upgrade(['php_args' => [], 'max_output' => 1 << 20]);
        })[0]);
        self::assertSame([], $this->calls());
    }

    public function testAnUpgradeThatIsGivenUpSwitchesTheAppsOnAgain(): void {
        $this->occ();
        $this->noted(['one' => 'yes', 'two' => '["staff"]']);
        end_upgrade(['php_args' => [], 'max_output' => 1 << 20]);
        self::assertSame([[self::IMPORT, ['apps' => [
            'secsign_nextcloud' => ['upgrade' => null],
            'one' => ['enabled' => 'yes'],
            'two' => ['enabled' => '["staff"]'],
        ]]]], $this->calls());
    }
}
