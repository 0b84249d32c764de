<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP;

interface IGroupManager
{
    public function isBackendUsed($backendClass);

    public function addBackend($backend);

    public function clearBackends();

    public function getBackends();

    public function get($gid);

    public function groupExists($gid);

    public function createGroup($gid);

    public function search(string $search, ?int $limit = null, ?int $offset = 0);

    public function getUserGroups(?IUser $user = null);

    public function getUserGroupIds(IUser $user): array;

    public function displayNamesInGroup($gid, $search = '', $limit = -1, $offset = 0);

    public function isAdmin($userId);

    public function isInGroup($userId, $group);
}
