<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

// The classes of Nextcloud that the bridge names and that a test has to create.

namespace {
    class OC {
        public static $server;
    }
}

namespace OCP\App {
    interface IAppManager {
    }
}

namespace OCP {
    class Util {
        public static $need_upgrade = false;
        public static $version = [34, 0, 1, 2];

        public static function needUpgrade(): bool {
            return self::$need_upgrade;
        }

        public static function getVersion(): array {
            return self::$version;
        }
    }
}

namespace OC\User {
    abstract class Backend {
        public const CHECK_PASSWORD = 1;
    }

    class Database {
    }
}

namespace OC\Group {
    class Database {
    }
}
