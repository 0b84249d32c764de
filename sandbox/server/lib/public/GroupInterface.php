<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP;

interface GroupInterface
{
    public function implementsActions($actions);

    public function inGroup($uid, $gid);

    public function getUserGroups($uid);

    public function getGroups(string $search = '', int $limit = -1, int $offset = 0);

    public function groupExists($gid);

    public function usersInGroup($gid, $search = '', $limit = -1, $offset = 0);
}
