<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

// Every difference between releases that is not a command's grammar (that is in Console/commands.php).
// A row is "since major release => value"; rows are ordered, the last one reached holds. Only the claimed releases
// count: a difference that came between two of them stands at the newer one.
// What each row says was seen on the real release (see tests/contract/transcripts).

$plain = 'This can usually be fixed by giving the webserver write access to the config directory';
$polite = 'This can usually be fixed by giving the web server write access to the config directory.';
$keep = 'if you prefer to keep config.php file read only, set the option "config_is_read_only" to true in it.';
$pcntl = 'The process control (PCNTL) extensions are required in case you want to interrupt long running commands'
    . ' - see %s/manual/en/book.pcntl.php';

return [
    // How a command is reached at all.
    'occ.drops_root' => [19 => false, 33 => true],
    'owner.named' => [19 => true, 28 => false],
    'notice.posix' => [
        19 => 'The posix extensions are required - see http://php.net/manual/en/book.posix.php',
        28 => 'The posix extensions are required - see https://www.php.net/manual/en/book.posix.php',
    ],
    'notice.pcntl' => [
        19 => [sprintf($pcntl, 'http://php.net')],
        28 => [
            sprintf($pcntl, 'https://www.php.net'),
            "Additionally the function 'pcntl_signal' and 'pcntl_signal_dispatch' need to be enabled in your php.ini.",
        ],
    ],
    // Old releases put these in front of a command's own output, JSON or not.
    'notice.on_stderr' => [19 => false, 28 => true],
    'notice.maintenance' => [
        19 => ["Nextcloud is in maintenance mode - no apps have been loaded", ''],
        28 => ['Nextcloud is in maintenance mode, no apps are loaded.', 'Commands provided by apps are unavailable.'],
    ],
    'notice.maintenance_silent_for' => [19 => ['maintenance:mode'], 28 => ['maintenance:mode', 'status']],
    'notice.upgrade_silent_for' => [19 => [], 33 => ['upgrade']],

    // config.php
    'config.unwritable' => [
        19 => [$plain, 'Or, ' . $keep],
        28 => [$polite, 'But, ' . $keep],
    ],
    'config.folder_unwritable' => [
        19 => ['Cannot write into "config" directory', $plain . '.'],
        28 => ['Cannot write into "config" directory.', $polite],
    ],
    'config.refuses_leading_content' => [19 => false, 28 => true],
    'config.read_only_is_enforced' => [19 => false, 28 => true],
    'config.unreadable_goes_to_stderr' => [19 => false, 33 => true],
    'log.names_command' => [19 => false, 33 => true],
    'data.marker' => [
        19 => ['.ocdata', ''],
        33 => ['.ncdata', "# Nextcloud data directory\n# Do not change this file"],
    ],
    'data.marker_missing' => [
        19 => ['Your data directory is invalid',
            'Ensure there is a file called ".ocdata" in the root of the data directory.'],
        28 => ['Your data directory is invalid.',
            'Ensure there is a file called ".ocdata" in the root of the data directory.'],
        33 => ['Your data directory is invalid.',
            'Ensure there is a file called ".ncdata" in the root of the data directory.'
            . ' It should have the content: "# Nextcloud data directory"'],
    ],

    // Memory caches configured without their PHP extension
    'cache.redis_required' => [19 => false, 28 => true],
    'cache.apcu_required' => [19 => false, 28 => true, 33 => false],
    'cache.error_class' => [19 => 'OC\HintException', 28 => 'OCP\HintException'],
    'cache.keeps_leading_backslash' => [19 => true, 28 => false],

    // Database
    'db.connect_error' => [
        19 => ['class' => 'Doctrine\DBAL\DBALException',
            'text' => 'Failed to connect to the database: An exception occurred in driver: '],
        28 => ['class' => 'Doctrine\DBAL\Exception',
            'text' => 'Failed to connect to the database: An exception occurred in the driver: '],
        33 => ['class' => null, 'text' => 'An exception occurred in the driver: '],
    ],
    'db.preferences_typed' => [19 => false, 33 => true],
    'db.error' => [19 => 'Doctrine\DBAL\DBALException', 28 => 'OC\DB\Exceptions\DbalException'],
    'db.table_missing_error' => [19 => 'Doctrine\DBAL\Exception\TableNotFoundException', 33 => 'OC\DB\Exceptions\DbalException'],
    // The container of 19 finds services whatever the case of the name, later ones do not.
    'container.ignores_case' => [19 => true, 28 => false],

    // Methods come and go; a class a release, so that method_exists() is right.
    'class.server' => [19 => 'OC\Server', 28 => 'OC\PsrServer'],
    'class.app_container' => [19 => 'OC\AppFramework\AppContainer', 28 => 'OC\AppFramework\PsrAppContainer'],
    'class.app_manager' => [19 => 'OC\App\AppManager', 28 => 'OC\App\AppManager27', 33 => 'OC\App\AppManager32'],
    'class.connection' => [19 => 'OC\DB\Connection', 28 => 'OC\DB\Connection21'],
    'class.query_builder' => [
        19 => 'OC\DB\QueryBuilder\QueryBuilder19',
        28 => 'OC\DB\QueryBuilder\QueryBuilder22',
        34 => 'OC\DB\QueryBuilder\QueryBuilder34',
    ],
    'class.registration_context' => [
        19 => 'OC\AppFramework\Bootstrap\RegistrationContext',
        28 => 'OC\AppFramework\Bootstrap\RegistrationContext22',
    ],
    'class.result' => [19 => 'OC\DB\Result', 28 => 'OC\DB\Result21'],
    'class.absent' => [
        19 => ['OCP\Server', 'OCP\DB\Types', 'OCP\DB\Exception', 'OCP\DB\IResult',
            'OCP\AppFramework\Bootstrap\IBootstrap', 'OCP\AppFramework\Bootstrap\IRegistrationContext',
            'OCP\AppFramework\Bootstrap\IBootContext'],
        28 => [],
    ],

    // status
    'status.fields' => [
        19 => ['installed', 'version', 'versionstring', 'edition'],
        28 => ['installed', 'version', 'versionstring', 'edition', 'maintenance', 'needsDbUpgrade', 'productname',
            'extendedSupport'],
    ],

    // Apps
    'app.bootstraps' => [19 => false, 28 => true],
    'app.includes_app_php' => [19 => true, 33 => false],
    'app.names_version' => [19 => false, 28 => true],
    'app.lists_version_of_disabled' => [19 => false, 28 => true],
    'app.enable_lifts_group_limit' => [19 => false, 33 => true],
    'app.download_error' => [19 => 'Could not download app %s', 33 => 'Could not download app %s, it was not found on the appstore'],
    'app.remove_style' => [19 => 'folder', 33 => 'enabled', 34 => 'worded'],
    'app.update_says_none' => [19 => false, 33 => true],
    'app.upgrade_style' => [19 => 'Set log level to debug', 28 => 'Setting log level to debug'],
    'app.upgrade_last_line' => [19 => 'Reset log level', 28 => 'Resetting log level'],
    'app.upgrade_asks_store' => [19 => true, 28 => false],
    'app.none_to_upgrade_note' => [19 => false, 33 => true],

    // App settings
    'appconfig.typed' => [19 => false, 33 => true],
    'appconfig.lists_typed' => [19 => false, 33 => true],
    'appconfig.lists_sensitive_in_clear' => [19 => false, 35 => true],
    'appconfig.masks_on_set' => [19 => false, 33 => true],
    'appconfig.stores_null' => [19 => true, 28 => false],
    'appconfig.import_error_exit' => [19 => 0, 28 => 1],
    'sysconfig.json_type' => [19 => false, 33 => true],

    // People and groups
    'user.noun' => [19 => 'user', 33 => 'account'],
    'user.name_rule' => [
        19 => 'Only the following characters are allowed in a username: "a-z", "A-Z", "0-9", and "_.@-\'"',
        28 => 'Only the following characters are allowed in a username: "a-z", "A-Z", "0-9", spaces and "_.@-\'"',
        33 => 'Only the following characters are allowed in an Login: "a-z", "A-Z", "0-9", spaces and "_.@-\'"',
    ],
    'user.password_variables' => [19 => ['OC_PASS'], 33 => ['NC_PASS', 'OC_PASS']],
    'user.weak_password' => [
        19 => 'Password is among the 1,000,000 most common ones. Please make it unique.',
        28 => 'Password is among the 1,000,000 most common ones. Please make it unique.'
            . ' Password needs to be at least 10 characters long.',
    ],
    'user.disable_unknown_exit' => [19 => 0, 28 => 1],
    'user.pages_by_display_name' => [19 => false, 28 => true],
    'user.limit_zero_is_all' => [19 => false, 33 => true],
    'user.stores_display_name' => [19 => false, 28 => true],
    'user.cloud_id_has_scheme' => [19 => false, 28 => true],
    'user.info_has_storage' => [19 => false, 28 => true],
    'user.seen_style' => [19 => 'epoch', 33 => 'words'],
    'user.lastseen_style' => [19 => 'sentence', 33 => 'second'],
    'group.speaks_on_membership' => [19 => false, 34 => true],
    'group.lists_display_name' => [19 => false, 33 => true],

    // Two-factor
    'twofactor.template_is_interface' => [19 => false, 33 => true],
    'twofactor.backup_codes_by_admin' => [19 => false, 28 => true],

    // Integrity
    'integrity.style' => [19 => 'exception', 33 => 'prefixed'],
];
