<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP;

interface IUserManager
{
    public function registerBackend($backend);

    public function getBackends();

    public function get($uid);

    public function userExists($uid);

    public function checkPassword($loginName, $password);

    public function search($pattern, $limit = null, $offset = null);

    public function searchDisplayName($pattern, $limit = null, $offset = null);

    public function createUser($uid, $password);

    public function countUsers();

    public function callForAllUsers(\Closure $callback, $search = '');

    public function callForSeenUsers(\Closure $callback);

    public function getByEmail($email);
}
