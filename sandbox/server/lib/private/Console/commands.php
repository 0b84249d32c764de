<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

// Every command: its class, what it is for, and its usage line since each claimed release that changed it
// (see Grammar for the notation). `null` ends a command, `=other` makes the name an alias.
// "when" says whether it exists on an installed instance (the default), on one that is not, or always.

namespace OC\Core\Command;

$app = [19 => '<app-id>...'];
$output = [19 => '[--output [OUTPUT]]'];
$pages = ['limit' => '500', 'offset' => '0'];

return [
    'list' => ['class' => ListCommands::class, 'about' => 'List commands', 'when' => 'always', 'defaults' => ['format' => 'txt'],
        'usage' => [19 => '[--raw] [--format FORMAT] [--] [<namespace>]',
            28 => '[--raw] [--format FORMAT] [--short] [--] [<namespace>]']],
    'help' => ['class' => Help::class, 'about' => 'Display help for a command', 'when' => 'always',
        'defaults' => ['format' => 'txt'], 'usage' => [19 => '[--format FORMAT] [--raw] [--] [<command_name>]']],
    'status' => ['class' => Status::class, 'about' => 'Show the version and state of the instance', 'when' => 'always',
        'usage' => [19 => '[--output [OUTPUT]]', 28 => '[--output [OUTPUT]] [-e|--exit-code]']],
    'check' => ['class' => Check::class, 'about' => 'Check what the server depends on', 'when' => 'always', 'usage' => $output],
    'upgrade' => ['class' => Upgrade::class, 'about' => 'Upgrade the data to the version of the code', 'usage' => [19 => '']],

    'app:check-code' => ['class' => NotHere::class, 'about' => 'Not part of the sandbox', 'when' => 'always',
        'usage' => [19 => '[-c|--checker CHECKER]* [--skip-checkers] [--skip-validate-info] [--] <app-id>', 28 => null]],
    'app:list' => ['class' => App\ListApps::class, 'about' => 'List the apps',
        'usage' => [19 => '[--output [OUTPUT]] [--shipped SHIPPED]',
            33 => '[--output [OUTPUT]] [--shipped SHIPPED] [--enabled] [--disabled]']],
    'app:install' => ['class' => App\Install::class, 'about' => 'Download an app and enable it',
        'usage' => [19 => '[--keep-disabled] [--] <app-id>',
            28 => '[--keep-disabled] [-f|--force] [--allow-unstable] [--] <app-id>']],
    'app:enable' => ['class' => App\Enable::class, 'about' => 'Enable apps',
        'usage' => [19 => '[-g|--groups GROUPS]* [-f|--force] [--] <app-id>...']],
    'app:disable' => ['class' => App\Disable::class, 'about' => 'Disable apps', 'usage' => $app],
    'app:remove' => ['class' => App\Remove::class, 'about' => 'Remove an app', 'usage' => [19 => '[--keep-data] [--] <app-id>']],
    'app:getpath' => ['class' => App\GetPath::class, 'about' => 'Get the folder of an app',
        'usage' => [19 => '[--output [OUTPUT]] [--] <app>']],
    'app:update' => ['class' => App\Update::class, 'about' => 'Update an app or all apps',
        'usage' => [19 => '[--all] [--showonly] [--] [<app-id>]', 28 => '[--all] [--showonly] [--allow-unstable] [--] [<app-id>]',
            33 => '[--all] [--showonly] [--showcurrent] [--allow-unstable] [--] [<app-id>]']],

    'background:ajax' => ['class' => Background\Ajax::class, 'about' => 'Run background jobs by AJAX',
        'usage' => [19 => '', 33 => '=background:cron']],
    'background:cron' => ['class' => Background\Cron::class, 'about' => 'Run background jobs by cron', 'usage' => [19 => '']],
    'background:webcron' => ['class' => Background\WebCron::class, 'about' => 'Run background jobs by webcron',
        'usage' => [19 => '', 33 => '=background:cron']],

    'config:list' => ['class' => Config\ListConfigs::class, 'about' => 'List settings',
        'defaults' => ['output' => 'json_pretty'],
        'usage' => [19 => '[--output [OUTPUT]] [--private] [--] [<app>]',
            33 => '[--output [OUTPUT]] [--private] [--migrate] [--] [<app>]']],
    'config:import' => ['class' => Config\Import::class, 'about' => 'Import settings', 'usage' => [19 => '[<file>]']],
    'config:app:get' => ['class' => Config\App\GetConfig::class, 'about' => 'Get an app setting',
        'usage' => [19 => '[--output [OUTPUT]] [--default-value [DEFAULT-VALUE]] [--] <app> <name>',
            33 => '[--output [OUTPUT]] [--details] [--key-details] [--default-value [DEFAULT-VALUE]] [--] <app> <name>']],
    'config:app:set' => ['class' => Config\App\SetConfig::class, 'about' => 'Set an app setting',
        'usage' => [19 => '[--output [OUTPUT]] [--value VALUE] [--update-only] [--] <app> <name>',
            33 => '[--output [OUTPUT]] [--value VALUE] [--type TYPE] [--lazy|--no-lazy] [--sensitive|--no-sensitive]'
                . ' [--internal] [--update-only] [--] <app> <name>']],
    'config:app:delete' => ['class' => Config\App\DeleteConfig::class, 'about' => 'Delete an app setting',
        'usage' => [19 => '[--output [OUTPUT]] [--error-if-not-exists] [--] <app> <name>']],
    'config:system:get' => ['class' => Config\System\GetConfig::class, 'about' => 'Get a system setting',
        'usage' => [19 => '[--output [OUTPUT]] [--default-value [DEFAULT-VALUE]] [--] <name>...']],
    'config:system:set' => ['class' => Config\System\SetConfig::class, 'about' => 'Set a system setting',
        'defaults' => ['type' => 'string'],
        'usage' => [19 => '[--output [OUTPUT]] [--type TYPE] [--value VALUE] [--update-only] [--] <name>...']],
    'config:system:delete' => ['class' => Config\System\DeleteConfig::class, 'about' => 'Delete a system setting',
        'usage' => [19 => '[--output [OUTPUT]] [--error-if-not-exists] [--] <name>...']],
    'config:preset' => ['class' => Config\Preset::class, 'about' => 'Show the preset of defaults',
        'usage' => [33 => '[--output [OUTPUT]] [--list] [--apps] [--compare] [--] [<preset>]']],

    'group:add' => ['class' => Group\Add::class, 'about' => 'Add a group',
        'usage' => [19 => '[--display-name DISPLAY-NAME] [--] <groupid>']],
    'group:adduser' => ['class' => Group\AddUser::class, 'about' => 'Add somebody to a group',
        'usage' => [19 => '<group> <user>', 34 => '<group> <user>...']],
    'group:delete' => ['class' => Group\Delete::class, 'about' => 'Delete a group', 'usage' => [19 => '<groupid>']],
    'group:info' => ['class' => Group\Info::class, 'about' => 'Show a group',
        'usage' => [28 => '[--output [OUTPUT]] [--] <groupid>']],
    'group:list' => ['class' => Group\ListGroups::class, 'about' => 'List groups', 'defaults' => $pages,
        'usage' => [19 => '[-l|--limit [LIMIT]] [-o|--offset [OFFSET]] [--output [OUTPUT]]',
            28 => '[-l|--limit [LIMIT]] [-o|--offset [OFFSET]] [-i|--info] [--output [OUTPUT]]',
            33 => '[-l|--limit [LIMIT]] [-o|--offset [OFFSET]] [-i|--info] [--output [OUTPUT]] [--] [<searchstring>]']],
    'group:removeuser' => ['class' => Group\RemoveUser::class, 'about' => 'Take somebody out of a group',
        'usage' => [19 => '<group> <user>', 34 => '<group> <user>...']],

    'integrity:check-app' => ['class' => Integrity\CheckApp::class, 'about' => 'Check the signature of an app',
        'usage' => [19 => '[--output [OUTPUT]] [--path [PATH]] [--] <appid>',
            33 => '[--output [OUTPUT]] [--path [PATH]] [--all] [--] [<appid>]']],

    'maintenance:install' => ['class' => Maintenance\Install::class, 'about' => 'Install the instance', 'when' => 'not installed',
        'defaults' => ['database' => 'sqlite', 'admin-user' => 'admin'],
        'usage' => [19 => '[--database DATABASE] [--database-name DATABASE-NAME] [--database-host DATABASE-HOST]'
            . ' [--database-port DATABASE-PORT] [--database-user DATABASE-USER] [--database-pass [DATABASE-PASS]]'
            . ' [--database-table-space [DATABASE-TABLE-SPACE]] [--admin-user ADMIN-USER] [--admin-pass ADMIN-PASS]'
            . ' [--admin-email [ADMIN-EMAIL]] [--data-dir DATA-DIR]']],
    'maintenance:mode' => ['class' => Maintenance\Mode::class, 'about' => 'Switch maintenance mode',
        'usage' => [19 => '[--on] [--off]']],

    'security:bruteforce:attempts' => ['class' => Security\BruteforceAttempts::class, 'about' => 'Show failed logins of an address',
        'usage' => [28 => '[--output [OUTPUT]] [--] <ipaddress> [<action>]',
            35 => '[--output [OUTPUT]] [--interval INTERVAL] [--] <ipaddress> [<action>]']],
    'security:bruteforce:reset' => ['class' => Security\BruteforceReset::class, 'about' => 'Forget failed logins of an address',
        'usage' => [28 => '<ipaddress>']],
    'security:certificates' => ['class' => Security\ListCertificates::class, 'about' => 'List trusted certificates',
        'usage' => $output],
    'security:certificates:import' => ['class' => Security\ImportCertificate::class, 'about' => 'Trust a certificate',
        'usage' => [19 => '<path>']],
    'security:certificates:remove' => ['class' => Security\RemoveCertificate::class, 'about' => 'Trust a certificate no longer',
        'usage' => [19 => '<name>']],

    'twofactorauth:cleanup' => ['class' => TwoFactorAuth\Cleanup::class, 'about' => 'Forget who uses a provider',
        'usage' => [19 => '[--output [OUTPUT]] [--] <provider-id>']],
    'twofactorauth:disable' => ['class' => TwoFactorAuth\Disable::class, 'about' => 'Switch a provider off for somebody',
        'usage' => [19 => '[--output [OUTPUT]] [--] <uid> <provider_id>']],
    'twofactorauth:enable' => ['class' => TwoFactorAuth\Enable::class, 'about' => 'Switch a provider on for somebody',
        'usage' => [19 => '[--output [OUTPUT]] [--] <uid> <provider_id>']],
    'twofactorauth:enforce' => ['class' => TwoFactorAuth\Enforce::class, 'about' => 'Show or set who must use a second factor',
        'usage' => [19 => '[--on] [--off] [--group [GROUP]]* [--exclude [EXCLUDE]]*']],
    'twofactorauth:state' => ['class' => TwoFactorAuth\State::class, 'about' => 'Show the second factors of somebody',
        'usage' => [19 => '[--output [OUTPUT]] [--] <uid>']],

    'user:add' => ['class' => User\Add::class, 'about' => 'Add an account',
        'usage' => [19 => '[--password-from-env] [--display-name [DISPLAY-NAME]] [-g|--group [GROUP]]* [--] <uid>',
            33 => '[--password-from-env] [--generate-password] [--display-name [DISPLAY-NAME]] [-g|--group [GROUP]]*'
                . ' [--email EMAIL] [--] <uid>']],
    'user:add-app-password' => ['class' => User\AddToken::class, 'about' => 'Add an app password',
        'usage' => [28 => '=user:auth-tokens:add']],
    'user:auth-tokens:add' => ['class' => User\AddToken::class, 'about' => 'Add an app password',
        'usage' => [28 => '[--password-from-env] [--] <user>', 33 => '[--password-from-env] [--name NAME] [--] <user>',
            35 => '[--password-from-env] [--name NAME] [--login-name LOGIN-NAME] [--] <user>']],
    'user:auth-tokens:list' => ['class' => User\ListTokens::class, 'about' => 'List app passwords and sessions',
        'usage' => [28 => '[--output [OUTPUT]] [--] <user>']],
    'user:delete' => ['class' => User\Delete::class, 'about' => 'Delete an account', 'usage' => [19 => '<uid>']],
    'user:disable' => ['class' => User\Disable::class, 'about' => 'Disable an account', 'usage' => [19 => '<uid>']],
    'user:enable' => ['class' => User\Enable::class, 'about' => 'Enable an account', 'usage' => [19 => '<uid>']],
    'user:info' => ['class' => User\Info::class, 'about' => 'Show an account', 'usage' => [19 => '[--output [OUTPUT]] [--] <user>']],
    'user:lastseen' => ['class' => User\LastSeen::class, 'about' => 'Show when somebody last logged in',
        'usage' => [19 => '<uid>', 33 => '[--all] [--] [<uid>]', 35 => '[--all] [--exclude-disabled] [--] [<uid>]']],
    'user:list' => ['class' => User\ListUsers::class, 'about' => 'List accounts', 'defaults' => $pages,
        'usage' => [19 => '[-l|--limit [LIMIT]] [-o|--offset [OFFSET]] [--output [OUTPUT]] [-i|--info]',
            33 => '[-d|--disabled] [-l|--limit [LIMIT]] [-o|--offset [OFFSET]] [--output [OUTPUT]] [-i|--info]']],
    'user:report' => ['class' => User\Report::class, 'about' => 'Count accounts', 'usage' => [19 => '', 28 => '[--count-dirs]']],
    'user:resetpassword' => ['class' => User\ResetPassword::class, 'about' => 'Set a password',
        'usage' => [19 => '[--password-from-env] [--] <user>', 34 => '[--password-from-env] [--no-password] [--] <user>']],
    'user:setting' => ['class' => User\Setting::class, 'about' => 'Read and write settings of somebody',
        'usage' => [19 => '[--output [OUTPUT]] [--ignore-missing-user] [--default-value DEFAULT-VALUE] [--update-only] [--delete]'
            . ' [--error-if-not-exists] [--] <uid> [<app> [<key> [<value>]]]']],
];
