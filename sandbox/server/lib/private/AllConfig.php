<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC;

use OCP\IConfig;
use OCP\IDBConnection;

/** The three stores behind IConfig: config.php, app settings and preferences of people. */
class AllConfig implements IConfig
{
    /** @var SystemConfig */
    private $system;
    /** @var AppConfig */
    private $apps;
    /** @var IDBConnection */
    private $db;

    public function __construct(SystemConfig $system, AppConfig $apps, IDBConnection $db)
    {
        $this->system = $system;
        $this->apps = $apps;
        $this->db = $db;
    }

    public function getSystemConfig()
    {
        return $this->system;
    }

    public function setSystemValues(array $configs)
    {
        $this->system->setValues($configs);
    }

    public function setSystemValue($key, $value)
    {
        $this->system->setValue($key, $value);
    }

    public function getSystemValue($key, $default = '')
    {
        return $this->system->getValue($key, $default);
    }

    public function getSystemValueBool(string $key, bool $default = false): bool
    {
        return (bool) $this->system->getValue($key, $default);
    }

    public function getSystemValueInt(string $key, int $default = 0): int
    {
        return (int) $this->system->getValue($key, $default);
    }

    public function getSystemValueString(string $key, string $default = ''): string
    {
        return (string) $this->system->getValue($key, $default);
    }

    public function getFilteredSystemValue($key, $default = '')
    {
        return $this->system->getFilteredValue($key, $default);
    }

    public function deleteSystemValue($key)
    {
        $this->system->deleteValue($key);
    }

    public function getAppKeys($appName)
    {
        return $this->apps->getKeys($appName);
    }

    public function setAppValue($appName, $key, $value)
    {
        $this->apps->setValue($appName, $key, $value);
    }

    public function getAppValue($appName, $key, $default = '')
    {
        return $this->apps->getValue($appName, $key, $default);
    }

    public function deleteAppValue($appName, $key)
    {
        $this->apps->deleteKey($appName, $key);
    }

    public function deleteAppValues($appName)
    {
        $this->apps->deleteApp($appName);
    }

    public function setUserValue($userId, $appName, $key, $value, $preCondition = null)
    {
        if ($preCondition !== null && $this->getUserValue($userId, $appName, $key, null) !== (string) $preCondition) {
            throw new \OCP\PreConditionNotMetException();
        }
        $changed = $this->db->perform(
            'UPDATE `*PREFIX*preferences` SET `configvalue` = ? WHERE `userid` = ? AND `appid` = ? AND `configkey` = ?',
            [(string) $value, (string) $userId, $appName, $key]
        );
        if ($changed === 0) {
            $this->db->perform(
                'INSERT INTO `*PREFIX*preferences` (`userid`, `appid`, `configkey`, `configvalue`) VALUES (?, ?, ?, ?)',
                [(string) $userId, $appName, $key, (string) $value]
            );
        }
    }

    public function getUserValue($userId, $appName, $key, $default = '')
    {
        $value = $this->db->executeQuery(
            'SELECT `configvalue` FROM `*PREFIX*preferences` WHERE `userid` = ? AND `appid` = ? AND `configkey` = ?',
            [(string) $userId, $appName, $key]
        )->fetchColumn();
        return $value === false ? $default : $value;
    }

    public function getUserValueForUsers($appName, $key, $userIds)
    {
        $values = [];
        foreach (array_chunk((array) $userIds, 500) as $some) {
            $rows = $this->db->executeQuery(
                'SELECT `userid`, `configvalue` FROM `*PREFIX*preferences`'
                . ' WHERE `appid` = ? AND `configkey` = ? AND `userid` IN (?)',
                [$appName, $key, array_map('strval', $some)]
            );
            foreach ($rows->fetchAll() as $row) {
                $values[$row['userid']] = $row['configvalue'];
            }
        }
        return $values;
    }

    public function getUserKeys($userId, $appName)
    {
        return $this->db->executeQuery(
            'SELECT `configkey` FROM `*PREFIX*preferences` WHERE `userid` = ? AND `appid` = ? ORDER BY rowid',
            [(string) $userId, $appName]
        )->fetchAll(\PDO::FETCH_COLUMN);
    }

    public function getAllUserValues(string $userId): array
    {
        $values = [];
        $rows = $this->db->executeQuery(
            'SELECT `appid`, `configkey`, `configvalue` FROM `*PREFIX*preferences` WHERE `userid` = ?'
            . ' ORDER BY `appid`, `configkey`',
            [$userId]
        );
        foreach ($rows->fetchAll() as $row) {
            $values[$row['appid']][$row['configkey']] = $row['configvalue'];
        }
        return $values;
    }

    public function deleteUserValue($userId, $appName, $key)
    {
        $this->db->perform(
            'DELETE FROM `*PREFIX*preferences` WHERE `userid` = ? AND `appid` = ? AND `configkey` = ?',
            [(string) $userId, $appName, $key]
        );
    }

    public function deleteAllUserValues($userId)
    {
        $this->db->perform('DELETE FROM `*PREFIX*preferences` WHERE `userid` = ?', [(string) $userId]);
    }

    public function deleteAppFromAllUsers($appName)
    {
        $this->db->perform('DELETE FROM `*PREFIX*preferences` WHERE `appid` = ?', [$appName]);
    }

    public function getUsersForUserValue($appName, $key, $value)
    {
        return $this->db->executeQuery(
            'SELECT `userid` FROM `*PREFIX*preferences` WHERE `appid` = ? AND `configkey` = ? AND `configvalue` = ?',
            [$appName, $key, (string) $value]
        )->fetchAll(\PDO::FETCH_COLUMN);
    }
}
