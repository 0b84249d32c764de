<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace SecSign\Bridge\Tests;

use SecSign\Bridge\Run;

use function SecSign\Bridge\all_users;
use function SecSign\Bridge\ask_backend;
use function SecSign\Bridge\backend_name;
use function SecSign\Bridge\disabled_users;
use function SecSign\Bridge\find_users;
use function SecSign\Bridge\foreign_memberships;
use function SecSign\Bridge\knows_passwords;
use function SecSign\Bridge\lower_case;
use function SecSign\Bridge\own_first;
use function SecSign\Bridge\read_groups;
use function SecSign\Bridge\read_members;
use function SecSign\Bridge\read_uids;
use function SecSign\Bridge\read_verdicts;
use function SecSign\Bridge\these_users;
use function SecSign\Bridge\user_backends;

final class UsersTest extends BridgeTestCase {
    private FakeUserBackend $ldap;

    protected function setUp(): void {
        parent::setUp();
        $this->ldap = new FakeUserBackend('LDAP', ['lisa' => ['staff', 'ldap'], 'bert' => ['ldap'], '4711' => []]);
        $own = new class extends \OC\Group\Database {
            public function groupExists(string $gid): bool {
                return \SecSign\Bridge\rows('SELECT gid FROM *PREFIX*groups WHERE gid = ?', [$gid]) !== [];
            }
        };
        $manager = static fn (object $database, object $other): object => new class ([$other, $database]) {
            private array $backends;

            public function __construct(array $backends) {
                $this->backends = $backends;
            }

            public function getBackends(): array {
                return $this->backends;
            }

            public function get(string $uid): ?object {
                return $uid === 'nobody' ? null : (object) ['uid' => $uid];
            }
        };
        \OC::$server->add('OCP\IUserManager', $manager(new \OC\User\Database(), $this->ldap));
        \OC::$server->add('OCP\IGroupManager', $manager($own, $this->ldap));
        $this->database->insert('users', ['Anna', 'anna', 'hash'], ['bert', 'bert', null], ['jörg', 'jörg', '']);
        $this->database->insert('groups', ['admin'], ['staff'], ['empty']);
        $this->database->insert('group_user', ['admin', 'Anna'], ['staff', 'Anna'], ['staff', 'bert']);
        $addresses = ['Anna' => 'Anna@Example.org', 'bert' => 'two@example.org', 'jörg' => 'TWO@example.org'];
        foreach ($addresses as $uid => $address) {
            $this->database->insert('preferences', [$uid, 'settings', 'email', $address]);
        }
    }

    public function testLowerCase(): void {
        self::assertSame('änna', lower_case('ÄNNA'));
    }

    public function testTheOwnBackendComesFirst(): void {
        $own = new \OC\User\Database();
        self::assertSame([$own, $this->ldap], own_first([$this->ldap, $own], \OC\User\Database::class));
        self::assertSame($this->ldap, user_backends()[1]);
        self::assertContains('authentication', $this->apps->loaded);
    }

    public function testABackendWithoutAName(): void {
        self::assertSame('LDAP', backend_name($this->ldap));
        self::assertSame('OC\User\Database', backend_name(new \OC\User\Database()));
    }

    public function testWhichBackendKnowsPasswords(): void {
        self::assertTrue(knows_passwords($this->ldap));
        self::assertFalse(knows_passwords(new FakeUserBackend('SAML', [], false)));
        self::assertTrue(knows_passwords(new \OC\User\Database()), 'a backend that does not say it');
    }

    public function testABackendThatIsDownIsNoted(): void {
        self::assertSame(3, ask_backend($this->ldap, static fn (): int => 3));
        self::assertSame([], Run::$silent);
        $this->ldap->down = true;
        self::assertNull(ask_backend($this->ldap, fn (): bool => $this->ldap->userExists('lisa')));
        self::assertSame(['LDAP' => 'the directory is down'], Run::$silent);
    }

    public function testAllUsersEachOnce(): void {
        self::assertSame([
            ['Anna', 'Database', true, true],
            ['bert', 'Database', true, false],
            ['jörg', 'Database', true, false],
            ['lisa', 'LDAP', true, false],
            ['4711', 'LDAP', true, false],
        ], iterator_to_array(all_users(), false));
    }

    public function testManyUsersAreReadPageByPage(): void {
        for ($number = 0; $number < 2500; $number++) {
            $this->ldap->users[sprintf('x%05d', $number)] = [];
            $this->database->insert('users', [sprintf('y%05d', $number), sprintf('y%05d', $number), null]);
        }
        $uids = array_column(iterator_to_array(all_users(), false), 0);
        self::assertCount(5005, $uids);
        self::assertCount(5005, array_unique($uids));
    }

    public function testAListOfAllUsersNeedsEveryBackend(): void {
        $this->ldap->down = true;
        $found = $this->failure(static function () {
            iterator_to_array(all_users(), false);
        });
        self::assertSame(['user_backend', 'LDAP: the directory is down'], $found);
    }

    public function testANameIsAUserIdOrAnAddress(): void {
        $found = find_users(['ANNA', 'anna@example.ORG', 'lisa', 'nobody', 'no@example.org', '4711']);
        $anna = ['Anna', 'Database', true, true];
        $lisa = ['lisa', 'LDAP', true, false];
        $number = ['4711', 'LDAP', true, false];
        self::assertSame([$anna, $anna, $lisa, false, false, $number], array_values($found));
        self::assertSame([$anna], these_users(['anna', 'nobody']));
        self::assertSame(['anna' => 'Anna', 'nobody' => false], (array) read_uids(['anna', 'nobody']));
    }

    public function testAnAddressOfTwoAccounts(): void {
        $found = $this->failure(static function () {
            find_users(['two@example.org']);
        });
        self::assertSame('shared_address', $found[0]);
        self::assertStringStartsWith('two@example.org (', $found[1]);
    }

    public function testANameThatABackendMightKnow(): void {
        $this->ldap->down = true;
        self::assertSame(['anna' => 'Anna', 'lisa' => null], (array) read_uids(['anna', 'lisa']));
    }

    public function testDisabledUsers(): void {
        foreach (['Anna' => 'false', 'bert' => 'true', 'jörg' => 'FALSE'] as $uid => $value) {
            $this->database->insert('preferences', [$uid, 'core', 'enabled', $value]);
        }
        self::assertSame(['Anna' => true], disabled_users(null));
        self::assertSame([], disabled_users(['bert', 'jörg']));
        self::assertSame([], disabled_users([]));
    }

    public function testMembershipsInOtherBackends(): void {
        self::assertSame(['lisa' => ['staff', 'ldap'], 'bert' => ['ldap']], foreign_memberships(null));
        self::assertSame(['lisa' => ['staff', 'ldap']], foreign_memberships(['lisa', 'Anna']));
        $this->ldap->down = true;
        self::assertSame([], foreign_memberships(['lisa']));
        self::assertSame('user_backend', $this->failure(static function () {
            foreign_memberships(null);
        })[0]);
    }

    public function testMembersOfGroups(): void {
        $expected = ['staff' => ['Anna', 'bert', 'lisa'], 'ldap' => ['lisa', 'bert'], 'empty' => [], 'none' => null];
        self::assertSame($expected, (array) read_members(['staff', 'ldap', 'empty', 'none']));
    }

    public function testGroupsThatExist(): void {
        $expected = ['staff' => true, 'ldap' => true, 'none' => false];
        self::assertSame($expected, (array) read_groups(['staff', 'ldap', 'none']));
        $this->ldap->down = true;
        self::assertSame(['staff' => true, 'ldap' => null], (array) read_groups(['staff', 'ldap']));
    }

    public function testVerdictsAreThoseOfNextcloud(): void {
        \OC::$server->add('OC\Authentication\TwoFactorAuth\MandatoryTwoFactor', new class {
            public function isEnforcedFor(object $user): bool {
                return $user->uid === 'Anna';
            }
        });
        $expected = ['Anna' => true, 'bert' => false, 'nobody' => null];
        self::assertSame($expected, (array) read_verdicts(['Anna', 'bert', 'nobody']));
    }

    public function testTheStreamOfUsers(): void {
        $code = <<<'PHP'
            $database = new Tests\FakeDatabase();
            $managers = new class { public function getBackends() { return [new \OC\Group\Database()]; } };
            \OC::$server = new Tests\FakeServer([
                'OCP\App\IAppManager' => new Tests\FakeApps(), 'OCP\IDBConnection' => $database,
                'OCP\IUserManager' => $managers, 'OCP\IGroupManager' => $managers,
            ]);
            $users = [];
            for ($number = 0; $number < 501; $number++) {
                $uid = sprintf('u%03d', $number);
                $database->insert('users', [$uid, $uid, 'hash']);
                $users[] = [$uid, 'Database', true, true];
            }
            $database->insert('group_user', ['admin', 'u500'], ['staff', 'u500']);
            $database->insert('twofactor_providers', ['totp', 'u000', 1], ['other', 'u000', 0]);
            Run::$id_stores = ['twofactor_secsign' => ['table' => 'twofactor_secsign']];
            $database->insert('twofactor_secsign', ['u000', 'anna@corp', 1]);
            $database->insert('preferences', ['u000', 'login', 'lastLogin', '1700000000']);
            $database->insert('preferences', ['u000', 'core', 'enabled', 'false']);
            send_users($users, null);
            send_users(these_users(['u500']), ['u500']);
            PHP;
        [$first, $second, $one] = $this->printed($code);
        self::assertSame([500, 1, 1], [count($first['rows']), count($second['rows']), count($one['rows'])]);
        self::assertSame([
            'uid' => 'u000', 'backend' => 'Database', 'password_login' => true, 'local_password' => true,
            'enabled' => false, 'admin' => false, 'groups' => [], 'providers' => ['totp' => true, 'other' => false],
            'backup_codes' => null,
            'secsign_ids' => [['app' => 'twofactor_secsign', 'id' => 'anna@corp', 'enabled' => true]],
            'last_login' => 1700000000,
        ], $first['rows'][0]);
        self::assertSame([true, ['admin', 'staff']], [$second['rows'][0]['admin'], $second['rows'][0]['groups']]);
        self::assertSame($second, $one);
    }
}
