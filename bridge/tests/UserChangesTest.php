<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace SecSign\Bridge\Tests;

use function SecSign\Bridge\assign_ids;
use function SecSign\Bridge\execute;
use function SecSign\Bridge\existing;
use function SecSign\Bridge\in_one_transaction;
use function SecSign\Bridge\unlock_user;
use function SecSign\Bridge\set_members;
use function SecSign\Bridge\write_log;

final class UserChangesTest extends BridgeTestCase {
    private const STORES = [
        'secsignid' => ['table' => 'secsignid', 'keeps_empty_rows' => true],
        'twofactor_secsign' => ['table' => 'twofactor_secsign', 'keeps_empty_rows' => false],
    ];

    public function testAllOrNothing(): void {
        self::assertSame('result', in_one_transaction(static function (object $database): string {
            $database->insert('groups', ['kept']);
            return 'result';
        }));
        try {
            in_one_transaction(static function (object $database): void {
                $database->insert('users', ['lost', 'lost', null]);
                throw new \LogicException('in the middle');
            });
            self::fail('the exception is lost');
        } catch (\LogicException $e) {
            self::assertSame('in the middle', $e->getMessage());
        }
        self::assertSame([], $this->database->table('users'));
        self::assertSame(['kept' => true], existing('SELECT gid AS uid FROM *PREFIX*groups', []));
    }

    public function testStatementsOfReleasesBefore21(): void {
        \OC::$server->add('OCP\IDBConnection', new class {
            public function executeUpdate(string $sql, array $parameters): int {
                return count($parameters);
            }
        });
        self::assertSame(2, execute('UPDATE', ['a', 'b']));
    }

    public function testAssignAndTakeAwayIds(): void {
        $ids = [['anna', 'old@corp', 1], ['bert', 'bert@corp', 1], ['carl', 'carl@corp', 1]];
        $this->database->insert('twofactor_secsign', ...$ids);
        $states = [['twofactor_secsign', 'anna', 0], ['totp', 'anna', 1], ['twofactor_secsign', 'bert', 1]];
        $this->database->insert('twofactor_providers', ...$states);
        $this->database->insert('preferences', ['anna', 'twofactor_secsign', 'logged_in', '1']);
        assign_ids([
            'app' => 'twofactor_secsign',
            'store' => self::STORES['twofactor_secsign'],
            'rows' => [['anna', 'new@corp', true, true], ['dora', 'dora@corp', false, false]],
            'removed' => ['bert'],
        ]);
        self::assertSame(
            [['anna', 'new@corp', 1], ['carl', 'carl@corp', 1], ['dora', 'dora@corp', 0]],
            $this->database->table('twofactor_secsign')
        );
        self::assertSame(
            [
                ['totp', 'anna', 1],
                ['twofactor_secsign', 'anna', 1],
                ['twofactor_secsign', 'bert', 0],
                ['twofactor_secsign', 'dora', 0],
            ],
            $this->database->table('twofactor_providers')
        );
        self::assertSame(
            [['anna', 'twofactor_secsign', 'logged_in', '0'], ['bert', 'twofactor_secsign', 'logged_in', '0']],
            $this->database->table('preferences')
        );
    }

    public function testSecsignidKeepsAnEmptyRow(): void {
        $this->database->insert('secsignid', ['anna', 'anna@corp', 1]);
        $store = self::STORES['secsignid'];
        assign_ids(['app' => 'secsignid', 'store' => $store, 'rows' => [], 'removed' => ['anna']]);
        self::assertSame([['anna', '', 0]], $this->database->table('secsignid'));
    }

    public function testATableIsNamedByNothingButAName(): void {
        self::assertSame('bridge', $this->failure(static function () {
            $store = ['table' => 'users WHERE 1=1 --', 'keeps_empty_rows' => false];
            assign_ids(['app' => 'users', 'store' => $store, 'rows' => [], 'removed' => ['anna']]);
        })[0]);
    }

    public function testAUserIsUnlocked(): void {
        $states = [['secsignid', 'anna', 1], ['secsignid', 'bert', 1], ['totp', 'anna', 1]];
        $this->database->insert('twofactor_providers', ...$states);
        $this->database->insert('secsignid', ['anna', 'anna@corp', 1], ['bert', 'bert@corp', 1]);
        unlock_user(['provider' => 'secsignid', 'user' => 'anna', 'id_stores' => self::STORES]);
        $states[0][2] = 0;
        self::assertSame($states, $this->database->table('twofactor_providers'));
        self::assertSame([['anna', 'anna@corp', 0], ['bert', 'bert@corp', 1]], $this->database->table('secsignid'));
        unlock_user(['provider' => 'totp', 'user' => 'anna', 'id_stores' => self::STORES]);
        $states[2][2] = 0;
        self::assertSame($states, $this->database->table('twofactor_providers'));
    }

    public function testMembersAreExactlyThese(): void {
        $this->database->insert('groups', ['two']);
        $this->database->insert('group_user', ['two', 'anna'], ['two', 'bert']);
        $log = new \ArrayObject();
        \OC::$server->add('OCP\IUserManager', new class {
            public function getBackends(): array {
                return [];
            }

            public function get(string $uid): ?object {
                return $uid === 'nobody' ? null : (object) ['uid' => $uid];
            }
        });
        \OC::$server->add('OCP\IGroupManager', new class ($log) {
            private \ArrayObject $log;

            public function __construct(\ArrayObject $log) {
                $this->log = $log;
            }

            public function getBackends(): array {
                return [new class extends \OC\Group\Database {
                    public function groupExists(string $gid): bool {
                        return $gid === 'two';
                    }
                }];
            }

            public function get(string $gid): ?object {
                return $gid === 'two' ? $this->group($gid) : null;
            }

            public function createGroup(string $gid): object {
                $this->log[] = "create $gid";
                return $this->group($gid);
            }

            private function group(string $gid): object {
                return new class ($this->log, $gid) {
                    private \ArrayObject $log;
                    private string $gid;

                    public function __construct(\ArrayObject $log, string $gid) {
                        $this->log = $log;
                        $this->gid = $gid;
                    }

                    public function addUser(object $user): void {
                        $this->log[] = "add $user->uid to $this->gid";
                    }

                    public function removeUser(object $user): void {
                        $this->log[] = "remove $user->uid from $this->gid";
                    }

                    public function delete(): void {
                        $this->log[] = "delete $this->gid";
                    }
                };
            }
        });
        set_members(['group' => 'two', 'members' => ['bert', 'carl', 'nobody']]);
        set_members(['group' => 'new', 'members' => ['4711']]);
        set_members(['group' => 'two', 'members' => null]);
        set_members(['group' => 'none', 'members' => null]);
        $expected = ['add carl to two', 'remove anna from two', 'create new', 'add 4711 to new', 'delete two'];
        self::assertSame($expected, (array) $log);
    }

    public function testALineInTheLog(): void {
        $logger = new class {
            public array $lines = [];

            public function warning(string $message, array $context): void {
                $this->lines[] = [$message, $context];
            }
        };
        \OC::$server->add('OCP\ILogger', $logger);
        \OC::$server->add('Psr\Log\LoggerInterface', $logger);
        write_log(['message' => 'exempted']);
        self::assertSame([['exempted', ['app' => 'secsign_nextcloud']]], $logger->lines);
    }
}
