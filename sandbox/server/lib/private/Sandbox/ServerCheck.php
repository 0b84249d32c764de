<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\Sandbox;

/** What must be right with the folders before any command but `check` runs. */
final class ServerCheck
{
    /** @return array<int, array{0: string, 1: string}> error and hint */
    public static function errors(\OC\Config $config): array
    {
        $errors = [];
        if (!is_writable(\OC::$configDir) && !$config->getValue('config_is_read_only', false)) {
            list($error, $fix) = Release::behaviour('config.folder_unwritable');
            $errors[] = [$error, rtrim($fix, '.') . '. See ' . \OC_Util::docs('admin-dir_permissions')
                . '. Or, if you prefer to keep config.php file read only, set the option "config_is_read_only" to true in it.'
                . ' See ' . \OC_Util::docs('admin-config')];
        }
        if (!$config->getValue('installed', false)) {
            return $errors;
        }
        $data = (string) $config->getValue('datadirectory', \OC::$SERVERROOT . '/data');
        if (!is_dir($data) || !is_readable($data)) {
            $errors[] = ["Your data directory is not readable.", 'Permissions can usually be fixed by giving the web server'
                . ' write access to the root directory.'];
        } elseif (!is_file($data . '/' . Release::behaviour('data.marker')[0])) {
            $errors[] = Release::behaviour('data.marker_missing');
        }
        return $errors;
    }
}
