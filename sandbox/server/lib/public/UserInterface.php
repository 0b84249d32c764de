<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP;

interface UserInterface
{
    public function implementsActions($actions);

    public function deleteUser($uid);

    public function getUsers($search = '', $limit = null, $offset = null);

    public function userExists($uid);

    public function getDisplayName($uid);

    public function getDisplayNames($search = '', $limit = null, $offset = null);

    public function hasUserListings();
}
