<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

use OC\Sandbox\Release;

/** The static helpers of old that scripts still call. */
class OC_Util
{
    public static function getVersion(): array
    {
        return Release::version();
    }

    public static function getVersionString(): string
    {
        return Release::versionString();
    }

    public static function getEditionString(): string
    {
        return '';
    }

    /** The address of a page of the manual, by the short name that the real server uses for it. */
    public static function docs(string $key): string
    {
        return 'https://docs.nextcloud.com/server/' . Release::major() . '/go.php?to=' . $key;
    }
}
