<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace SecSign\Bridge\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use SecSign\Bridge\Run;

use function SecSign\Bridge\app_facts;
use function SecSign\Bridge\app_folders;
use function SecSign\Bridge\app_path;
use function SecSign\Bridge\declared_providers;
use function SecSign\Bridge\enabled_apps;
use function SecSign\Bridge\folder_digest;
use function SecSign\Bridge\full_disks;
use function SecSign\Bridge\pending_upgrades;
use function SecSign\Bridge\providers_after_the_end;
use function SecSign\Bridge\read_apps;
use function SecSign\Bridge\read_enrolled;
use function SecSign\Bridge\read_policy;
use function SecSign\Bridge\read_settings;

final class StateTest extends BridgeTestCase {
    private function app(string $app, string $version = '1.0.0'): string {
        $this->write("apps/$app/appinfo/info.xml", "<info><version>$version</version></info>");
        $this->apps->info[$app] = ['version' => $version];
        return $this->apps->paths[$app] = "$this->root/apps/$app";
    }

    public function testAnAppIsWhereItsInfoXmlIs(): void {
        $path = $this->app('one');
        self::assertSame($path, app_path('one'));
        unlink("$path/appinfo/info.xml");
        self::assertNull(app_path('one'));
        self::assertNull(app_path('unknown'), 'Nextcloud throws');
    }

    public function testFactsOfAnApp(): void {
        $path = $this->app('one', '2.1.0');
        $info = base64_encode('<info><version>2.1.0</version></info>');
        self::assertSame(['path' => $path, 'version' => '2.1.0', 'info' => $info], app_facts('one'));
        self::assertSame(['path' => null, 'version' => null], app_facts('unknown'));
    }

    public function testEnabledAppsBefore32(): void {
        $this->apps->enabled = ['one'];
        self::assertSame(['one'], enabled_apps());
        \OC::$server->add('OCP\App\IAppManager', new class implements \OCP\App\IAppManager {
            public function getInstalledApps(): array {
                return ['old'];
            }
        });
        self::assertSame(['old'], enabled_apps());
    }

    public function testFoldersOfApps(): void {
        $default = [['path' => "$this->root/apps", 'writable' => false]];
        self::assertSame($default, app_folders(), 'the folder does not exist');
        mkdir("$this->root/apps");
        mkdir("$this->root/more");
        $this->config->system['apps_paths'] = [
            ['path' => "$this->root/apps", 'writable' => false],
            ['url' => '/no-path'],
            ['path' => "$this->root/more", 'writable' => true],
            ['path' => "$this->root/none", 'writable' => true],
        ];
        self::assertSame([
            ['path' => "$this->root/apps", 'writable' => false],
            ['path' => "$this->root/more", 'writable' => true],
            ['path' => "$this->root/none", 'writable' => false],
        ], app_folders());
    }

    public function testADiskThatCannotBeReadIsNotFull(): void {
        self::assertSame([], full_disks($this->root, '/no/such', '/no/such'));
    }

    /** @dataProvider upgrades */
    #[DataProvider('upgrades')]
    public function testPendingUpgrades(bool $needed, string $core, array $installed, array $pending): void {
        \OCP\Util::$need_upgrade = $needed;
        $this->config->system['version'] = $core;
        $this->apps->enabled = ['one', 'two', 'gone'];
        $this->app('one', '1.0.0');
        $this->app('two', '2.0.0');
        foreach ($installed as $app => $version) {
            $this->database->insert('appconfig', [$app, 'installed_version', $version]);
        }
        self::assertSame($pending, pending_upgrades());
    }

    public static function upgrades(): array {
        $current = ['one' => '1.0.0', 'two' => '2.0.0', 'gone' => '1.0.0'];
        return [
            'none' => [false, '33.0.0.1', [], []],
            'core' => [true, '33.0.0.1', $current, ['core']],
            'an app' => [true, '34.0.1.2', ['two' => '1.9.0'] + $current, ['two']],
            'both' => [true, '33.0.0.1', ['one' => '0.9.0'] + $current, ['core', 'one']],
            'Nextcloud does not say what' => [true, '34.0.1.2', $current, ['core']],
        ];
    }

    public function testTheDigestIsOverPathsAndContents(): void {
        $folder = dirname($this->write('app/b/two.php', 'second'), 2);
        $this->write('app/a.php', '');
        $expected = hash('sha256', '5:0:a.php' . '9:6:b/two.php' . 'second');
        self::assertSame($expected, folder_digest($folder, ['.git', 'node_modules'], 100, 1000));
        chmod("$folder/a.php", 0755);
        $this->write('app/.git/config', 'left out');
        $this->write('app/node_modules/x.js', 'left out');
        self::assertSame($expected, folder_digest($folder, ['.git', 'node_modules'], 100, 1000));
        self::assertNull(folder_digest($folder, ['.git', 'node_modules'], 2, 1000), 'too many files');
        self::assertNull(folder_digest($folder, ['.git', 'node_modules'], 100, 5), 'too many bytes');
        symlink("$folder/a.php", "$folder/link.php");
        self::assertNull(folder_digest($folder, ['.git', 'node_modules'], 100, 1000), 'a link');
        unlink("$folder/link.php");
        $this->write('app/b/.git', 'part of it');
        self::assertNotSame($expected, folder_digest($folder, ['.git', 'node_modules'], 100, 1000));
    }

    public function testReadApps(): void {
        $path = $this->app('one');
        mkdir("$this->root/apps/.secsign-old-two");
        $this->database->insert('appconfig', ['one', 'enabled', 'yes'], ['one', 'installed_version', '0.9.0']);
        $this->database->insert('appconfig', ['one', 'key', 'value']);
        $found = read_apps(['one', 'two'], ['one', 'two'], []);
        $closed = is_writable("$this->root/apps") ? null : "$this->root/apps";
        self::assertSame([
            'path' => $path,
            'version' => '1.0.0',
            'info' => base64_encode('<info><version>1.0.0</version></info>'),
            'enabled' => 'yes',
            'installed_version' => '0.9.0',
            'digest' => folder_digest($path, [], 100, 1000),
            'code' => null,
            'closed' => $closed,
        ], $found['one']);
        self::assertSame(['no', null, null, true], [
            $found['two']['enabled'], $found['two']['path'], $found['two']['digest'], $found['two']['interrupted'],
        ]);
    }

    public function testReadSettingsLeavesOutWhatNextcloudKeepsThere(): void {
        $this->database->insert(
            'appconfig',
            ['one', 'enabled', 'yes'],
            ['one', 'installed_version', '1.0.0'],
            ['one', 'types', 'login'],
            ['one', 'server', 'https://id.example'],
            ['two', 'server', 'not asked for']
        );
        $found = read_settings(['one', 'three']);
        self::assertSame(['one', 'three'], array_keys($found));
        self::assertSame(['server' => 'https://id.example'], (array) $found['one']);
        self::assertSame([], (array) $found['three']);
    }

    public function testReadPolicyKeepsWhatIsNotSetApart(): void {
        $this->config->system['twofactor_enforced'] = 'true';
        $this->config->system['twofactor_enforced_groups'] = [];
        self::assertSame(['enforced' => 'true', 'groups' => [], 'excluded_groups' => null], read_policy());
    }

    public function testReadEnrolledCountsUsersByProvider(): void {
        $this->database->insert('twofactor_providers', ['totp', 'anna', 1], ['totp', 'bert', 1], ['totp', 'carl', 0]);
        $this->database->insert('twofactor_providers', ['u2f', 'anna', 1], ['off', 'anna', 0]);
        self::assertSame(['totp' => 2, 'u2f' => 1], (array) read_enrolled());
    }

    public function testDeclaredProviders(): void {
        $this->app('one');
        $this->app('two');
        $this->apps->enabled = ['one', 'two', 'gone'];
        $this->apps->info['one']['two-factor-providers'] = ['One\A', 'One\B'];
        self::assertSame([['one', 'One\A'], ['one', 'One\B']], declared_providers());
    }

    public function testTheProviderThatEndsPhpIsNamed(): void {
        Run::$providers = [
            ['app' => 'good', 'loads' => true, 'error' => null],
            ['app' => 'known', 'loads' => false, 'error' => 'broken'],
            ['app' => 'guilty', 'loads' => false, 'error' => null],
            ['app' => 'next', 'loads' => false, 'error' => null],
        ];
        $found = providers_after_the_end("Uncaught\n Error");
        self::assertSame([null, 'broken', 'Uncaught Error'], array_slice(array_column($found, 'error'), 0, 3));
        self::assertStringContainsString('guilty', $found[3]['error']);
    }
}
