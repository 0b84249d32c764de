<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace SecSign\Bridge\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use SecSign\Bridge\Run;

use function SecSign\Bridge\boot;
use function SecSign\Bridge\config_file;
use function SecSign\Bridge\find_root;
use function SecSign\Bridge\mb_strimwidth_safe;
use function SecSign\Bridge\placeholders;
use function SecSign\Bridge\rows;
use function SecSign\Bridge\service;

final class StartTest extends BridgeTestCase {
    protected function tearDown(): void {
        putenv('NEXTCLOUD_CONFIG_DIR');
        parent::tearDown();
    }

    public function testFindRootTakesTheFirstFolderThatIsANextcloud(): void {
        $this->write('other/version.php');
        $this->write('cloud/version.php');
        $this->write('cloud/lib/base.php');
        self::assertSame("$this->root/cloud", find_root(['/no/such', "$this->root/other", "$this->root/cloud/", '/']));
    }

    public function testFindRootListsWhereItSearched(): void {
        $found = $this->failure(static function () {
            find_root(['/no/such', '/nor/this']);
        });
        self::assertSame(['not_nextcloud', '/no/such, /nor/this'], $found);
    }

    /** @dataProvider texts */
    #[DataProvider('texts')]
    public function testTextIsCutAtTheStartOfACharacter(string $text, int $limit, string $cut): void {
        self::assertSame($cut, mb_strimwidth_safe($text, $limit));
    }

    public static function texts(): array {
        return [
            'short' => ['abc', 3, 'abc'],
            'long' => ['abcd', 3, 'abc...'],
            'before a character of two bytes' => ['abä', 2, 'ab...'],
            'within a character of two bytes' => ['abä', 3, 'ab...'],
            'after a character of two bytes' => ['äbc', 2, 'ä...'],
            'within a character of four bytes' => ["a\u{1f512}\u{1f512}", 8, "a\u{1f512}..."],
            'within the first character' => ["\u{1f512}", 3, '...'],
            'no UTF-8' => ["\x80\x80\x80", 2, '...'],
        ];
    }

    public function testPlaceholders(): void {
        self::assertSame('?', placeholders(['a']));
        self::assertSame('?,?,?', placeholders(['a', 'b', 'c']));
        self::assertSame('NULL', placeholders([]), 'an empty list finds nothing');
    }

    public function testRowsAreReadAtOnceAndTheResultIsClosed(): void {
        $this->database->insert('groups', ['admin'], ['staff']);
        $sql = 'SELECT gid FROM *PREFIX*groups WHERE gid IN (' . placeholders(['admin', 'none']) . ')';
        self::assertSame([['gid' => 'admin']], rows($sql, ['admin', 'none']));
        self::assertSame([], rows('SELECT gid FROM *PREFIX*groups WHERE gid IN (' . placeholders([]) . ')'));
        self::assertSame(0, $this->database->open);
    }

    public function testServiceOfReleasesBefore20(): void {
        \OC::$server = new class {
            public function query(string $class): string {
                return "old $class";
            }
        };
        self::assertSame('old OCP\IConfig', service('OCP\IConfig'));
    }

    public function testConfigFile(): void {
        self::assertSame("$this->root/config/config.php", config_file($this->root));
        putenv('NEXTCLOUD_CONFIG_DIR=/etc/nextcloud');
        self::assertSame('/etc/nextcloud/config.php', config_file($this->root));
    }

    /** @dataProvider unusableConfigurations */
    #[DataProvider('unusableConfigurations')]
    public function testANextcloudThatCannotBeStarted(?string $config, string $kind): void {
        if ($config !== null) {
            $this->write('config/config.php', $config);
        }
        self::assertSame($kind, $this->failure(function () {
            boot($this->root, null);
        })[0]);
        self::assertSame('start', Run::$phase);
        $files = $config === null ? ['version.php'] : ['config/config.php', 'version.php'];
        self::assertSame($files, array_keys($this->files($this->root)), 'it leaves no traces');
    }

    public static function unusableConfigurations(): array {
        return [
            'no file' => [null, 'not_installed'],
            'an empty file' => ['', 'not_installed'],
            'text before the opening tag' => ["\n<?php \$CONFIG = [];", 'config_broken'],
        ];
    }

    public function testARecordIsOneLineBehindTheMark(): void {
        $found = $this->printed('say(["text" => "a\nb", "broken" => "x\xff", "long" => str_repeat("y", 200000)]);');
        self::assertSame([['text' => "a\nb", 'broken' => "x\u{fffd}", 'long' => str_repeat('y', 200000)]], $found);
    }

    public function testAFailureIsShownAsOneLineOfText(): void {
        [$record] = $this->printed("fail('boot', \"<p>one\\n  two</p>\", 7);");
        $expected = ['type' => 'failure', 'kind' => 'boot', 'detail' => 'one two', 'php' => PHP_VERSION, 'line' => 7,
            'facts' => []];
        self::assertSame($expected, $record);
    }
}
