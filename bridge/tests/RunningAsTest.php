<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace SecSign\Bridge\Tests;

use function SecSign\Bridge\become_account;
use function SecSign\Bridge\uid_of;

/** tests/integration/test_running_as.py attacks the whole rule; here is what needs no server. */
final class RunningAsTest extends BridgeTestCase {
    private function asRoot(): bool {
        $this->addToAssertionCount(1); // only root can become somebody else
        return posix_geteuid() === 0;
    }

    public function testTheOwnerOfTheFileStaysWhoItIs(): void {
        if (posix_geteuid() !== 0) {
            become_account($this->write('config/config.php'), null);
        }
        self::assertSame(posix_getuid(), posix_geteuid());
    }

    public function testRootBecomesTheOwnerForGood(): void {
        if (!$this->asRoot()) {
            return;
        }
        $config = $this->write('config/config.php');
        chown($config, 65534);
        chown(dirname($config), 65534);
        $code = "become_account('$config', null); say([posix_geteuid(), getenv('HOME')]);"
            . " try { become_account('$this->root/version.php', null); }"
            . " catch (Failure \$e) { say([\$e->kind, \$e->getMessage()]); }";
        [$owner, $refused] = $this->printed($code);
        self::assertSame([65534, posix_getpwuid(65534)['dir'] ?? '/'], $owner);
        self::assertSame(['not_owner', 'root'], $refused, 'no way back');
    }

    public function testALinkToAFileOfRootIsNotFollowed(): void {
        if (!$this->asRoot()) {
            return;
        }
        $target = $this->write('of-root.php', '<?php ');
        mkdir("$this->root/config");
        chown("$this->root/config", 65534);
        symlink($target, "$this->root/config/config.php");
        lchown("$this->root/config/config.php", 65534);
        $code = "try { become_account('$this->root/config/config.php', null); }"
            . " catch (Failure \$e) { say([\$e->kind, posix_geteuid()]); }";
        self::assertSame([['untrusted_link', 0]], $this->printed($code));
    }

    public function testANamedAccountIsFoundByNameAndByNumber(): void {
        self::assertSame(0, uid_of('root'));
        self::assertSame(4711, uid_of('4711'));
        foreach (['', 'nobody-of-that-name', '-1', '99999999999'] as $name) {
            [$kind] = $this->failure(static function () use ($name) {
                uid_of($name);
            });
            self::assertSame('unknown_account', $kind, $name);
        }
    }
}
