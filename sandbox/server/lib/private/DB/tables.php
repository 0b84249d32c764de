<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

// The tables of a fresh instance that the sandbox fills, column for column as the release has them.

use OC\Sandbox\Release;

$typed = Release::behaviour('appconfig.typed');
$newer = Release::behaviour('db.preferences_typed');

return [
    'appconfig' => "appid VARCHAR(32) DEFAULT '' NOT NULL, configkey VARCHAR(64) DEFAULT '' NOT NULL, configvalue CLOB DEFAULT NULL"
        . ($typed ? ', type INTEGER UNSIGNED DEFAULT 2 NOT NULL, lazy SMALLINT UNSIGNED DEFAULT 0 NOT NULL' : '')
        . ', PRIMARY KEY(appid, configkey)',
    'preferences' => "userid VARCHAR(64) DEFAULT '' NOT NULL, appid VARCHAR(32) DEFAULT '' NOT NULL,"
        . " configkey VARCHAR(64) DEFAULT '' NOT NULL, configvalue CLOB DEFAULT NULL"
        . ($newer ? ', lazy SMALLINT UNSIGNED DEFAULT 0 NOT NULL, type SMALLINT UNSIGNED DEFAULT 0 NOT NULL,'
            . " flags INTEGER UNSIGNED DEFAULT 0 NOT NULL, \"indexed\" VARCHAR(64) DEFAULT ''" : '')
        . ', PRIMARY KEY(userid, appid, configkey)',
    'users' => "uid VARCHAR(64) DEFAULT '' NOT NULL, displayname VARCHAR(64) DEFAULT NULL,"
        . " password VARCHAR(255) DEFAULT '' NOT NULL, uid_lower VARCHAR(64) DEFAULT '', PRIMARY KEY(uid)",
    'groups' => "gid VARCHAR(64) DEFAULT '' NOT NULL, displayname VARCHAR(255) DEFAULT 'name' NOT NULL, PRIMARY KEY(gid)",
    'group_user' => "gid VARCHAR(64) DEFAULT '' NOT NULL, uid VARCHAR(64) DEFAULT '' NOT NULL, PRIMARY KEY(gid, uid)",
    'group_admin' => "gid VARCHAR(64) DEFAULT '' NOT NULL, uid VARCHAR(64) DEFAULT '' NOT NULL, PRIMARY KEY(gid, uid)",
    'twofactor_providers' => 'provider_id VARCHAR(32) NOT NULL, uid VARCHAR(64) NOT NULL, enabled SMALLINT NOT NULL,'
        . ' PRIMARY KEY(provider_id, uid)',
    'twofactor_backupcodes' => "id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, user_id VARCHAR(64) DEFAULT '' NOT NULL,"
        . ' code VARCHAR(128) NOT NULL, used SMALLINT DEFAULT 0 NOT NULL',
    'migrations' => 'app VARCHAR(255) NOT NULL, version VARCHAR(255) NOT NULL, PRIMARY KEY(app, version)',
    'authtoken' => "id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, uid VARCHAR(64) DEFAULT '' NOT NULL,"
        . " login_name VARCHAR(255) DEFAULT '' NOT NULL, password CLOB DEFAULT NULL, name CLOB DEFAULT '' NOT NULL,"
        . " token VARCHAR(200) DEFAULT '' NOT NULL, type SMALLINT UNSIGNED DEFAULT 0,"
        . ' last_activity INTEGER UNSIGNED DEFAULT 0, version SMALLINT UNSIGNED DEFAULT 1 NOT NULL',
];
