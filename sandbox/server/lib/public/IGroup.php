<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP;

interface IGroup
{
    public function getGID();

    public function getDisplayName();

    public function setDisplayName(string $displayName): bool;

    public function getUsers();

    public function inGroup(IUser $user);

    public function addUser(IUser $user);

    public function removeUser($user);

    public function searchUsers(string $search, ?int $limit = null, ?int $offset = null): array;

    public function count(string $search = '');

    public function getBackendNames();

    public function delete();
}
