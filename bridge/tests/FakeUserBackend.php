<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace SecSign\Bridge\Tests;

/** A directory, for users and for groups. */
final class FakeUserBackend {
    /** @var array<string, string[]> user id => groups */
    public array $users;
    public bool $down = false;
    private string $name;
    private bool $passwords;

    public function __construct(string $name, array $users, bool $passwords = true) {
        $this->name = $name;
        $this->users = $users;
        $this->passwords = $passwords;
    }

    public function getBackendName(): string {
        return $this->name;
    }

    public function implementsActions(int $actions): bool {
        return $this->passwords;
    }

    public function getUsers(string $search, int $limit, int $offset): array {
        return array_slice(array_map('strval', array_keys($this->answer())), $offset, $limit);
    }

    public function userExists(string $uid): bool {
        return isset($this->answer()[$uid]);
    }

    public function getUserGroups(string $uid): array {
        return $this->answer()[$uid] ?? [];
    }

    public function getGroups(): array {
        return array_values(array_unique(array_merge([], ...array_values($this->answer()))));
    }

    public function groupExists(string $gid): bool {
        return in_array($gid, $this->getGroups(), true);
    }

    public function usersInGroup(string $gid): array {
        $is_in = static fn (array $groups): bool => in_array($gid, $groups, true);
        return array_keys(array_filter($this->answer(), $is_in));
    }

    private function answer(): array {
        if ($this->down) {
            throw new \RuntimeException('the directory is down');
        }
        return $this->users;
    }
}
