<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP;

interface IConfig
{
    public function setSystemValues(array $configs);

    public function setSystemValue($key, $value);

    public function getSystemValue($key, $default = '');

    public function getSystemValueBool(string $key, bool $default = false): bool;

    public function getSystemValueInt(string $key, int $default = 0): int;

    public function getSystemValueString(string $key, string $default = ''): string;

    public function getFilteredSystemValue($key, $default = '');

    public function deleteSystemValue($key);

    public function getAppKeys($appName);

    public function setAppValue($appName, $key, $value);

    public function getAppValue($appName, $key, $default = '');

    public function deleteAppValue($appName, $key);

    public function deleteAppValues($appName);

    public function setUserValue($userId, $appName, $key, $value, $preCondition = null);

    public function getUserValue($userId, $appName, $key, $default = '');

    public function getUserValueForUsers($appName, $key, $userIds);

    public function getUserKeys($userId, $appName);

    public function getAllUserValues(string $userId): array;

    public function deleteUserValue($userId, $appName, $key);

    public function deleteAllUserValues($userId);

    public function deleteAppFromAllUsers($appName);

    public function getUsersForUserValue($appName, $key, $value);
}
