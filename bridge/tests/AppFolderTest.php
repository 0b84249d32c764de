<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace SecSign\Bridge\Tests;

use SecSign\Bridge\Run;

use function SecSign\Bridge\closed_home;
use function SecSign\Bridge\home_of;
use function SecSign\Bridge\keep_app;
use function SecSign\Bridge\place_app;
use function SecSign\Bridge\remove_app;
use function SecSign\Bridge\remove_tree;
use function SecSign\Bridge\revert_app;

final class AppFolderTest extends BridgeTestCase {
    private const INFO = 'appinfo/info.xml';
    private const NEW = ['app' => 'one', 'files' => [
        ['path' => self::INFO, 'size' => 0, 'mode' => 0644],
        ['path' => 'new.php', 'size' => 0, 'mode' => 0755],
    ]];
    private const BOTH = [
        '.secsign-old-one/' . self::INFO, '.secsign-old-one/old.php', 'one/' . self::INFO, 'one/new.php',
    ];

    protected function setUp(): void {
        parent::setUp();
        mkdir("$this->root/apps");
        $this->config->system['apps_paths'] = [['path' => "$this->root/apps", 'writable' => true]];
    }

    private function installed(string $name = 'one', string $version = '1.0.0'): void {
        $this->write("apps/$name/" . self::INFO, "<info><version>$version</version></info>");
        $this->write("apps/$name/old.php", 'old');
        $this->apps->paths['one'] = "$this->root/apps/one";
    }

    private function names(): array {
        return array_keys($this->files("$this->root/apps"));
    }

    /** For a PHP process of its own: the app 'one' is in its folder. */
    private function start(): string {
        return "\$apps = new Tests\\FakeApps(); \$config = new Tests\\FakeConfig(); Run::\$root = '$this->root';"
            . " \$apps->paths['one'] = '$this->root/apps/one';"
            . " \$services = ['OCP\\App\\IAppManager' => \$apps, 'OCP\\IConfig' => \$config];"
            . " \\OC::\$server = new Tests\\FakeServer(\$services); ";
    }

    public function testRemoveTreeDoesNotFollowLinks(): void {
        $kept = $this->write('kept/file');
        $this->write('tree/below/file');
        symlink("$this->root/kept", "$this->root/tree/link");
        remove_tree("$this->root/tree");
        remove_tree("$this->root/tree");
        self::assertFileExists($kept);
        self::assertDirectoryDoesNotExist("$this->root/tree");
    }

    public function testRemoveTreeRemovesALinkAndAFile(): void {
        $file = $this->write('file');
        symlink('/no/such', "$this->root/link");
        remove_tree("$this->root/link");
        remove_tree($file);
        self::assertSame(['version.php'], array_keys($this->files($this->root)));
    }

    public function testHomeOfAnApp(): void {
        $folders = [['path' => '/closed', 'writable' => false], ['path' => "$this->root/apps", 'writable' => true]];
        self::assertSame("$this->root/apps/one", home_of('one', $folders), 'the first that is writable');
        self::assertNull(home_of('one', [$folders[0]]));
        $this->write('more/one/' . self::INFO);
        $this->apps->paths['one'] = "$this->root/more/one";
        self::assertSame("$this->root/more/one", home_of('one', $folders), 'where it is');
        unset($this->apps->paths['one']);
        mkdir("$this->root/more/.secsign-old-one");
        $folders[] = ['path' => "$this->root/more", 'writable' => true];
        self::assertSame("$this->root/more/one", home_of('one', $folders), 'where it was');
    }

    public function testClosedHome(): void {
        self::assertNull(closed_home('one'));
        $this->config->system['apps_paths'] = [
            ['path' => '/closed', 'writable' => false],
            ['path' => '/closed-too', 'writable' => true],
        ];
        self::assertSame('/closed, /closed-too', closed_home('one'));
    }

    public function testAnAppThatIsNew(): void {
        self::assertSame(['path' => "$this->root/apps/one"], place_app(self::NEW));
        self::assertSame(['one/' . self::INFO, 'one/new.php'], $this->names());
        self::assertSame(0755, fileperms("$this->root/apps/one/new.php") & 0777);
        keep_app(['app' => 'one']);
        self::assertSame(['one/' . self::INFO, 'one/new.php'], $this->names());
    }

    public function testTheOldVersionStaysUntilTheNewOneIsKept(): void {
        $this->installed();
        place_app(self::NEW);
        self::assertSame(self::BOTH, $this->names());
        keep_app(['app' => 'one']);
        self::assertSame(['one/' . self::INFO, 'one/new.php'], $this->names());
    }

    public function testTheOldVersionComesBack(): void {
        $this->installed();
        place_app(self::NEW);
        revert_app(['app' => 'one', 'was_absent' => false, 'installed_version' => null]);
        self::assertSame(['one/' . self::INFO, 'one/old.php'], $this->names());
        self::assertSame([], $this->config->apps);
        revert_app(['app' => 'one', 'was_absent' => false, 'installed_version' => null]);
        self::assertSame(['one/' . self::INFO, 'one/old.php'], $this->names(), 'there is nothing to revert');
    }

    public function testAnAppThatWasAbsentIsAbsentAgain(): void {
        place_app(self::NEW);
        revert_app(['app' => 'one', 'was_absent' => true, 'installed_version' => null]);
        self::assertSame([], $this->names());
    }

    public function testTheInstalledVersionIsNotAboveTheCode(): void {
        $this->installed();
        foreach (['0.9.0' => '0.9.0', '1.0.0' => '1.0.0', '2.0.0' => '1.0.0'] as $wanted => $stored) {
            revert_app(['app' => 'one', 'was_absent' => false, 'installed_version' => $wanted]);
            self::assertSame($stored, $this->config->apps['one']['installed_version']);
        }
    }

    public function testARunThatWasKilledAfterTheSwap(): void {
        $this->installed('.secsign-old-one');
        $this->write('apps/one/unproven.php');
        $this->write('apps/.secsign-new-one/rest.php');
        place_app(self::NEW);
        self::assertSame(self::BOTH, $this->names());
    }

    public function testARunThatWasKilledBetweenTheTwoRenames(): void {
        $this->installed('.secsign-old-one');
        unset($this->apps->paths['one']);
        place_app(self::NEW);
        revert_app(['app' => 'one', 'was_absent' => false, 'installed_version' => null]);
        self::assertSame(['one/' . self::INFO, 'one/old.php'], $this->names());
    }

    public function testARenameThatFailsPutsTheOldVersionBack(): void {
        $this->installed();
        $found = $this->failure(static function () {
            place_app(['app' => 'one', 'files' => []]); // there is no new folder that could be renamed
        });
        self::assertSame(['write_failed', "$this->root/apps/one"], $found);
        self::assertSame(['one/' . self::INFO, 'one/old.php'], $this->names());
    }

    public function testAFileThatEndsEarlyChangesNothing(): void {
        $this->installed();
        $code = $this->start() . "\$file = ['path' => 'lib/x.php', 'size' => 4, 'mode' => 0644];"
            . " \$request = ['app' => 'one', 'files' => [\$file]];"
            . " try { say(place_app(\$request)); } catch (Failure \$e) { say([\$e->kind]); }";
        self::assertSame([['write_failed']], $this->printed($code, 'abc'));
        self::assertSame(['one/' . self::INFO, 'one/old.php'], $this->names());
        self::assertSame([['path' => "$this->root/apps/one"]], $this->printed($code, 'abcd and what follows'));
        self::assertSame('abcd', file_get_contents("$this->root/apps/one/lib/x.php"));
    }

    public function testOneRunAtATime(): void {
        $other = fopen(Run::$root . '/version.php', 'r');
        flock($other, LOCK_EX);
        foreach ([place_app(...), keep_app(...), revert_app(...), remove_app(...)] as $operation) {
            $found = $this->failure(static function () use ($operation) {
                $operation(self::NEW);
            });
            self::assertSame(['busy', $this->root], $found);
        }
        self::assertSame([], $this->names());
    }

    public function testRemoveAppFromEveryFolder(): void {
        $this->installed();
        $this->write('apps/.secsign-old-one/x');
        $this->write('apps/other/x');
        $this->write('more/one/without-info.php');
        $this->config->system['apps_paths'][] = ['path' => "$this->root/more", 'writable' => false];
        $this->apps->enabled = ['one'];
        remove_app(['app' => 'one']);
        self::assertCount(4, $this->names(), 'an app that is enabled stays');
        $this->apps->enabled = [];
        remove_app(['app' => 'one']);
        self::assertSame(['other/x'], $this->names());
        self::assertSame([], $this->files("$this->root/more"));
    }

    public function testPackAppPrintsEachFile(): void {
        $this->installed();
        $found = [];
        foreach ($this->printed($this->start() . "pack_app(['app' => 'one']);") as $record) {
            $found[$record['rows'][0]['path']] = hex2bin($record['rows'][0]['hex']);
        }
        ksort($found);
        self::assertSame($this->files("$this->root/apps/one"), $found);
    }
}
