<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCP;

final class Server
{
    public static function get(string $serviceName)
    {
        return \OC::$server->query($serviceName);
    }
}
